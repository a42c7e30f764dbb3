#include "tests/sim/watch/server_watch.hpp"

#include "tests/sim/world/memory_account.hpp"

#include <algorithm>

namespace sim {
namespace {

using voiced::CloseReason;

constexpr MixOracle::Key local_key = 0;  // visitors are numbered from 1
// The deframer's buffer grows by doubling to one message: a dozen steps. Names and answers cost
// more.
constexpr std::uint64_t allocations_max = 16;
constexpr std::uint64_t allocations_per_text = 24;
// Session's own limit on waiting answers (server/host/session.cpp).
constexpr std::size_t control_messages_max = 16;
constexpr std::size_t control_bytes_max =
    voice::length_prefix_bytes + voice::text_message_bytes_max;
// The doorman remembers addresses for a while, in a table with spare room: two dozen in a story.
constexpr std::size_t remembered_bytes_max = 4096;
// With logins, failures are remembered, too.
constexpr std::size_t failures_bytes_max = 8192;

}  // namespace

struct ServerWatch::Visitor {
  Visitor(voiced::PeerId its_id, Manners its_manners, Duration audio_age_max)
      : id(its_id), manners(its_manners), sent(audio_age_max, manners == Manners::hostile) {}

  voiced::PeerId id;
  Manners manners;
  std::optional<Hearing> heard;
  SentLedger sent;
  std::optional<CloseReason> closed_because;
  std::uint64_t allocations_while_reading = 0;
};

ServerWatch::ServerWatch(const World& world, const ServerSettings& settings)
    : world_(world),
      settings_(settings),
      format_(*voice::AudioFormat::from_rate(settings.rate_hz)),
      oracle_({settings.rate_hz, settings.jitter_depth_packets, sim_first_sequence, sim_ssrc,
               settings.limiter}),
      bytes_before_(account(Account::server).live_bytes) {}

ServerWatch::~ServerWatch() = default;

ServerWatch::Visitor& ServerWatch::at(std::uint64_t number) const {
  const auto found = visitors_.find(number);
  promise(found != visitors_.end(), "only those who are here are spoken of");
  return *found->second;
}

void ServerWatch::begun(const voiced::Host& host) {
  if (settings_.local) oracle_.join(local_key, true);
  promise(host.lobby().front().participants() == oracle_.members(), "a host begins with its guest");
  host_bytes_ = memory_bytes();
}

void ServerWatch::joined(const voiced::Host& host, voiced::PeerId id, Manners manners) {
  ++arrived_;
  promise(id.number == arrived_, "visitors are counted from 1");
  visitors_[id.number] = std::make_unique<Visitor>(id, manners, settings_.outbox.audio_age_max);
  Visitor& visitor = at(id.number);
  const bool is_refused = !ends_.empty();
  world_.tell("joined #" + std::to_string(id.number) + (is_refused ? " refused" : ""));
  if (is_refused) {
    promise(ends_.size() == 1 && ends_.front().first == id.number, "one refusal, one end");
    visitor.closed_because = ends_.front().second;
    visitor.sent.forget_unsent();
    ends_.clear();
    return;
  }
  promise(host.is_speaking(id), "a visitor is let in or refused");
  if (host.find(id)->hot.life != voiced::Life::handshake) admit(visitor);
}

// It has a seat; over TLS, only after the handshake.
void ServerWatch::admit(Visitor& visitor) {
  promise(!visitor.heard, "every visitor takes a seat once");
  ++admitted_;
  oracle_.join(visitor.id.number);
  visitor.heard.emplace(oracle_, visitor.id.number, format_, settings_.logins);
}

void ServerWatch::let_in(const voiced::Host& host, voiced::PeerId id) {
  Visitor& visitor = at(id.number);
  promise(visitor.heard && !visitor.closed_because && host.is_speaking(id),
          "one that has proved who it is is let in");
  world_.tell("let in #" + std::to_string(id.number));
  visitor.heard->let_in();
}

void ServerWatch::received(const voiced::Host& host, voiced::PeerId id, const Received& received,
                           TimePoint now) {
  Visitor& visitor = at(id.number);
  std::optional<CloseReason> ended;
  const bool has_seat = visitor.heard.has_value();
  for (const voiced::HostEvent& event : received.events) {
    if (const auto* const left = std::get_if<voiced::event::Left>(&event)) ended = left->reason;
    const auto* const joined = std::get_if<voiced::event::Joined>(&event);
    if (joined != nullptr && !visitor.heard) admit(visitor);
  }
  if (visitor.heard) {
    // A proxy's header gives it its seat; what follows the header may come with it.
    if (has_seat) visitor.allocations_while_reading += received.allocations;
    visitor.heard->heard(received.bytes, host.find(id)->session, ended, now);
  } else {
    promise(received.bytes.empty(), "nothing is heard before the handshake");
  }
  heard_of(received.events);
}

void ServerWatch::left(voiced::PeerId id, voice::Bytes bytes, TimePoint now) {
  at(id.number).sent.left(bytes, now);
}

// Events arrive as they happen: a peer that leaves is not in the next mix.
void ServerWatch::heard_of(std::span<const voiced::HostEvent> events) {
  const ChargeTo simulator(Account::simulator);
  for (const voiced::HostEvent& event : events) {
    if (const auto* const left = std::get_if<voiced::event::Left>(&event)) {
      ended(left->number, left->reason);
    } else if (const auto* const failed = std::get_if<voiced::event::HandshakeFailed>(&event)) {
      ended(failed->number, failed->reason);
    }
  }
}

void ServerWatch::ended(std::uint64_t number, CloseReason reason) {
  if (visitors_.count(number) == 0) {
    ends_.emplace_back(number, reason);
    return;
  }
  Visitor& visitor = at(number);
  promise(!visitor.closed_because, "every connection ends once");
  world_.tell("closed #" + std::to_string(number) + " " + to_string(reason));
  check_reason(visitor, reason);
  visitor.closed_because = reason;
  visitor.sent.forget_unsent();
  if (visitor.heard) oracle_.leave(number);
  last_gone_ = visitor.id;
}

void ServerWatch::gone(voiced::PeerId id) {
  promise(at(id.number).closed_because.has_value(), "a connection ends for a reason");
  visitors_.erase(id.number);
}

void ServerWatch::muted(std::uint64_t number, const voiced::Mutes& mutes) {
  world_.tell("operator mutes #" + std::to_string(number));
  oracle_.mute(number, mutes);
}

void ServerWatch::reconfigured(const ServerSettings& settings) {
  world_.tell("jitter depth is now " + std::to_string(settings.jitter_depth_packets));
  settings_.jitter_depth_packets = settings.jitter_depth_packets;
  oracle_.set_depth(settings.jitter_depth_packets);
}

std::size_t ServerWatch::next_frame_samples() const noexcept {
  return frame_samples(settings_.rate_hz, ticks_ + 1);
}

void ServerWatch::local_said(const SlowPacket& packet, TimePoint now) {
  oracle_.packet(local_key, packet, now);
}

void ServerWatch::delivered(voice::Bytes message) {
  const ChargeTo simulator(Account::simulator);
  delivered_.assign(message.begin(), message.end());
}

// Everybody must be sent exactly what the oracle says: the ledgers expect it.
void ServerWatch::mixed(const voiced::Host& host, TimePoint now) {
  ++ticks_;
  oracle_.tick(now);
  const bool guest_hears = !delivered_.empty();
  promise(host.listeners().size() + (guest_hears ? 1 : 0) == oracle_.messages(),
          "everybody who listens gets one message a tick");
  if (oracle_.messages() == 0) return;
  const bool compare = ticks_ % static_cast<std::uint64_t>(settings_.mix_check_period) == 0;
  for (const auto& [number, visitor] : visitors_) {
    if (visitor->closed_because || !visitor->heard || !oracle_.hears(number)) continue;
    if (compare) {
      visitor->sent.pushed(oracle_.message_for(number), now);
    } else {
      visitor->sent.pushed_something(now);
    }
  }
  if (!guest_hears) return;
  promise(delivered_ == oracle_.message_for(local_key), "a guest hears what the oracle says");
  delivered_.clear();
}

void ServerWatch::check_reason(const Visitor& visitor, CloseReason reason) const {
  switch (reason) {
    case CloseReason::framing_negative_length:
    case CloseReason::framing_too_long:
    case CloseReason::flood:
    case CloseReason::handshake_failed:
    case CloseReason::cipher_broken:
    case CloseReason::proxy_untrusted:
    case CloseReason::proxy_malformed:
    case CloseReason::proxy_timeout:
      promise(visitor.manners == Manners::hostile, "who keeps the protocol is not closed for it");
      break;
    case CloseReason::stalled:
    case CloseReason::framing_timeout:
      promise(visitor.manners != Manners::healthy, "a healthy connection is kept");
      break;
    default:
      break;
  }
}

std::size_t ServerWatch::remembered() const noexcept {
  return remembered_bytes_max + (settings_.logins ? failures_bytes_max : 0);
}

std::size_t ServerWatch::buffer_bytes_max() const noexcept {
  // A burst can make a buffer deeper without allocating memory.
  constexpr std::size_t lump_depth_max = 2 * voice::packet_frames_max;
  const std::size_t depth =
      std::max(static_cast<std::size_t>(settings_.jitter_depth_packets), lump_depth_max);
  return (depth + voice::packet_frames_max) * format_.samples_per_frame_max();
}

std::size_t ServerWatch::visitor_bytes_max() const noexcept {
  const std::size_t partial = 2 * (voice::length_prefix_bytes + voice::message_bytes_max(format_));
  const std::size_t control = control_messages_max * (control_bytes_max + sizeof(Message));
  const std::size_t outbox = 2 * settings_.outbox.bytes_max;  // a vector grows by doubling
  constexpr std::size_t objects = 4096;
  return buffer_bytes_max() + partial + control + outbox + objects;
}

void ServerWatch::check_tick(const voiced::Host& host, TimePoint now) {
  const auto& counters = host.lobby().front().counters();
  const std::size_t here = host.lobby().front().participants();
  promise(here == oracle_.members(), "participants are those who joined and have not left");
  promise(counters.joins == admitted_ + (settings_.local ? 1 : 0), "every visitor joins once");
  promise(counters.joins - counters.leaves == here, "every leave is somebody's, and only once");
  // A visitor with a deep buffer brings room for others of its codec: of µ-law, and of L16.
  const std::size_t slabs = 3 * std::max(voice::RareMemory::slab_bytes,
                                         voice::RareMemory::slab_blocks_min * buffer_bytes_max());
  promise(memory_bytes() <=
              host_bytes_ + remembered() + slabs + visitor_bytes_max() * (visitors_.size() + 1),
          "memory is bounded by the number of connections");
  for (const auto& [number, visitor] : visitors_) check_visitor(host, *visitor, now);
}

void ServerWatch::check_visitor(const voiced::Host& host, const Visitor& visitor,
                                TimePoint now) const {
  const voice::Outbox& outbox = host.find(visitor.id)->hot.sender.outbox();
  const auto packet_bytes = voice::packet_overhead_bytes + format_.samples_per_frame_max();
  const auto frames =
      static_cast<std::size_t>(settings_.outbox.audio_age_max / voice::frame_duration);
  promise(outbox.size_bytes() <= settings_.outbox.bytes_max + packet_bytes,
          "an outbox keeps within its limit");
  if (visitor.manners != Manners::hostile) {
    // One frame is partly sent, one has just come; a delayed server makes up for its ticks at once;
    // a peer that pings honestly has few waiting answers.
    constexpr std::size_t catch_up_max = 10;
    promise(
        outbox.size_bytes() <= (frames + catch_up_max + 2) * packet_bytes + 8 * control_bytes_max,
        "an outbox holds no more than what is young enough");
  }
  if (!visitor.closed_because && visitor.manners != Manners::hostile) {
    promise(outbox.age(now) <= settings_.stall_limit + std::chrono::seconds{1},
            "nothing waits longer than a stall may last");
  }
  if (visitor.heard) {
    promise(visitor.allocations_while_reading <=
                allocations_max + allocations_per_text * visitor.heard->texts(),
            "receiving audio never allocates once the peer is admitted");
  }
  if (visitor.heard && !visitor.closed_because) check_buffer(host, visitor);
}

void ServerWatch::check_buffer(const voiced::Host& host, const Visitor& visitor) const {
  const auto id = host.find(visitor.id)->session.seat();
  promise(id && host.lobby().find(*id) != nullptr, "an open session has a participant");
  const voice::JitterBuffer& buffer = host.lobby().find(*id)->playout.buffer();
  const JitterModel& model = oracle_.buffer(visitor.id.number);
  promise(buffer.fill_packets() <= buffer.depth_packets(),
          "a jitter buffer never holds more than N");
  promise(buffer.fill_samples() == model.size() && buffer.playing() == model.playing() &&
              buffer.depth_packets() == model.depth_packets(),
          "a jitter buffer does as its model");
  promise(!model.overdue(), "nobody's voice is played that has waited for too long");
}

void ServerWatch::check_old_id(voiced::Host& host, TimePoint now) const {
  if (!last_gone_ || host.find(*last_gone_) != nullptr) return;
  const Message voice(format_.samples_per_frame(), 0x55);
  promise(!host.received(*last_gone_, voice, now) && host.to_send(*last_gone_, now).empty(),
          "a peer that has left is not heard, and is sent nothing");
  promise(!host.set_mutes(last_gone_->number, {true, true, true}),
          "a peer that has left is not found");
  host.ended(*last_gone_, voiced::Ended::closed, now);
}

void ServerWatch::check_complete() const {
  for (const auto& [number, visitor] : visitors_) {
    if (visitor->closed_because) continue;
    promise(visitor->sent.audio_dropped() == 0, "every frame is sent");
  }
}

void ServerWatch::check_healthy(const voiced::Host& host) const {
  for (const auto& [number, visitor] : visitors_) {
    if (visitor->manners != Manners::healthy || visitor->closed_because || !visitor->heard)
      continue;
    const auto id = host.find(visitor->id)->session.seat();
    const auto& counters = host.lobby().find(*id)->playout.buffer().counters();
    promise(counters.underflows == 0 && counters.overflows == 0,
            "a healthy talker is heard without a gap");
    promise(counters.lost == 0 && counters.duplicates == 0 && counters.late == 0,
            "a healthy talker's packets all count");
    promise(visitor->sent.audio_dropped() == 0, "a healthy listener is sent every frame");
  }
}

std::size_t ServerWatch::memory_bytes() const noexcept {
  return account(Account::server).live_bytes - bytes_before_;
}

void ServerWatch::check_end(const voiced::Host& host) const {
  const std::size_t here = settings_.local ? 1 : 0;
  promise(visitors_.empty(), "every connection ends");
  promise(host.lobby().front().participants() == here && oracle_.members() == here,
          "every visitor leaves");
  promise(host.lobby().front().counters().leaves == admitted_, "every join has exactly one leave");
  std::uint64_t closes = 0;
  for (std::size_t i = 0; i < voiced::close_reason_count; ++i) {
    closes += host.counters().closes.of(static_cast<CloseReason>(i));
  }
  promise(closes == arrived_, "every connection ends once, for one reason");
  // The local participant's buffer may have grown with a new depth.
  promise(settings_.local || memory_bytes() <= host_bytes_ + remembered(),
          "what visitors cost is given back when they go");
}

void ServerWatch::check_nothing_left() const {
  promise(memory_bytes() == 0, "a host leaves nothing");
}

}  // namespace sim

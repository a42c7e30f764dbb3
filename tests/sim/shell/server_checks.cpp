// What the server promises, held against what it does, after every tick.
#include "common/core/assert.hpp"

#include "tests/sim/shell/server.hpp"
#include "tests/sim/shell/server_connection.hpp"
#include "tests/sim/world/memory_account.hpp"

#include <algorithm>

namespace sim {
namespace {

using voiced::CloseReason;

// The deframer's buffer grows by doubling to one message: a dozen steps. Names and answers cost
// more.
constexpr std::uint64_t allocations_max = 16;
constexpr std::uint64_t allocations_per_text = 24;
// Session's own bound on answers that wait (server/conference/session.cpp).
constexpr std::size_t control_messages_max = 16;
constexpr std::size_t control_bytes_max =
    voice::length_prefix_bytes + voice::text_message_bytes_max;

}  // namespace

void Server::check_reason(const Connection& connection, CloseReason reason) const {
  switch (reason) {
    case CloseReason::framing_negative_length:
    case CloseReason::framing_too_long:
    case CloseReason::flood:
      promise(connection.manners == Manners::hostile,
              "who keeps the protocol is not closed for it");
      break;
    case CloseReason::stalled:
    case CloseReason::framing_timeout:
      promise(connection.manners != Manners::healthy, "a healthy connection is kept");
      break;
    default:
      break;
  }
}

void Server::check_mix(std::span<const voiced::ParticipantId> listeners) {
  promise(listeners.size() == oracle_.messages(), "everybody who listens gets one message a tick");
  const bool compare = ticks_ % static_cast<std::uint64_t>(settings_.mix_check_period) == 0;
  for (const voiced::ParticipantId id : listeners) {
    MixOracle::Key listener = 0;
    if (!local_ || id != *local_) {
      Connection* const connection = connection_of(id);
      promise(connection != nullptr && connection->last_mix != ticks_,
              "one message a tick, no more");
      connection->last_mix = ticks_;
      listener = connection->number;
    }
    if (compare) check_message(listener, conference_->message_for(id));
  }
}

void Server::check_message(MixOracle::Key listener, voice::Bytes message) const {
  const Message expected = oracle_.message_for(listener);
  if (std::equal(message.begin(), message.end(), expected.begin(), expected.end())) return;
  const Message all = oracle_.message_of_all();
  const bool echo = oracle_.contributes(listener) &&
                    std::equal(message.begin(), message.end(), all.begin(), all.end());
  throw Violation((echo ? "nobody hears himself: #" : "a mix is what the oracle says: #") +
                  std::to_string(listener));
}

std::size_t Server::connection_bytes_max() const noexcept {
  const std::size_t frame = format().samples_per_frame_max();
  // A lump can make a buffer deeper without asking for memory.
  constexpr std::size_t lump_depth_max = 2 * voice::packet_frames_max;
  const std::size_t depth =
      std::max(static_cast<std::size_t>(settings_.jitter_depth_packets), lump_depth_max);
  const std::size_t buffer = (depth + voice::packet_frames_max) * frame;
  const std::size_t partial = 2 * (voice::length_prefix_bytes + voice::message_bytes_max(format()));
  const std::size_t control = control_messages_max * (control_bytes_max + sizeof(Message));
  const std::size_t outbox = 2 * settings_.outbox.bytes_max;  // a vector grows by doubling
  constexpr std::size_t objects = 4096;
  return buffer + partial + control + outbox + objects;
}

void Server::check_bounds(TimePoint now) const {
  const auto& counters = conference_->counters();
  const std::size_t here = conference_->participants();
  promise(here == oracle_.members(), "participants are those who joined and have not left");
  promise(counters.joins == admitted_ + (local_ ? 1 : 0), "every visitor joins once");
  promise(counters.joins - counters.leaves == here, "every leave is somebody's, and only once");
  const std::size_t bytes = account(Account::server).live_bytes - server_bytes_before_;
  promise(bytes <= conference_bytes_ + connection_bytes_max() * (connections_.size() + 1),
          "memory is bounded by the number of connections");
  for (const auto& connection : connections_) check_connection(*connection, now);
}

void Server::check_connection(const Connection& connection, TimePoint now) const {
  const auto packet_bytes = voice::packet_overhead_bytes + format().samples_per_frame_max();
  const auto frames =
      static_cast<std::size_t>(settings_.outbox.audio_age_max / voice::frame_duration);
  promise(connection.sender->outbox().size_bytes() <= settings_.outbox.bytes_max + packet_bytes,
          "an outbox keeps within its limit");
  if (connection.manners != Manners::hostile) {
    // One frame is half sent, one has just come; a server that was held up makes up for it at once;
    // who pings in earnest has few answers waiting.
    constexpr std::size_t catch_up_max = 10;
    promise(connection.sender->outbox().size_bytes() <=
                (frames + catch_up_max + 2) * packet_bytes + 8 * control_bytes_max,
            "an outbox holds no more than what is young enough");
  }
  if (!connection.closed_because && connection.manners != Manners::hostile) {
    promise(connection.sender->outbox().age(now) <= settings_.stall_limit + std::chrono::seconds{1},
            "nothing waits longer than a stall may last");
  }
  if (connection.heard) {
    promise(connection.allocations_while_reading <=
                allocations_max + allocations_per_text * connection.heard->texts(),
            "receiving audio never allocates once the peer is admitted");
  }
  if (connection.closed_because) return;
  const voiced::Participant* const participant =
      conference_->find(*connection.session->participant());
  promise(participant != nullptr, "an open session has a participant");
  const voice::JitterBuffer& buffer = participant->playout.buffer();
  const JitterModel& model = oracle_.buffer(connection.number);
  promise(buffer.fill_packets() <= buffer.depth_packets(),
          "a jitter buffer never holds more than N");
  promise(buffer.fill_samples() == model.size() && buffer.playing() == model.playing() &&
              buffer.depth_packets() == model.depth_packets(),
          "a jitter buffer does as its model");
  promise(!model.overdue(), "nobody's voice is played that has waited for too long");
}

void Server::check_complete() const {
  for (const auto& connection : connections_) {
    if (connection->closed_because) continue;
    promise(connection->sent->audio_dropped() == 0, "every frame is sent");
  }
}

std::size_t Server::memory_bytes() const noexcept {
  return account(Account::server).live_bytes - server_bytes_before_;
}

void Server::check_healthy() const {
  for (const auto& connection : connections_) {
    if (connection->manners != Manners::healthy || connection->closed_because) continue;
    const auto& counters =
        conference_->find(*connection->session->participant())->playout.buffer().counters();
    promise(counters.underflows == 0 && counters.overflows == 0,
            "a healthy talker is heard without a gap");
    promise(counters.lost == 0 && counters.duplicates == 0 && counters.late == 0,
            "a healthy talker's packets all count");
    promise(connection->sent->audio_dropped() == 0, "a healthy listener is sent every frame");
  }
}

void Server::end() {
  const std::size_t here = local_ ? 1 : 0;
  promise(connections_.empty(), "every connection ends");
  promise(conference_->participants() == here && oracle_.members() == here, "every visitor leaves");
  promise(conference_->counters().leaves == admitted_, "every join has exactly one leave");
  std::uint64_t closes = 0;
  for (std::size_t i = 0; i < voiced::close_reason_count; ++i) {
    closes += closes_.of(static_cast<CloseReason>(i));
  }
  promise(closes == last_number_, "every connection ends once, for one reason");
  const std::size_t bytes = account(Account::server).live_bytes - server_bytes_before_;
  // The local participant's buffer may have grown with a new depth.
  promise(local_ || bytes == conference_bytes_, "what visitors cost is given back when they go");
  conference_.reset();
  promise(account(Account::server).live_bytes == server_bytes_before_,
          "a conference leaves nothing");
}

}  // namespace sim

#include "server/host/session.hpp"

#include "common/core/assert.hpp"
#include "common/wire/rtp_packet.hpp"
#include "server/host/bye.hpp"
#include "server/host/session_login.hpp"

#include <algorithm>
#include <utility>

namespace voiced {
namespace {

namespace voice1 = voice::voice1;

// Real time is 50 packets a second; four times that leaves room for 5 ms packets, Pings and
// drifting clocks.
constexpr double messages_per_second_max = 200;
// A classic client that was cut off for some seconds delivers its backlog at once: 10 s fit. More
// if the setting allows catching up with more (Lobby::backlog_messages).
constexpr double messages_burst = 500;
// A packet of Opus is decoded when it arrives, 50 times the work of storing one of µ-law, so floods
// of them must not hold up a tick. Packets are never shorter than 20 ms, and a quarter of a second
// may arrive at once; a longer backlog comes out of what all sessions share (Lobby::opus_backlog).
constexpr double opus_messages_per_second_max = 60;
constexpr double opus_messages_burst_max = 12;
// Our client asks every 2 s; somebody debugging may ask faster.
constexpr double pings_per_second_max = 10;
constexpr double pings_burst_max = 20;
// Dropped without a calm spell between them: 17 s at ten times real time, so no honest peer.
constexpr std::uint64_t excess_messages_max = 5000;
// A stranger must finish a message soon. A known peer may be in a tunnel, with half a packet sent:
// it gets as long as keepalive gives a silent machine.
constexpr std::chrono::seconds stranger_message_duration_max{5};
constexpr std::chrono::seconds message_duration_max{30};
// The most answers that wait at a time; a peer that asks faster than it reads gets no more.
constexpr std::size_t control_messages_max = 16;

CloseReason reason_of(voice::TransportError error) {
  switch (error) {
    case voice::TransportError::negative_length:
      return CloseReason::framing_negative_length;
    case voice::TransportError::too_long:
      break;
    case voice::TransportError::foreign:
    case voice::TransportError::handshake:
      return CloseReason::handshake_failed;
    case voice::TransportError::untrusted:
    case voice::TransportError::not_yet_valid:
      return CloseReason::bad_certificate;
    case voice::TransportError::corrupt:
      return CloseReason::cipher_broken;
    case voice::TransportError::flooding:
      return CloseReason::flood;
    case voice::TransportError::ended:
      return CloseReason::left;
  }
  return CloseReason::framing_too_long;
}

voice1::Muted muted(const Mutes& mutes) {
  if (mutes.microphone && mutes.loudspeaker) return voice1::Muted::both;
  if (mutes.microphone) return voice1::Muted::microphone;
  return mutes.loudspeaker ? voice1::Muted::loudspeaker : voice1::Muted::none;
}

}  // namespace

const char* to_string(Dialect dialect) noexcept {
  switch (dialect) {
    case Dialect::unknown:
      return "unknown";
    case Dialect::classic:
      return "classic";
    case Dialect::voice1:
      return "voice/1";
  }
  return "unknown";
}

Session::Session(Lobby& lobby, std::uint64_t number, std::string address, bool require_hello,
                 std::unique_ptr<voice::Transport> transport)
    : lobby_(lobby),
      channel_(voice::message_bytes_max_stranger, std::move(transport)),
      require_hello_(require_hello || lobby_.is_front_guarded()),
      message_rate_(messages_per_second_max, std::max(messages_burst, lobby.backlog_messages())),
      number_(number),
      address_(std::move(address)),
      name_(address_),
      format_(lobby.front().first_format()),
      ping_rate_(pings_per_second_max, pings_burst_max) {}

Session::~Session() {
  if (seat_) lobby_.leave(*seat_);
}

// Hold between two calls.
void Session::invariants() const noexcept {
  // A message is counted as useless in one way at most.
  VOICE_ASSERT(counters_.ignored_messages + counters_.bad_packets + counters_.foreign_packets +
                   counters_.bad_texts + counters_.excess_messages <=
               counters_.messages_in);
  VOICE_ASSERT(control_.size() <= control_messages_max);
}

void Session::set_address(std::string address) {
  VOICE_ASSERT(!seat_ && name_ == address_);
  address_ = std::move(address);
  name_ = address_;
}

std::optional<CloseReason> Session::open() {
  VOICE_ASSERT(!seat_ && channel_.is_ready());
  const auto joined = lobby_.join(front_room);
  if (!joined) {
    refuse(voice1::RefusalCode::full, "the conference is full");
    return CloseReason::refused_full;
  }
  seat_ = *joined;
  require_hello_ = require_hello_ || lobby_.is_front_guarded();
  is_choosing_ = !require_hello_ && lobby_.has_choice_of_rooms();
  if (require_hello_ || is_choosing_) room().set_outside(seat_->participant, true);
  (void)follow_role();
  const LoginRules& rules = lobby_.login_rules();
  const bool challenges = rules.has_judge && (lobby_.has_passwords() || rules.has_accounts);
  queue(voice::announce_wire_message(format_, room().format(), challenges));
  return std::nullopt;
}

std::optional<CloseReason> Session::received(voice::Bytes bytes, voice::TimePoint now) {
  counters_.bytes_in += bytes.size();
  while (seat_) {
    const voice::Bytes whole = channel_.next_whole(bytes);
    if (whole.data() == nullptr) break;
    message_began_ = {};
    if (const auto reason = message(whole, now)) return reason;
  }
  // A transport may hold earlier bytes, so it is asked even if there are no new ones.
  while (!bytes.empty() || !channel_.is_plain()) {
    const bool was_mid_message = channel_.mid_message();
    const auto next = channel_.next(bytes);
    if (!next) {
      const CloseReason reason = reason_of(next.error());
      // An alert right after the handshake: the peer does not trust us.
      const bool is_undone = !seat_ && reason == CloseReason::cipher_broken;
      return is_undone ? CloseReason::handshake_failed : reason;
    }
    if (!seat_ && channel_.is_ready()) {
      if (const auto reason = open()) return reason;
    }
    if (!*next) {
      if (!was_mid_message || message_began_ == voice::TimePoint{}) message_began_ = now;
      break;
    }
    message_began_ = {};
    if (const auto reason = message(**next, now)) return reason;
  }
  return std::nullopt;
}

bool Session::message_overdue(voice::TimePoint now) const noexcept {
  const auto limit =
      dialect_ == Dialect::unknown ? stranger_message_duration_max : message_duration_max;
  const auto since = mid_message_since();
  return since && now - *since > limit;
}

std::optional<voice::TimePoint> Session::mid_message_since() const noexcept {
  if (!channel_.mid_message()) return std::nullopt;
  return message_began_;
}

std::optional<CloseReason> Session::message(voice::Bytes bytes, voice::TimePoint now) {
  ++counters_.messages_in;
  if (!admit(now)) {
    ++counters_.excess_messages;
    if (++excess_in_a_row_ > excess_messages_max) return CloseReason::flood;
    return std::nullopt;
  }
  switch (voice::classify(bytes)) {
    case voice::MessageKind::rtp:
      packet(bytes, now);
      return std::nullopt;
    case voice::MessageKind::text:
      return text(bytes, now);
    case voice::MessageKind::unknown:
      break;
  }
  ++counters_.ignored_messages;
  return std::nullopt;
}

bool Session::admit(voice::TimePoint now) noexcept {
  const bool admitted = message_rate_.take(now) ||
                        (codec() == voice::CodecId::opus && lobby_.opus_backlog().take(now));
  // Only a calm spell resets the count: even in a steady flood, a message is admitted now and then.
  if (message_rate_.calm()) excess_in_a_row_ = 0;
  return admitted;
}

void Session::packet(voice::Bytes bytes, voice::TimePoint now) {
  const auto parsed = voice::rtp::parse(bytes);
  if (!parsed) {
    ++counters_.bad_packets;
    return;
  }
  // A peer that sends sound before Hello has made its choice: it stays in the front room.
  if (dialect_ == Dialect::unknown) end_choice();
  if (login_ != nullptr || (require_hello_ && dialect_ != Dialect::voice1)) {
    ++counters_.ignored_messages;
    return;
  }
  if (dialect_ == Dialect::unknown) {
    dialect_ = Dialect::classic;
    shown();
  }
  // The format of what it sends now is not known.
  if (is_changing_) {
    ++counters_.ignored_messages;
    return;
  }
  if (parsed->header.payload_type != voice::codec_info(codec()).payload_type) {
    ++counters_.foreign_packets;
    return;
  }
  room().receive(seat_->participant, *parsed, now);
}

std::optional<CloseReason> Session::text(voice::Bytes bytes, voice::TimePoint now) {
  const auto message = voice1::parse(bytes);
  if (!message) {
    ++counters_.bad_texts;
    return std::nullopt;
  }
  if (const auto* const greeting = std::get_if<voice1::Hello>(&*message)) {
    return hello(*greeting, bytes, now);
  }
  if (dialect_ == Dialect::voice1) {
    if (const auto* const answer = std::get_if<voice1::Proof>(&*message)) {
      prove(*answer);
      return std::nullopt;
    }
    if (std::holds_alternative<voice1::Bye>(*message)) return CloseReason::bye;
    if (const auto* const request = std::get_if<voice1::Ping>(&*message)) {
      ping(*request, now);
      return std::nullopt;
    }
  }
  ++counters_.ignored_messages;
  return std::nullopt;
}

void Session::ping(const voice1::Ping& request, voice::TimePoint now) {
  ++pings_;
  if (!ping_rate_.take(now)) {
    ++counters_.excess_messages;
    return;
  }
  queue(pong(request.id, now));
}

voice1::Pong Session::pong(std::string_view id, voice::TimePoint now) {
  using std::chrono::milliseconds;
  const Participant* const self = room().find(seat_->participant);
  if (self == nullptr || !self->playout.playing() || self->playout.empty()) return {id};
  const voice::Playout& playout = self->playout;
  const auto held = playout.buffer().format().duration(playout.status().delay_samples);
  const auto passed =
      std::clamp<voice::Duration>(now - room().ticked_at(), milliseconds{0}, voice::frame_duration);
  const voice::Duration tick = voice::frame_duration - passed;
  phase_.observe(tick);
  room().set_slack(seat_->participant, phase_.slack());
  const auto count = [](voice::Duration time) {
    return static_cast<std::uint32_t>(std::chrono::round<milliseconds>(time).count());
  };
  return {id, count(held), count(tick)};
}

// Sets how many messages may come per second, by codec.
void Session::limit_messages() noexcept {
  if (codec_ != voice::CodecId::opus) return follow_backlog();
  message_rate_.set_limits(opus_messages_per_second_max, opus_messages_burst_max);
}

void Session::follow_backlog() noexcept {
  // For Opus, the lobby has one backlog for all sessions.
  if (codec() == voice::CodecId::opus) return;
  message_rate_.set_limits(messages_per_second_max,
                           std::max(messages_burst, lobby_.backlog_messages()));
}

void Session::refuse(voice1::RefusalCode code, std::string_view reason) {
  // Before the announcement a classic client takes every message for text and ignores this one;
  // afterwards it would play it.
  queue(voice1::Refused{code, reason});
}

void Session::shown() noexcept {
  // Packets of PCMU that were sent before Welcome arrived may still be under way.
  std::size_t bytes =
      std::max(voice::message_bytes_max(format_), voice::message_bytes_max(format_, codec()));
  // So may longer ones, of the room that it has been moved from.
  if (is_changing_) bytes = std::max(bytes, channel_.message_bytes_max());
  channel_.set_message_bytes_max(bytes);
}

void Session::set_mutes(const Mutes& mutes) {
  if (!seat_) return;
  room().set_mutes(seat_->participant, mutes);
  if (dialect_ == Dialect::voice1) tell_state();
}

// A listener is told that its microphone is muted, because older clients do not know roles.
void Session::tell_state() {
  Mutes mutes = lobby_.find(*seat_)->mutes;
  mutes.microphone = mutes.microphone || role_ == Role::listener;
  voice1::State state{.muted_by_server = muted(mutes)};
  if (tells_role_) state.role = word_of(role_);
  queue(state);
}

void Session::close(CloseReason reason, std::string_view words) {
  invariants();
  if (!seat_) return;
  lobby_.leave(*seat_);
  seat_.reset();
  login_.reset();
  if (dialect_ == Dialect::voice1 && reason != CloseReason::bye) {
    control_.clear();
    if (words.empty()) words = bye_text(reason);
    queue(voice1::Bye{bye_code(reason), words});
  }
}

void Session::queue(const voice1::Message& message) {
  queue(voice1::write(message));
}

void Session::queue(std::vector<std::uint8_t> message) {
  if (control_.size() < control_messages_max) control_.push_back(std::move(message));
}

std::vector<std::uint8_t> Session::next_control() {
  VOICE_ASSERT(!control_.empty());
  std::vector<std::uint8_t> oldest = std::move(control_.front());
  control_.erase(control_.begin());
  return oldest;
}

std::vector<std::vector<std::uint8_t>> Session::take_control() {
  return std::exchange(control_, {});
}

}  // namespace voiced

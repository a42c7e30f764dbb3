// The part of Session that decides in which room a peer sits, and which rate and codec it uses
// there.
#include "common/core/assert.hpp"
#include "server/host/session.hpp"

#include <algorithm>
#include <utility>

namespace voiced {

namespace voice1 = voice::voice1;

std::optional<CloseReason> Session::hello(const voice1::Hello& greeting, voice::Bytes message,
                                          voice::TimePoint now) {
  dialect_ = Dialect::voice1;
  is_choosing_ = false;
  if (login_ != nullptr) {
    ++counters_.ignored_messages;
    return std::nullopt;
  }
  return is_known_ ? enter(greeting) : identify(greeting, message, now);
}

// Called when it is settled who the peer is and what it may do.
std::optional<CloseReason> Session::enter(const voice1::Hello& greeting, std::string_view proof) {
  if (!std::exchange(has_entered_, true)) {
    offered_ = greeting.codecs;
    listen_for_rate(greeting.rate_hz);
    if (const auto reason = enter_room(greeting.room)) return reason;
    room().set_sequencing(seat_->participant, Sequencing::trusted);
    const bool is_named = !greeting.name.empty() || !given_name().empty();
    if (const auto reason = take_name(is_named ? greeting.name : access().user)) return reason;
  } else if (const auto reason = take_name(greeting.name)) {
    return reason;
  }
  // One that was sent before the last Welcome arrived still names the rate of an earlier one.
  const auto rate_hz = static_cast<std::uint32_t>(format_.rate_hz());
  if (greeting.rate_hz.value_or(rate_hz) == rate_hz || !follows_rate_) is_changing_ = false;
  shown();
  hello_ = true;
  VOICE_ASSERT(dialect_ == Dialect::voice1 &&
               name_.size() <= std::max(address_.size(), name_bytes_max));
  welcome(proof);
  const Mutes& mutes = lobby_.find(*seat_)->mutes;
  if (mutes.microphone || mutes.loudspeaker || role_ == Role::listener) tell_state();
  return std::nullopt;
}

// A peer that asks for the announced rate although the room has another keeps it in every room.
void Session::listen_for_rate(std::optional<std::uint32_t> wanted_hz) {
  const Room& front = lobby_.front();
  const auto announced_hz = static_cast<std::uint32_t>(front.first_format().rate_hz());
  says_rate_ = wanted_hz.has_value();
  follows_rate_ =
      says_rate_ && (wanted_hz != announced_hz || front.first_format() == front.format());
}

void Session::end_choice() noexcept {
  if (!std::exchange(is_choosing_, false) || !seat_) return;
  VOICE_ASSERT(login_ == nullptr && !is_known_);
  if (lobby_.is_front_guarded()) {
    require_hello_ = true;
  } else {
    room().set_outside(seat_->participant, false);
  }
}

// Enters the room that the peer asks for, if that admits it. Who the peer is: see identify().
std::optional<CloseReason> Session::enter_room(std::string_view name) {
  RoomId to = seat_->room;
  // If the operator moved the peer while it was logging in, it stays there.
  if (to == front_room) {
    const auto wanted = lobby_.enter(name, access());
    if (!wanted) return wanted.error();
    to = *wanted;
  }
  if (!take_seat(to)) return CloseReason::room_full;
  entered_ = to != front_room;
  (void)follow_role();
  room().set_outside(seat_->participant, false);
  return std::nullopt;
}

void Session::welcome(std::string_view proof) {
  const std::string id = std::to_string(number_);
  voice1::Welcome welcome{
      .id = id, .name = name_, .agent = "voiced", .user = access().user, .proof = proof};
  if (tells_role_) welcome.role = word_of(role_);
  if (lobby_.rooms() > 1) welcome.room = room().name();
  const auto word = voice::word_of(codec_);
  if (std::find(offered_.begin(), offered_.end(), word) != offered_.end()) welcome.codec = word;
  if (says_rate_) welcome.rate_hz = static_cast<std::uint32_t>(format_.rate_hz());
  queue(welcome);
}

bool Session::move(RoomId to) {
  VOICE_ASSERT(seat_.has_value());
  const voice::AudioFormat format_before = format_;
  const voice::CodecId codec_before = codec_;
  if (!take_seat(to)) return false;
  const bool has_other_role = follow_role();
  // A peer that is still logging in is welcomed afterwards.
  if (!has_entered_) return true;
  is_changing_ = is_changing_ || format_ != format_before || codec_ != codec_before;
  shown();
  welcome({});
  if (has_other_role) tell_state();
  return true;
}

// Returns whether the peer's role has changed.
bool Session::follow_role() {
  const Role before = std::exchange(role_, lobby_.role_in(seat_->room, access()));
  tells_role_ = tells_role_ || proved_ != nullptr || role_ != Role::speaker;
  room().set_listener(seat_->participant, role_ == Role::listener);
  return role_ != before;
}

void Session::follow_rules() {
  if (!seat_) return;
  const bool has_other_role = follow_role();
  follow_accounts();
  if (has_other_role && has_entered_) tell_state();
}

// Takes a seat in that room, with a format and a codec that both sides have. Returns false, and
// changes nothing, if there is no place.
bool Session::take_seat(RoomId to) {
  const voice::AudioFormat format = format_in(lobby_.room(to));
  const voice::CodecId codec = codec_in(to, format);
  if (to == seat_->room) {
    if (format == room().format()) room().use_room_rate(seat_->participant);
    room().set_codec(seat_->participant, codec);
  } else {
    const auto seat = lobby_.move(*seat_, to, format, codec);
    if (!seat) return false;
    seat_ = *seat;
  }
  format_ = format;
  codec_ = codec;
  limit_messages();
  return true;
}

// A peer that does not follow the rate of a Welcome keeps the announced one.
voice::AudioFormat Session::format_in(const Room& room) const noexcept {
  return follows_rate_ ? room.format() : format_;
}

// The first codec that both sides offer. A peer that offers none speaks PCMU. One that has Opus
// keeps it, although others are given none at the moment.
voice::CodecId Session::codec_in(RoomId room, voice::AudioFormat format) const noexcept {
  for (const voice1::Codec word : offered_) {
    const auto codec = voice::codec_of(word);
    if (!codec) continue;
    const bool is_offered = *codec == codec_ ? lobby_.room(room).offers(*codec, format)
                                             : lobby_.offers(room, *codec, format);
    if (is_offered) return *codec;
  }
  return voice::CodecId::pcmu;
}

}  // namespace voiced

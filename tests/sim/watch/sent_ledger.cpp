#include "tests/sim/watch/sent_ledger.hpp"

#include "tests/sim/world/world.hpp"

namespace sim {

namespace {

// Everything except a mix: a text message, the announcement, an RTP header without sound.
bool is_no_mix(const Message& message, std::uint64_t messages_left) noexcept {
  constexpr std::size_t rtp_header_bytes = 12;
  return messages_left == 0 || message.empty() || message[0] < 0x80 ||
         message.size() == rtp_header_bytes;
}

}  // namespace

std::uint64_t SentLedger::hash_of_content(const Message& wire_message) noexcept {
  return hash_of(voice::Bytes{wire_message}.subspan(voice::length_prefix_bytes));
}

void SentLedger::left(voice::Bytes bytes, TimePoint now) {
  if (bytes.empty()) return;
  if (!deframer_.mid_message()) began_ = now;
  deframer_.add(bytes);
  while (const auto message = deframer_.next()) {
    complete(*message, now);
    began_ = now;
  }
  promise(!deframer_.broken(), "every length prefix sent is legal");
}

void SentLedger::complete(const Message& message, TimePoint now) {
  if (is_no_mix(message, messages_left_++)) return;
  const std::uint64_t hash = hash_of(message);
  while (!due_.empty() && due_.front().hash && *due_.front().hash != hash) {
    check_missing(due_.front(), now);
    due_.pop_front();
  }
  promise(!due_.empty(), "peers get the mix that is theirs, once, in order, and whole");
  promise(began_ - due_.front().since <= audio_age_max_,
          "no audio starts to leave when it is too old");
  due_.pop_front();
}

void SentLedger::check_missing(const Due& missing, TimePoint now) {
  if (missing.may_vanish) return;
  promise(asks_too_much_ || now - missing.since > audio_age_max_,
          "audio is dropped only when it is too old");
  ++audio_dropped_;
}

}  // namespace sim

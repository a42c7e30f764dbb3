#include "tests/sim/shell/sent_ledger.hpp"

#include "tests/sim/world/world.hpp"

namespace sim {

void SentLedger::pushed(voice::Bytes message, voice::MessageClass kind, TimePoint now) {
  expected_.push_back(Entry{hash_of(message.subspan(voice::length_prefix_bytes)), now, kind});
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
  const std::uint64_t hash = hash_of(message);
  while (!expected_.empty() && expected_.front().hash != hash) {
    check_missing(expected_.front(), now);
    expected_.pop_front();
  }
  promise(!expected_.empty(), "peers get whole messages, once each, in order");
  const Entry& entry = expected_.front();
  if (entry.kind == voice::MessageClass::audio) {
    promise(began_ - entry.since <= audio_age_max_, "no audio starts to leave when it is too old");
  }
  expected_.pop_front();
  ++messages_left_;
}

void SentLedger::check_missing(const Entry& missing, TimePoint now) {
  if (missing.may_vanish) return;
  promise(missing.kind == voice::MessageClass::audio, "control messages are never dropped");
  promise(asks_too_much_ || now - missing.since > audio_age_max_,
          "audio is dropped only when it is too old");
  ++audio_dropped_;
}

}  // namespace sim

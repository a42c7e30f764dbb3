// Watches what leaves the server for one peer: whole messages, in the order in which they were
// handed over, each at most once; what is missing was audio, and too old. In: messages pushed,
// bytes that left.
#pragma once

#include "common/wire/limits.hpp"
#include "common/wire/outbox.hpp"

#include "tests/sim/oracle/slow_wire.hpp"
#include "tests/sim/world/random.hpp"

#include <cstdint>
#include <deque>

namespace sim {

class SentLedger {
 public:
  /// @param asks_too_much a hostile peer: its own answers may crowd out its audio.
  SentLedger(Duration audio_age_max, bool asks_too_much) noexcept
      : audio_age_max_(audio_age_max), asks_too_much_(asks_too_much) {}

  void pushed(voice::Bytes message, voice::MessageClass kind, TimePoint now);

  /// `bytes` went to the kernel. Throws a Violation when they are not what they must be.
  void left(voice::Bytes bytes, TimePoint now);

  /// The server said: forget what has not begun to leave (a farewell follows).
  void forget_unsent() noexcept {
    for (Entry& entry : expected_) entry.may_vanish = true;
  }

  [[nodiscard]] std::uint64_t audio_dropped() const noexcept { return audio_dropped_; }
  [[nodiscard]] std::uint64_t messages_left() const noexcept { return messages_left_; }
  [[nodiscard]] bool mid_message() const noexcept { return deframer_.mid_message(); }

 private:
  struct Entry {
    std::uint64_t hash;
    TimePoint since;
    voice::MessageClass kind;
    bool may_vanish = false;
  };
  void complete(const Message& message, TimePoint now);
  void check_missing(const Entry& missing, TimePoint now);

  Duration audio_age_max_;
  bool asks_too_much_;
  std::deque<Entry> expected_;
  SlowDeframer deframer_{voice::message_bytes_max_any_rate};
  TimePoint began_{};  // when the first byte of the message under way left
  std::uint64_t audio_dropped_ = 0;
  std::uint64_t messages_left_ = 0;
};

}  // namespace sim

// Checks what leaves the server for one peer: complete messages, each mix at most once and in the
// order of the ticks; a missing one was too old. Answers and keepalives may come between them.
// Input: the mixes that are due, and the bytes that left.
#pragma once

#include "common/wire/limits.hpp"
#include "common/wire/outbox.hpp"

#include "tests/sim/oracle/slow_wire.hpp"
#include "tests/sim/world/random.hpp"

#include <cstdint>
#include <deque>
#include <optional>

namespace sim {

class SentLedger {
 public:
  /// @param asks_too_much a hostile peer: its own answers may crowd out its audio.
  SentLedger(Duration audio_age_max, bool asks_too_much) noexcept
      : audio_age_max_(audio_age_max), asks_too_much_(asks_too_much) {}

  /// The mix of this tick for this peer, a complete wire message.
  void pushed(const Message& mix, TimePoint now) { due_.push_back({hash_of_content(mix), now}); }
  /// The same, if its content has not been computed.
  void pushed_something(TimePoint now) { due_.push_back({std::nullopt, now}); }

  /// `bytes` went to the kernel. Throws a Violation if they are not what they must be.
  void left(voice::Bytes bytes, TimePoint now);

  /// The server discards everything that has not begun to leave (a farewell follows).
  void forget_unsent() noexcept {
    for (Due& due : due_) due.may_vanish = true;
  }

  [[nodiscard]] std::uint64_t audio_dropped() const noexcept { return audio_dropped_; }
  [[nodiscard]] std::uint64_t messages_left() const noexcept { return messages_left_; }
  [[nodiscard]] bool mid_message() const noexcept { return deframer_.mid_message(); }

 private:
  struct Due {
    std::optional<std::uint64_t> hash;  // empty: any content
    TimePoint since;
    bool may_vanish = false;
  };
  [[nodiscard]] static std::uint64_t hash_of_content(const Message& wire_message) noexcept;
  void complete(const Message& message, TimePoint now);
  void check_missing(const Due& missing, TimePoint now);

  Duration audio_age_max_;
  bool asks_too_much_;
  std::deque<Due> due_;
  SlowDeframer deframer_{voice::message_bytes_max_any_rate};
  TimePoint began_{};  // when the first byte of the message in progress left
  std::uint64_t audio_dropped_ = 0;
  std::uint64_t messages_left_ = 0;
};

}  // namespace sim

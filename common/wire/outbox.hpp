// Messages the kernel would not take yet, for one peer: whole messages in, stream bytes out.
// Bounded by age: late voice is worse than missing voice, so the oldest audio is dropped first.
// A message of which a byte has left is always finished: the peer would lose the framing otherwise.
#pragma once

#include "common/core/bytes.hpp"
#include "common/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace voice {

enum class MessageClass : std::uint8_t {
  audio,    // worthless when old: dropped by age, oldest first
  control,  // never dropped by age; refused when the byte limit is reached
};

struct OutboxLimits {
  Duration audio_age_max = std::chrono::milliseconds{200};
  std::size_t bytes_max = std::size_t{64} * 1024;  // all that is held, control messages included
};

class Outbox {
 public:
  explicit Outbox(OutboxLimits limits) : limits_(limits) {}

  /// Applies from the next push() or expire() on; what is held beyond the new limits goes then.
  void set_limits(OutboxLimits limits) noexcept { limits_ = limits; }

  /// Appends a whole message whose first `sent_bytes` bytes have already left (0 unless the outbox
  /// is empty; asserted). To make room, audio that is too old goes first, then the oldest audio.
  /// Returns false if there is still no room; the message is then dropped and counted.
  bool push(Bytes message, MessageClass kind, TimePoint now, std::size_t sent_bytes = 0);

  /// Drops audio older than the limit. Call before writing.
  void expire(TimePoint now);

  /// The bytes to write next, in order; empty when there is nothing. Valid until the next call that
  /// changes the outbox.
  [[nodiscard]] Bytes front() const noexcept;

  /// Tells that the first `count` bytes of `front()` have left. Returns how many audio messages
  /// have left whole by that.
  std::size_t consume(std::size_t count);

  [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
  [[nodiscard]] std::size_t size_bytes() const noexcept { return front().size(); }
  /// True when no message is half sent: the moment at which a connection may be closed on purpose.
  [[nodiscard]] bool on_message_boundary() const noexcept { return sent_ == 0; }
  /// Age of the oldest message, zero when empty.
  [[nodiscard]] Duration age(TimePoint now) const noexcept;
  [[nodiscard]] std::uint64_t dropped_messages() const noexcept { return dropped_messages_; }

  /// Forgets everything but the rest of a message half sent; for a polite end.
  void clear_unsent();

 private:
  struct Entry {
    std::size_t size_bytes;
    TimePoint since;
    MessageClass kind;
  };

  /// Drops the oldest audio message of which nothing has been sent and that `since` is before;
  /// false if none.
  bool drop_oldest_audio(TimePoint before);
  void check() const noexcept;

  OutboxLimits limits_;
  std::vector<std::uint8_t> bytes_;  // all entries, back to back; the first sent_ bytes have left
  std::vector<Entry> entries_;       // oldest first
  std::size_t sent_ = 0;             // bytes of the first entry that have left
  std::uint64_t dropped_messages_ = 0;
};

}  // namespace voice

// Messages that the kernel has not accepted yet, for one peer: whole messages in, stream bytes out.
// Bounded by age, and the oldest audio is dropped first. In a stall, when nothing leaves, audio is
// kept as long as the peer's playout can catch up with it afterwards. On a link that is too slow
// for the call, that would make all audio late for good, so there the limit is much shorter. A
// message of which a byte has left is always finished, because the peer would lose the framing
// otherwise.
#pragma once

#include "common/core/bytes.hpp"
#include "common/core/time.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace voice {

/// Enough for 200 ms of sound in any format, and for control messages.
inline constexpr std::size_t outbox_bytes_min = std::size_t{64} * 1024;

enum class MessageClass : std::uint8_t {
  audio,    // worthless when old: dropped by age, oldest first
  control,  // never dropped by age; refused when the byte limit is reached
};

struct OutboxLimits {
  /// Applies while messages leave.
  Duration audio_age_max = std::chrono::milliseconds{200};
  std::size_t bytes_max = outbox_bytes_min;  // all that is held, control messages included
  /// Applies while nothing leaves, and for up to `Outbox::drain_max` afterwards. No effect if it is
  /// less than audio_age_max.
  Duration stall_age_max{0};
};

/// The limits for a peer whose playout catches up with sound that is up to `catch_up_max` late (0:
/// it does not).
/// @param message_bytes size of its longest sound message
[[nodiscard]] OutboxLimits outbox_limits(Duration audio_age_max, Duration catch_up_max,
                                         std::size_t message_bytes) noexcept;

class Outbox {
 public:
  /// How long audio may leave late after a stall before the link counts as too slow for the call.
  /// Gaps between two messages count, each up to `gap_max`; the rest of a longer gap is a stall.
  static constexpr std::chrono::milliseconds drain_max{2000};
  static constexpr std::chrono::milliseconds gap_max{500};

  explicit Outbox(OutboxLimits limits) : limits_(limits) {}

  /// Applies from the next push() or expire() on; what is held beyond the new limits goes then.
  void set_limits(OutboxLimits limits) noexcept { limits_ = limits; }

  /// Appends a whole message whose first `sent_bytes` bytes have already left (0 unless the outbox
  /// is empty; asserted). To make room, audio that is too old goes first, then the oldest audio.
  /// Returns false if there is still no room; the message is then dropped and counted.
  bool push(Bytes message, MessageClass kind, TimePoint now, std::size_t sent_bytes = 0);

  /// Drops audio older than the limit that holds at this moment. Call before writing.
  void expire(TimePoint now);

  /// The bytes to write next, in order; empty when there is nothing. Valid until the next call that
  /// changes the outbox.
  [[nodiscard]] Bytes front() const noexcept;

  /// Reports that the first `count` bytes of `front()` have left. Returns how many audio messages
  /// have thereby left completely.
  std::size_t consume(std::size_t count);

  [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
  [[nodiscard]] std::size_t size_bytes() const noexcept { return front().size(); }
  /// True when no message is half sent: the moment at which a connection may be closed on purpose.
  [[nodiscard]] bool on_message_boundary() const noexcept { return sent_ == 0; }
  /// Age of the oldest message, zero when empty.
  [[nodiscard]] Duration age(TimePoint now) const noexcept;
  /// Memory reserved for bytes: at most a quarter more than OutboxLimits::bytes_max and a message,
  /// or twice outbox_bytes_min, where that is more.
  [[nodiscard]] std::size_t memory_bytes() const noexcept { return bytes_.capacity(); }
  [[nodiscard]] std::uint64_t dropped_messages() const noexcept { return dropped_messages_; }

  /// Drops everything but the rest of a half-sent message, before a connection is closed.
  void clear_unsent();

 private:
  struct Entry {
    std::size_t size_bytes;
    TimePoint since;
    MessageClass kind;
  };

  [[nodiscard]] Duration audio_age_max(TimePoint now) noexcept;
  /// Drops the oldest audio message of which nothing has been sent, if it was pushed before
  /// `before`. Returns false if there is none.
  bool drop_oldest_audio(TimePoint before);
  void remove_front(std::size_t bytes);
  void compact() noexcept;
  void make_room(std::size_t bytes);
  void check() const noexcept;

  OutboxLimits limits_;
  std::vector<std::uint8_t> bytes_;  // after the first gone_ bytes: all entries, back to back
  std::vector<Entry> entries_;       // oldest first
  std::size_t sent_ = 0;             // bytes of the first entry that have left
  std::uint32_t gone_ = 0;           // bytes that were dropped or sent; removed now and then
  // For audio that leaves late.
  bool has_moved_ = false;  // bytes have left since the limit was last asked for
  TimePoint moved_at_{};    // the epoch: none has left since audio became late
  Duration late_for_{0};    // how long it has been leaving, without stalls
  std::uint64_t dropped_messages_ = 0;
};

}  // namespace voice

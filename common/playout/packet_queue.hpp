// The encoded samples of one stream between packets and frames: a bounded ring of samples of a
// codec with a fixed number of bytes for each, with the state of their sequence numbers and their
// arrival times. It decides nothing: JitterBuffer (mode `fixed`) and AdaptivePlayout decide when
// samples are played and which are dropped.
#pragma once

#include "common/audio/audio_format.hpp"
#include "common/audio/codec.hpp"
#include "common/core/assert.hpp"
#include "common/core/bytes.hpp"
#include "common/core/rare_memory.hpp"
#include "common/core/time.hpp"
#include "common/playout/arrival_times.hpp"
#include "common/playout/playout_counters.hpp"
#include "common/wire/limits.hpp"
#include "common/wire/rtp_packet.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace voice {

/// After a pause of this length, a sequence number says nothing about what was lost: a peer that
/// was muted may have gone on counting.
inline constexpr std::chrono::seconds sequence_pause_max{5};

/// How late a tick may be and still play what has waited for it: late ticks are made up for within
/// this time (tick_schedule.hpp).
inline constexpr std::chrono::milliseconds late_tick_max{200};

enum class Insert : std::uint8_t {
  accepted,
  duplicate,  // the sequence number of the packet before: discarded
  late,       // a sequence number already passed: discarded
  overflow,   // accepted, but older samples were dropped for it
  malformed,  // the codec does not allow it: discarded
};

class PacketQueue {
 public:
  /// @param rare where the far ring comes from, and outlives this object; null: it is alone.
  PacketQueue(AudioFormat format, CodecId codec, RareMemory* rare = nullptr);

  [[nodiscard]] AudioFormat format() const noexcept { return format_; }
  [[nodiscard]] CodecId codec() const noexcept { return codec_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::size_t fill_samples() const noexcept { return samples(size_); }
  /// Packets' worth of samples held, rounded up.
  [[nodiscard]] int fill_packets() const noexcept {
    return static_cast<int>((size_ + frame_bytes_ - 1) / frame_bytes_);
  }
  /// Where the next frame begins; nullptr when empty.
  [[nodiscard]] const std::uint8_t* front() const noexcept {
    return size_ == 0 ? nullptr : &ring_[head_];
  }
  /// Where the next packet is likely to be put, for fetching it into a cache.
  [[nodiscard]] const std::uint8_t* next_place() const noexcept {
    const std::size_t at = head_ + size_;
    if (at > turn_) return &ring_[at - turn_];
    return turns_early(frame_bytes_) ? ring_ : &ring_[at];
  }
  [[nodiscard]] const PlayoutCounters& counters() const noexcept { return counters_; }

  /// Accepts whatever number comes next, because packets were held back on purpose (a mute).
  void forget_sequence() noexcept { last_.reset(); }

  // The following is for the policy that owns this queue. All counts are of bytes: of encoded
  // samples, always whole ones.

  [[nodiscard]] PlayoutCounters& counters() noexcept { return counters_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::size_t capacity() const noexcept { return most_; }
  [[nodiscard]] std::size_t sample_bytes() const noexcept { return sample_bytes_; }
  [[nodiscard]] std::size_t frame_bytes() const noexcept { return frame_bytes_; }
  /// The value of every byte of silence.
  [[nodiscard]] std::uint8_t silence() const noexcept { return silence_; }
  /// The number of the oldest byte, counted from the first byte ever stored.
  [[nodiscard]] std::uint64_t position() const noexcept { return position_; }

  /// Makes a ring of `capacity` bytes, of which up to `kept` that have been played stay readable;
  /// what is held must fit (asserted). Allocates.
  /// @param group_width see ArrivalTimes.
  void reserve(std::size_t capacity, std::size_t kept, Duration group_width);
  [[nodiscard]] Duration group_width() const noexcept { return group_width_; }
  void set_group_width(Duration width) noexcept { group_width_ = width; }

  enum class Order : std::uint8_t { next, gap, duplicate, late, restart };
  /// After a restart: the packet does not go on where the one before it ended.
  static constexpr std::size_t missing_unknown = SIZE_MAX;
  struct Verdict {
    Order order;
    std::size_t missing_bytes;  // before this packet; after a gap or a restart only
    bool follows_pause;         // its number follows, its timestamp is later; of Order::next only
  };
  /// Compares a packet with the one before it, by its numbers; call it once for each packet. Counts
  /// duplicates, late and missing packets. A jump by more than RFC 3550 §A.1 allows, or after
  /// sequence_pause_max, means that the source has started anew, not that something is missing. The
  /// timestamps say how many samples are missing; timestamps that make no sense count as 20 ms a
  /// packet. If no packet is missing but time has passed, the source has paused (RFC 3551 §4.1).
  [[nodiscard]] Verdict judge(const rtp::Header& header, Bytes payload, TimePoint now) noexcept;

  /// The part of a payload that is stored: whole samples, up to packet_frames_max frames. Counts
  /// what is cut off.
  [[nodiscard]] Bytes accept(Bytes payload) noexcept;
  /// Stores a payload. The caller has made room for it (asserted).
  void append(Bytes payload, TimePoint now) noexcept;
  void append_silence(std::size_t count, TimePoint now) noexcept;

  /// The oldest samples leave; they stay readable, as far as reserve() said.
  void advance(std::size_t count) noexcept {
    VOICE_ASSERT(count <= size_);
    size_ -= count;
    head_ += count;
    position_ += count;
    played_ = std::min(played_ + count, kept_);
    arrivals_.gone(position_);
    if (head_ >= turn_) end_turn();
  }
  void clear() noexcept;

  [[nodiscard]] bool has_in_one_piece(std::size_t count) const noexcept {
    return size_ >= count && turn_ - head_ >= count;
  }
  /// The oldest `count` bytes; they lie in one piece. Valid until the next append() or reserve().
  [[nodiscard]] Bytes in_one_piece(std::size_t count) const noexcept {
    return Bytes{&ring_[head_], count};
  }
  /// Copies out.size() bytes from the oldest on; as many are held (asserted).
  void copy(std::span<std::uint8_t> out, std::size_t from = 0) const noexcept;
  /// Other sound takes the place of what is held from the oldest byte + `from` on; as much is held
  /// (asserted).
  void replace(Bytes with, std::size_t from) noexcept;
  /// How many bytes before the oldest can still be read.
  [[nodiscard]] std::size_t played() const noexcept { return played_; }
  /// Copies the out.size() bytes that were played last; up to played() (asserted).
  void copy_played(std::span<std::uint8_t> out) const noexcept;
  /// Whether the oldest `count` bytes are silence or nearly so: up to 1 % of full scale.
  [[nodiscard]] bool is_quiet(std::size_t count) const noexcept;

  /// When the oldest sample arrived: never too late, and too early by up to the width of a group.
  /// Only while not empty.
  [[nodiscard]] TimePoint oldest_arrival() const noexcept { return arrivals_.oldest(); }
  /// How many bytes came with the oldest.
  [[nodiscard]] std::size_t oldest_group() const noexcept {
    return static_cast<std::size_t>(arrivals_.end_of_oldest(position_ + size_) - position_);
  }

  [[nodiscard]] std::size_t samples(std::size_t bytes) const noexcept {
    return sample_bytes_ == 1 ? bytes : bytes / 2;
  }

 private:
  struct Numbers {
    std::uint16_t sequence;
    std::uint32_t next_timestamp;  // of a packet that follows without a gap
  };

  [[nodiscard]] Order order_of(std::uint16_t sequence) const noexcept;
  [[nodiscard]] std::size_t samples_missing(const rtp::Header& header, int packets) const noexcept;
  [[nodiscard]] bool follows_pause(const rtp::Header& header) const noexcept;
  [[nodiscard]] std::uint8_t* grow(std::size_t count, TimePoint now) noexcept;
  [[nodiscard]] std::uint8_t* place(std::size_t count) noexcept;
  [[nodiscard]] bool turns_early(std::size_t count) const noexcept {
    return count + std::min(played_, head_) + 2 * frame_bytes_ <= head_;
  }
  // What comes next is put at the front.
  std::size_t turn() noexcept {
    turn_ = head_ + size_;
    if (size_ == 0) end_turn();
    return 0;
  }
  // The oldest is at the front now.
  void end_turn() noexcept {
    head_ -= turn_;
    turned_at_ = turn_;
    turn_ = capacity_;
  }
  [[nodiscard]] std::size_t straighten(std::size_t count) noexcept;
  void change_ring() noexcept;
  void move_to(std::uint8_t* ring, std::size_t capacity) noexcept;
  [[nodiscard]] static std::uint8_t* memory_of(RareMemory::Promise& promise) noexcept {
    return reinterpret_cast<std::uint8_t*>(promise.take());
  }
  [[nodiscard]] bool is_quiet(Bytes encoded) const noexcept;
  void invariants() const noexcept;

  // What every packet and every tick needs lies together, in two cache lines: a thousand queues do
  // not fit into a cache.
  AudioFormat format_;
  CodecId codec_;
  std::uint8_t sample_bytes_;
  std::uint8_t silence_;
  bool is_far_ = false;      // ring_ is the far one
  std::size_t frame_bytes_;  // of the longest frame
  // A ring that turns early: new bytes are put where bytes have just been taken, which is still in
  // the processor's cache, rather than into room that was last used many frames ago. Every packet
  // lies in one piece.
  std::uint8_t* ring_ = nullptr;
  std::size_t turn_ = 0;  // where the ring ends now and goes on at 0; at most capacity_
  std::size_t head_ = 0;  // of the oldest sample, below turn_
  std::size_t size_ = 0;
  std::uint64_t position_ = 0;
  std::size_t played_ = 0;  // how many bytes are kept: before head_, and before turned_at_

  std::size_t kept_ = 0;       // how many played bytes to keep, if possible
  std::size_t capacity_ = 0;   // of ring_
  std::size_t near_most_ = 0;  // more is held far, until it is no more than two thirds of it
  std::size_t most_ = 0;       // the larger capacity of the two rings
  Duration group_width_{0};
  ArrivalTimes arrivals_;

  std::size_t turned_at_ = 0;  // where the ring ended when it turned last
  std::optional<Numbers> last_;
  TimePoint last_arrival_{};
  PlayoutCounters counters_;
  // A ring for what is usually held, and one for all that may be held, to which the contents move
  // for as long as they need it: pages of it that are never used never become resident.
  RareMemory::Promise near_;  // always taken: behind the memory of arrivals_
  RareMemory::Promise far_;   // taken while is_far_
  RareMemory* rare_;
  std::size_t near_capacity_ = 0;
};

// Defined here so that it is inlined: every packet passes through it.

inline Bytes PacketQueue::accept(Bytes payload) noexcept {
  const std::size_t longest = packet_frames_max * frame_bytes_;
  if (payload.size() > longest) {
    counters_.cut_samples += samples(payload.size() - longest);
    payload = payload.first(longest);
  }
  return sample_bytes_ == 1 ? payload : payload.first(payload.size() & ~std::size_t{1});
}

inline void PacketQueue::append(Bytes payload, TimePoint now) noexcept {
  if (payload.empty()) return;
  std::copy(payload.begin(), payload.end(), grow(payload.size(), now));
}

inline std::uint8_t* PacketQueue::grow(std::size_t count, TimePoint now) noexcept {
  if (size_ == 0) {
    arrivals_.begin(now);
  } else {
    arrivals_.came(position_ + size_, now, group_width_);
  }
  return place(count);
}

// Room for `count` more bytes (not 0), in one piece ("+"), and, while it can be avoided, not where
// something lies that is still to be readable ("o").
//
//   1  [###+++.oo#####--]  turned already, and there is room before what is kept
//                ^head_^turn_
//   2  [+++...ooo######--]  straight, and the front has room and some to spare, for when more is
//                ^head_ ^turn_  held: the ring turns early, because what was taken last is still in
//                               the processor's cache
//   3  [+++.oo########---]  straight, and only the front has room
//             ^head_  ^turn_
//   4  [.oo######+++....]  straight, and only the end has room
//          ^head_          ^turn_
//
// If there is no room, straighten() makes it; as much is kept then as fits.
inline std::uint8_t* PacketQueue::place(std::size_t count) noexcept {
  if (size_ == 0 && kept_ == 0) {
    head_ = 0;
    turn_ = capacity_;
  }
  if (is_far_ ? size_ + count <= near_most_ * 2 / 3 : size_ + count > near_most_) change_ring();
  const std::size_t end = head_ + size_;
  std::size_t at = end;
  if (end > turn_) {
    at -= turn_;
    if (at + count + played_ > head_) at = straighten(count);
  } else if (turns_early(count)) {
    at = turn();
  } else if (end + count > capacity_) {
    at = count + played_ <= head_ ? turn() : straighten(count);
  } else if (played_ > head_ && end + count + played_ > turned_at_ + head_) {
    // What was played before the ring turned lies behind what comes now.
    at = straighten(count);
  }
  size_ += count;
  return &ring_[at];
}

}  // namespace voice

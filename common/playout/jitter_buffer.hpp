// Evens out the arrival of one stream: µ-law packets in at any moment, exactly one frame out per
// tick. Mode `fixed`: depth N packets as in the original program; playing starts, and restarts, at
// N/2. Bounded: when more than N packets' worth is held, the oldest samples go until N/2 is left,
// so that delay never stays high. Counts every event. Holds samples rather than packets: a peer
// whose frames alternate (11025 Hz) or have another length is played without a seam.
#pragma once

#include "common/audio/audio_format.hpp"
#include "common/core/bytes.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace voice {

inline constexpr int jitter_depth_packets_min = 2;
inline constexpr int jitter_depth_packets_max = 1000;

enum class Insert : std::uint8_t {
  accepted,
  duplicate,  // the sequence number of the packet before: discarded
  late,       // a sequence number already passed: discarded
  overflow,   // accepted, but older samples had to go
};

struct JitterBufferCounters {
  std::uint64_t packets = 0;  // accepted, overflow included
  std::uint64_t duplicates = 0;
  std::uint64_t late = 0;
  std::uint64_t lost = 0;             // packets missing in the sequence
  std::uint64_t overflows = 0;        // events
  std::uint64_t dropped_samples = 0;  // by overflows
  std::uint64_t underflows = 0;       // ticks that found less than a frame while playing
  std::uint64_t primed = 0;           // times playing started or restarted
};

class JitterBuffer {
 public:
  /// @param depth_packets N, 2…1000; asserted. Allocates once, (N + 4) frames of bytes.
  JitterBuffer(AudioFormat format, int depth_packets);

  /// Stores a packet's samples.
  /// @param sequence nothing for peers whose sequence numbers mean nothing (every classic peer: its
  ///        server draws all streams from one counter); then packets play in order of arrival.
  ///        Otherwise duplicates and late packets are discarded, and a gap met while playing is
  ///        filled with silence, so that what follows keeps its time. A jump by more than RFC 3550
  ///        §A.1 allows is a restarted source, not a gap.
  /// @param ulaw     any length up to packet_frames_max frames; what exceeds it is cut off.
  Insert insert(std::optional<std::uint16_t> sequence, Bytes ulaw) noexcept;

  /// Takes one frame. Returns how many samples at the front of `out` are the peer's; the rest is
  /// silence (0xFF). 0: not playing (waiting for N/2). Less than a frame: ran dry at this tick, and
  /// waits from now on.
  std::size_t take(std::span<std::uint8_t> out) noexcept;

  /// As take(), but copies nothing where the frame lies in one piece: returns a whole frame, as
  /// long as `spare`, in the buffer itself or in `spare`; empty when not playing. Valid until the
  /// next insert(), set_depth() or the end of `spare`.
  [[nodiscard]] Bytes take_in_place(std::span<std::uint8_t> spare) noexcept;

  /// Where the next frame begins, for fetching it into a cache; nullptr when empty.
  [[nodiscard]] const std::uint8_t* front() const noexcept {
    return size_ == 0 ? nullptr : &ring_[head_];
  }

  /// Forgets all samples and waits for N/2 again. Counters stay.
  void reset() noexcept;

  /// Changes N while running; keeps what fits.
  void set_depth(int depth_packets);

  [[nodiscard]] bool playing() const noexcept { return playing_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] int depth_packets() const noexcept { return depth_packets_; }
  /// Packets' worth of samples held, rounded up: 0…N.
  [[nodiscard]] int fill_packets() const noexcept;
  [[nodiscard]] std::size_t fill_samples() const noexcept { return size_; }
  [[nodiscard]] const JitterBufferCounters& counters() const noexcept { return counters_; }

 private:
  enum class Order : std::uint8_t { next, gap, duplicate, late, restart };

  [[nodiscard]] std::size_t target_samples() const noexcept;
  [[nodiscard]] Order order_of(std::uint16_t sequence) const noexcept;
  void append(Bytes ulaw) noexcept;
  [[nodiscard]] std::uint8_t* grow(std::size_t count) noexcept;
  void straighten() noexcept;
  void advance(std::size_t count) noexcept;
  void append_silence(std::size_t count) noexcept;
  void drop(std::size_t count) noexcept;
  bool shrink_to_target() noexcept;

  AudioFormat format_;
  int depth_packets_;
  // A ring that turns early: what comes is put where something has just been taken, which is still
  // in the processor's cache, rather than into room that was last used many frames ago. Every
  // packet lies in one piece.
  std::vector<std::uint8_t> ring_;
  std::size_t turn_ = 0;  // where the ring ends now and goes on at 0; at most its size
  std::size_t head_ = 0;  // of the oldest sample, below turn_
  std::size_t size_ = 0;
  bool playing_ = false;
  std::optional<std::uint16_t> last_sequence_;
  JitterBufferCounters counters_;
};

}  // namespace voice

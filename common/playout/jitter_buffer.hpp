// Evens out the arrival of one stream: packets of a codec with a fixed number of bytes for each
// sample in at any moment, exactly one frame out per tick. Mode `fixed`: depth N packets as in the
// original program; playing starts, and restarts, at N/2. Bounded in size: when more than N
// packets' worth is held, the oldest samples go until N/2 is left. Bounded in time: nothing is
// played later than wait_max() after it arrived, and more delay than N/2 needs does not stay.
// Counts every event. Holds samples rather than packets: a peer whose frames alternate (11025 Hz)
// or have another length is played without a seam (docs/adr/0004-jitter-buffer-holds-samples.md).
#pragma once

#include "common/audio/audio_format.hpp"
#include "common/audio/codec.hpp"
#include "common/core/bytes.hpp"
#include "common/core/time.hpp"
#include "common/playout/arrival_times.hpp"
#include "common/wire/limits.hpp"
#include "common/wire/rtp_packet.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace voice {

inline constexpr int jitter_depth_packets_min = 2;
inline constexpr int jitter_depth_packets_max = 1000;

/// How late a tick may be and still play what has waited for it: as far as ticks are caught up
/// (tick_schedule.hpp).
inline constexpr std::chrono::milliseconds late_tick_max{200};

/// After such a pause a sequence number says nothing about what was lost: a peer that was muted may
/// have counted on.
inline constexpr std::chrono::seconds sequence_pause_max{5};

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
  std::uint64_t expired_samples = 0;  // dropped because they had waited for too long
  std::uint64_t excess_samples = 0;   // dropped because they were only delay
  std::uint64_t cut_samples = 0;      // of packets longer than packet_frames_max frames
  std::uint64_t deepened = 0;         // times N was raised to hold what arrives at once
  std::uint64_t underflows = 0;       // ticks that found less than a frame while playing
  std::uint64_t primed = 0;           // times playing started or restarted
  friend bool operator==(const JitterBufferCounters&, const JitterBufferCounters&) = default;
};

class JitterBuffer {
 public:
  /// @param depth_packets N, 2…1000; asserted. Allocates once, (max(N, 8) + 4) frames of encoded
  ///                      samples.
  JitterBuffer(AudioFormat format, int depth_packets, CodecId codec = CodecId::pcmu);

  /// Stores the samples of a packet of a peer whose numbers mean something. Duplicates and late
  /// packets are discarded. A gap met while playing is filled with silence, as long as the
  /// timestamps say, so that what follows keeps its time; timestamps that make no sense count as 20
  /// ms a packet. A jump by more than RFC 3550 §A.1 allows, or after sequence_pause_max, is a
  /// source that started anew, not a gap.
  /// @param payload any length up to packet_frames_max frames; what exceeds it is cut off, and so
  ///                is a rest that is no whole sample.
  Insert insert(const rtp::Header& header, Bytes payload, TimePoint now) noexcept;

  /// The same for a peer whose numbers mean nothing (every classic peer: its server draws all
  /// streams from one counter): packets play in order of arrival.
  Insert insert(Bytes payload, TimePoint now) noexcept;

  /// Takes one frame, encoded as it came. Returns how many bytes at the front of `out` are the
  /// peer's; the rest is the codec's silence. 0: not playing. Less than a frame: ran dry at this
  /// tick, and waits from now on. Playing starts with N/2 packets, or, for a short spurt of at
  /// least 60 ms, when the oldest sample has waited as long as N/2 packets last. What is shorter is
  /// no word and is dropped 200 ms after that.
  std::size_t take(std::span<std::uint8_t> out, TimePoint now) noexcept;

  /// As take(), but copies nothing where the frame lies in one piece: returns a whole frame, as
  /// long as `spare`, in the buffer itself or in `spare`; empty when not playing. Valid until the
  /// next insert(), set_depth() or the end of `spare`.
  [[nodiscard]] Bytes take_in_place(std::span<std::uint8_t> spare, TimePoint now) noexcept;

  [[nodiscard]] AudioFormat format() const noexcept { return format_; }
  [[nodiscard]] CodecId codec() const noexcept { return codec_; }
  /// Where the next frame begins, for fetching it into a cache; nullptr when empty.
  [[nodiscard]] const std::uint8_t* front() const noexcept {
    return size_ == 0 ? nullptr : &ring_[head_];
  }

  /// Forgets all samples and waits for N/2 again. Counters stay.
  void reset() noexcept;

  /// Whatever number comes next is right: packets were held back on purpose (a mute).
  void forget_sequence() noexcept { last_.reset(); }

  /// Changes N while running; keeps what fits.
  void set_depth(int depth_packets);

  [[nodiscard]] bool playing() const noexcept { return playing_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  /// N as it is now: higher than it was set while more than that arrives at once (a peer whose
  /// packets or whose card's lumps are up to packet_frames_max frames long), until ten seconds
  /// after that has ended.
  [[nodiscard]] int depth_packets() const noexcept { return depth_packets_; }
  /// N as it was set.
  [[nodiscard]] int set_depth_packets() const noexcept { return set_depth_packets_; }
  /// How long a sample may wait: N packets, and a late tick.
  [[nodiscard]] Duration wait_max() const noexcept { return wait_max_; }
  /// Holds more than playing starts with.
  [[nodiscard]] bool above_target() const noexcept { return size_ > target_; }
  /// Packets' worth of samples held, rounded up: 0…N.
  [[nodiscard]] int fill_packets() const noexcept;
  [[nodiscard]] std::size_t fill_samples() const noexcept { return size_ / sample_bytes_; }
  [[nodiscard]] const JitterBufferCounters& counters() const noexcept { return counters_; }

 private:
  enum class Order : std::uint8_t { next, gap, duplicate, late, restart };
  struct Numbers {
    std::uint16_t sequence;
    std::uint32_t next_timestamp;  // of a packet that follows without a gap
  };

  [[nodiscard]] Order order_of(std::uint16_t sequence) const noexcept;
  [[nodiscard]] std::size_t samples_missing(const rtp::Header& header, int packets) const noexcept;
  void append(Bytes payload, TimePoint now) noexcept;
  void append_silence(std::size_t count, TimePoint now) noexcept;
  [[nodiscard]] std::uint8_t* grow(std::size_t count, TimePoint now) noexcept;
  void straighten() noexcept;
  void advance(std::size_t count) noexcept;
  void drop(std::size_t count) noexcept;
  void use_depth(int depth_packets) noexcept;
  void expire(TimePoint now, Duration wait_max) noexcept;
  void start_short_spurt(TimePoint now) noexcept;
  void deepen(std::size_t packet, TimePoint now) noexcept;
  bool shrink_to_target() noexcept;
  void prepare(TimePoint now) noexcept;
  void taken() noexcept;
  void let_go_of_excess() noexcept;
  [[nodiscard]] bool is_quiet(std::size_t count) const noexcept;
  [[nodiscard]] bool is_quiet(Bytes encoded) const noexcept;
  [[nodiscard]] std::size_t samples(std::size_t bytes) const noexcept {
    return bytes / sample_bytes_;
  }
  void invariants() const noexcept;

  AudioFormat format_;
  CodecId codec_;
  std::uint8_t sample_bytes_;
  std::uint8_t silence_;     // every byte of it
  std::size_t frame_bytes_;  // of the longest frame
  int depth_packets_;        // N in force
  int set_depth_packets_;    // N as it was set
  // From here on all counts are of bytes: of encoded samples, always whole ones.
  // Follow from N. Whole frames at their longest: at 11025 Hz the target is a sample more than two
  // short frames hold, so that a tick that wants 221 after a packet of 220 never runs dry by one.
  std::size_t target_ = 0;
  std::size_t limit_ = 0;
  std::size_t calm_ = 0;  // so much left by a tick may be too much
  int excess_ticks_ = 0;  // if it has been for so long
  Duration wait_max_{0};
  Duration group_width_{0};
  // A ring that turns early: what comes is put where something has just been taken, which is still
  // in the processor's cache, rather than into room that was last used many frames ago. Every
  // packet lies in one piece.
  std::vector<std::uint8_t> ring_;
  std::size_t turn_ = 0;  // where the ring ends now and goes on at 0; at most its size
  std::size_t head_ = 0;  // of the oldest sample, below turn_
  std::size_t size_ = 0;
  std::uint64_t position_ = 0;  // the number of the oldest byte
  bool playing_ = false;
  std::ptrdiff_t held_at_tick_ = 0;  // of what is held now, how much was there after the last tick
  int full_ticks_ = 0;               // in a row after which calm_ or more was held
  std::size_t low_water_ = 0;        // the least that was held after one of those
  std::optional<Numbers> last_;
  TimePoint last_arrival_{};
  TimePoint deepened_at_{};
  TimePoint lump_at_{};  // when more than N as it was set would hold came last
  JitterBufferCounters counters_;
  ArrivalTimes arrivals_;
};

}  // namespace voice

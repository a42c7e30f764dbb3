// Evens out the arrival of one stream: packets of a codec with a fixed number of bytes for each
// sample in at any moment, exactly one frame out per tick. Mode `fixed`: depth N packets as in the
// original program; playing starts, and restarts, at N/2. Bounded in size: when more than N
// packets' worth is held, the oldest samples go until N/2 is left. Bounded in time: nothing is
// played later than wait_max() after it arrived, and delay beyond N/2 that is not needed is
// removed.
// Counts every event. Holds samples rather than packets: a peer whose frames alternate (11025 Hz)
// or have another length is played without a seam (docs/adr/0004-jitter-buffer-holds-samples.md).
#pragma once

#include "common/playout/packet_queue.hpp"
#include "common/playout/playout_options.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace voice {

class JitterBuffer : public PacketQueue {
 public:
  /// @param depth_packets N, 2…1000; asserted. Allocates once, (max(N, 8) + 4) frames of encoded
  ///                      samples.
  JitterBuffer(AudioFormat format, int depth_packets, CodecId codec = CodecId::pcmu,
               RareMemory* rare = nullptr);
  /// Without memory yet: reserve() makes it the queue of another policy, set_depth() a buffer.
  JitterBuffer(AudioFormat format, CodecId codec, RareMemory* rare)
      : PacketQueue(format, codec, rare) {}

  /// Stores the samples of a packet of a peer whose numbers mean something. Duplicates and late
  /// packets are discarded. A gap met while playing is filled with as much silence as the
  /// timestamps say, so that what follows keeps its time; timestamps that make no sense count as 20
  /// ms a packet. A jump by more than RFC 3550 §A.1 allows, or after sequence_pause_max, means that
  /// the source has started anew, not that something is missing.
  /// @param payload any length up to packet_frames_max frames; the excess is cut off, and so is an
  ///                incomplete sample at the end.
  Insert insert(const rtp::Header& header, Bytes payload, TimePoint now) noexcept;

  /// The same for a peer whose numbers mean nothing (every classic peer: its server draws all
  /// streams from one counter): packets play in order of arrival.
  Insert insert(Bytes payload, TimePoint now) noexcept;

  /// Takes one frame, encoded as it came. Returns how many bytes at the front of `out` are the
  /// peer's; the rest is the codec's silence. 0: not playing. Less than a frame: ran dry at this
  /// tick, and waits from now on. Playing starts with N/2 packets, or, for a short spurt of at
  /// least 60 ms, when the oldest sample has waited as long as N/2 packets last. A shorter spurt
  /// cannot be a word and is dropped 200 ms after that.
  std::size_t take(std::span<std::uint8_t> out, TimePoint now) noexcept;

  /// As take(), but copies nothing where the frame lies in one piece: returns a whole frame, as
  /// long as `spare`, in the buffer itself or in `spare`; empty when not playing. Valid until the
  /// next insert(), set_depth() or the end of `spare`.
  [[nodiscard]] Bytes take_in_place(std::span<std::uint8_t> spare, TimePoint now) noexcept;

  /// Forgets all samples and waits for N/2 again. Counters stay.
  void reset() noexcept;

  /// Takes over a queue from another policy: waits for N/2 packets, and keeps what is held.
  void take_over() noexcept {
    playing_ = false;
    held_at_tick_ = static_cast<std::ptrdiff_t>(size());
    full_ticks_ = 0;
  }

  /// Changes N while running; keeps what fits.
  void set_depth(int depth_packets);

  [[nodiscard]] bool playing() const noexcept { return playing_; }
  /// N as it is now: higher than it was set while more than that arrives at once (a peer whose
  /// packets or whose card's lumps are up to packet_frames_max frames long), until ten seconds
  /// after that has ended.
  [[nodiscard]] int depth_packets() const noexcept { return depth_packets_; }
  /// N as it was set.
  [[nodiscard]] int set_depth_packets() const noexcept { return set_depth_packets_; }
  /// How long a sample may wait: N packets, and a late tick.
  [[nodiscard]] Duration wait_max() const noexcept { return wait_max_; }
  /// Whether it holds more than playing starts with.
  [[nodiscard]] bool above_target() const noexcept { return size() > target_; }

 private:
  void append_packet(Bytes payload, TimePoint now) noexcept;
  void append_gap(std::size_t count, TimePoint now) noexcept;
  void make_room(std::size_t count) noexcept;
  void drop(std::size_t count) noexcept;
  void use_depth(int depth_packets) noexcept;
  void expire(TimePoint now, Duration wait_max) noexcept;
  void start_short_spurt(TimePoint now) noexcept;
  void deepen(std::size_t packet, TimePoint now) noexcept;
  bool shrink_to_target() noexcept;
  void prepare(TimePoint now) noexcept;
  void taken() noexcept;
  void let_go_of_excess() noexcept;

  int depth_packets_ = 0;      // N in force
  int set_depth_packets_ = 0;  // N as it was set
  // From here on all counts are of bytes: of encoded samples, always whole ones.
  // Follow from N. Whole frames at their longest: at 11025 Hz the target is a sample more than two
  // short frames hold, so that a tick that wants 221 after a packet of 220 never runs dry by one.
  std::size_t target_ = 0;
  std::size_t limit_ = 0;
  std::size_t calm_ = 0;  // more than this left after a tick may be too much
  int excess_ticks_ = 0;  // after this many such ticks in a row, it is
  Duration wait_max_{0};
  bool playing_ = false;
  std::ptrdiff_t held_at_tick_ = 0;  // of what is held now, how much was there after the last tick
  int full_ticks_ = 0;               // in a row after which calm_ or more was held
  std::size_t low_water_ = 0;        // the least that was held after one of those
  TimePoint deepened_at_{};
  TimePoint lump_at_{};  // the last time that more arrived at once than N, as it was set, holds
};

}  // namespace voice

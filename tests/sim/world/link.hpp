// One direction of a TCP connection: bytes in order, with their own delays, cut anywhere. What the
// kernels on both sides and the network between them hold is bounded, so a slow reader makes the
// writer wait.
#pragma once

#include "common/core/bytes.hpp"

#include "tests/sim/world/random.hpp"

#include <cstddef>
#include <deque>
#include <vector>

namespace sim {

/// How a stream is cut on its way.
enum class Split : std::uint8_t {
  whole,       // a read gets everything that has arrived
  any_byte,    // writes are cut in two that arrive separately, and reads get a part of what has
               // arrived
  one_byte,    // every read gets a single byte
  as_written,  // a read gets no more than one write has written
};

struct LinkProfile {
  Duration delay = std::chrono::milliseconds{1};
  Duration jitter{0};                  // added to the delay, uniformly; never reorders
  std::size_t bytes_per_second = 0;    // 0: no limit
  std::size_t capacity_bytes = 16384;  // in all, on the way and not read yet
  Duration stall_every{0};             // on average; 0: never
  Duration stall_min{0};
  Duration stall_max{0};
  Split split = Split::whole;
};

class Link {
 public:
  Link(const LinkProfile& profile, Random random) noexcept : profile_(profile), random_(random) {}

  /// Takes what fits from the front of `bytes`, like a non-blocking send, and returns how much.
  std::size_t write(voice::Bytes bytes, TimePoint now);

  /// The next bytes that have arrived, at most `bytes_max`; empty if there are none. Valid until
  /// the next call of a non-const member.
  [[nodiscard]] voice::Bytes read(std::size_t bytes_max, TimePoint now);

  /// The writer has finished: the reader sees the end of the stream after the last byte.
  void finish() noexcept { finished_ = true; }
  [[nodiscard]] bool at_end() const noexcept { return finished_ && held_bytes() == 0; }

  /// Nothing more gets through before `until`.
  void stall(TimePoint until) noexcept { stalled_until_ = std::max(stalled_until_, until); }

  [[nodiscard]] std::size_t held_bytes() const noexcept { return bytes_.size() - read_; }

 private:
  struct Segment {
    TimePoint arrives;
    std::size_t bytes;
  };
  void carry(std::size_t bytes, TimePoint now);
  void stall_by_chance(TimePoint now);

  LinkProfile profile_;
  Random random_;
  std::vector<std::uint8_t> bytes_;
  std::size_t read_ = 0;  // bytes at the front of bytes_ that the reader has
  std::deque<Segment> segments_;
  TimePoint line_free_{};
  TimePoint last_arrival_{};
  TimePoint stalled_until_{};
  TimePoint next_stall_{};
  bool finished_ = false;
};

/// Both directions of a connection, shared by its two ends.
struct Wire {
  Wire(const LinkProfile& up, const LinkProfile& down, Random random)
      : to_server(up, random.fork()), to_client(down, random.fork()) {}

  Link to_server;
  Link to_client;
  bool broken = false;  // reset, or one end's machine has failed
};

}  // namespace sim

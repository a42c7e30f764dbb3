// Random stories, told to the jitter buffer and to a slow model of its header's rules; both must
// say the same.
#include "common/playout/jitter_buffer.hpp"
#include "common/wire/limits.hpp"

#include "tests/support/catch.hpp"

#include <deque>
#include <random>
#include <vector>

using voice::AudioFormat;
using voice::Insert;
using voice::JitterBuffer;
using voice::JitterBufferCounters;
using Frame = std::vector<std::uint8_t>;

namespace {

/// One sample per cell, sequence numbers counted without wrapping: nothing clever.
class Model {
 public:
  Model(AudioFormat format, int depth) : format_(format), depth_(depth) {}

  Insert insert(std::optional<std::int64_t> sequence, Frame ulaw) {
    if (sequence) {
      const std::int64_t ahead = last_ ? *sequence - *last_ : 1;
      if (ahead == 0) return ++counters.duplicates, Insert::duplicate;
      if (ahead < 0 && ahead >= -100) return ++counters.late, Insert::late;
      if (ahead > 1 && ahead <= 3000) {
        counters.lost += static_cast<std::uint64_t>(ahead - 1);
        if (playing) append_hole(static_cast<std::size_t>(ahead - 1));
      }
      last_ = sequence;
    }
    ++counters.packets;
    ulaw.resize(std::min(ulaw.size(), voice::packet_frames_max * format_.samples_per_frame_max()));
    held.insert(held.end(), ulaw.begin(), ulaw.end());
    const bool overflow = held.size() > samples(depth_);
    if (overflow) {
      ++counters.overflows;
      shrink();
    }
    if (!playing && !held.empty() && held.size() >= samples(depth_ / 2)) {
      playing = true;
      ++counters.primed;
    }
    return overflow ? Insert::overflow : Insert::accepted;
  }

  std::size_t take(Frame& out) {
    std::size_t count = 0;
    for (std::uint8_t& sample : out) {
      const bool has_sample = playing && !held.empty();
      sample = has_sample ? held.front() : 0xFF;
      if (!has_sample) continue;
      held.pop_front();
      ++count;
    }
    if (playing && count < out.size()) {
      playing = false;
      ++counters.underflows;
    }
    return count;
  }

  void reset() {
    held.clear();
    playing = false;
    last_.reset();
  }

  void set_depth(int depth) {
    depth_ = depth;
    if (held.size() > samples(depth_)) shrink();
  }

  std::deque<std::uint8_t> held;
  bool playing = false;
  JitterBufferCounters counters;

 private:
  [[nodiscard]] std::size_t samples(int packets) const {
    return static_cast<std::size_t>(packets) * format_.samples_per_frame_max();
  }

  void append_hole(std::size_t packets) {
    // A hole that alone fills the buffer pushes out all before it; a longer one changes nothing
    // more.
    const std::size_t hole = std::min(packets * format_.samples_per_frame(), samples(depth_));
    held.insert(held.end(), hole, 0xFF);
  }

  void shrink() {
    while (held.size() > samples(depth_ / 2)) {
      held.pop_front();
      ++counters.dropped_samples;
    }
  }

  AudioFormat format_;
  int depth_;
  std::optional<std::int64_t> last_;
};

class Teller {
 public:
  Teller(std::uint32_t seed, int rate_hz, int depth)
      : random_(seed),
        format_(AudioFormat::from_rate(rate_hz).value()),
        buffer_(format_, depth),
        model_(format_, depth) {}

  void step() {
    const std::size_t kind = below(100);
    if (kind < 48) {
      insert();
    } else if (kind < 98) {
      take();
    } else if (below(4) == 0) {
      buffer_.reset();
      model_.reset();
    } else if (below(4) == 0) {
      const int depth = 2 + static_cast<int>(below(20));
      buffer_.set_depth(depth);
      model_.set_depth(depth);
    }
    compare();
  }

  [[nodiscard]] const JitterBufferCounters& counters() const { return model_.counters; }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }

  void insert() {
    Frame packet(below(20) != 0 ? format_.samples_per_frame() + below(2) : below(6000));
    for (std::uint8_t& sample : packet) sample = static_cast<std::uint8_t>(next_sample_++ % 251);
    std::optional<std::int64_t> sequence;
    if (below(20) != 0) sequence = sequence_ += stride();
    // The buffer sees 16 bits of what the model counts without end.
    const auto on_the_wire =
        sequence ? std::optional{static_cast<std::uint16_t>(*sequence)} : std::nullopt;
    REQUIRE(buffer_.insert(on_the_wire, packet) == model_.insert(sequence, packet));
  }

  /// Mostly the next packet; else a duplicate, a late one, a gap, or a jump to either side.
  std::int64_t stride() {
    const std::size_t kind = below(100);
    if (kind < 80) return 1;
    if (kind < 85) return 0;
    if (kind < 90) return -static_cast<std::int64_t>(below(120));
    if (kind < 98) return static_cast<std::int64_t>(below(8));
    return static_cast<std::int64_t>(below(12'000)) - 6000;
  }

  void take() {
    Frame out(below(10) != 0 ? format_.samples_per_frame() + below(2) : below(2000));
    Frame expected(out.size());
    REQUIRE(buffer_.take(out) == model_.take(expected));
    REQUIRE(out == expected);
  }

  void compare() {
    const auto& ours = buffer_.counters();
    const auto& told = model_.counters;
    REQUIRE(buffer_.fill_samples() == model_.held.size());
    REQUIRE(buffer_.empty() == model_.held.empty());
    REQUIRE(buffer_.playing() == model_.playing);
    REQUIRE(buffer_.fill_packets() <= buffer_.depth_packets());
    REQUIRE(ours.packets == told.packets);
    REQUIRE(ours.duplicates == told.duplicates);
    REQUIRE(ours.late == told.late);
    REQUIRE(ours.lost == told.lost);
    REQUIRE(ours.overflows == told.overflows);
    REQUIRE(ours.dropped_samples == told.dropped_samples);
    REQUIRE(ours.underflows == told.underflows);
    REQUIRE(ours.primed == told.primed);
  }

  std::mt19937 random_;
  AudioFormat format_;
  JitterBuffer buffer_;
  Model model_;
  std::int64_t sequence_ = 65'500;
  unsigned next_sample_ = 0;
};

}  // namespace

TEST_CASE("a jitter buffer does what its rules say, whatever happens", "[jitter_buffer]") {
  const std::uint32_t seed = GENERATE(1u, 2u, 3u);
  const int rate_hz = GENERATE(5000, 8000, 11025);
  const int depth = GENERATE(2, 3, 6, 20);
  INFO("seed " << seed << " rate " << rate_hz << " depth " << depth);
  Teller teller(seed, rate_hz, depth);

  for (int i = 0; i < 5000; ++i) teller.step();

  const auto& counters = teller.counters();
  CHECK(counters.duplicates > 0);
  CHECK(counters.late > 0);
  CHECK(counters.lost > 0);
  CHECK(counters.overflows > 0);
  CHECK(counters.underflows > 0);
  CHECK(counters.primed > 0);
}

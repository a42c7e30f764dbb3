// Jitter buffers of every depth and rate, packets of every length, and changes of depth.
#include "common/playout/jitter_buffer.hpp"
#include "common/wire/limits.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

using voice::AudioFormat;
using voice::FrameClock;
using voice::Insert;
using voice::JitterBuffer;
using Frame = std::vector<std::uint8_t>;

namespace {

AudioFormat format_of(int rate_hz) {
  return AudioFormat::from_rate(rate_hz).value();
}

// Time stands still in these tests: nothing expires.
constexpr voice::TimePoint start{std::chrono::hours{1}};

/// Counts 0, 1, … 250, 0, … in samples, so that a lost or repeated sample is noticed, and 0xFF
/// never occurs.
class Counting {
 public:
  Frame next(std::size_t samples) {
    Frame frame(samples);
    for (std::uint8_t& sample : frame) sample = advance();
    return frame;
  }
  bool follows(std::span<const std::uint8_t> samples) {
    return std::all_of(samples.begin(), samples.end(), [this](int s) { return s == advance(); });
  }

 private:
  std::uint8_t advance() { return static_cast<std::uint8_t>(count_++ % 251); }
  int count_ = 0;
};

void fill(JitterBuffer& buffer, Counting& source, int packets, std::size_t samples = 160) {
  for (int i = 0; i < packets; ++i) buffer.insert(source.next(samples), start);
}

}  // namespace

TEST_CASE("every depth starts at half, and holds no more than the whole", "[jitter_buffer]") {
  for (int depth = voice::jitter_depth_packets_min; depth <= voice::jitter_depth_packets_max;
       ++depth) {
    JitterBuffer buffer(format_of(5000), depth);
    const Frame packet(100, 1);
    bool as_told = true;
    for (int i = 1; i <= depth; ++i) {
      as_told = as_told && buffer.insert(packet, start) == Insert::accepted;
      as_told = as_told && buffer.playing() == (i >= depth / 2) && buffer.fill_packets() == i;
    }
    // Up to four at once are a lump, which is held (jitter_buffer_lumps_test.cpp).
    if (depth <= 3) continue;
    as_told = as_told && buffer.insert(packet, start) == Insert::overflow;
    as_told = as_told && buffer.fill_packets() == depth / 2;
    if (!as_told) FAIL("depth " << depth);
  }
  SUCCEED("depths 2 to 1000");
}

TEST_CASE("at 11025 Hz ten minutes of frames of 220 and 221 play without losing a sample",
          "[jitter_buffer]") {
  const int depth = GENERATE(2, 3, 4, 6, 20);
  // The listener's frames may be long when the talker's are short, or the other way round.
  const bool ticks_start_long = GENERATE(false, true);
  const auto format = format_of(11025);
  JitterBuffer buffer(format, depth);
  FrameClock talker(format);
  FrameClock listener(format);
  if (ticks_start_long) listener.next();
  Counting spoken;
  Counting heard;

  while (!buffer.playing()) buffer.insert(spoken.next(talker.next()), start);
  for (int tick = 0; tick < 30'000; ++tick) {
    Frame out(listener.next());
    REQUIRE(buffer.take(out, start) == out.size());
    REQUIRE(heard.follows(out));
    REQUIRE(buffer.insert(spoken.next(talker.next()), start) == Insert::accepted);
  }

  CHECK(buffer.counters().underflows == 0);
  CHECK(buffer.counters().dropped_samples == 0);
}

TEST_CASE("packets of any length play without a seam", "[jitter_buffer]") {
  const std::size_t length = GENERATE(1u, 7u, 80u, 159u, 161u, 240u, 320u, 640u);
  INFO("packets of " << length << " samples");
  JitterBuffer buffer(format_of(8000), 20);
  Counting spoken;
  Counting heard;

  for (int tick = 0; tick < 500; ++tick) {
    while (buffer.fill_samples() < 10 * 160) buffer.insert(spoken.next(length), start);
    Frame out(160);
    REQUIRE(buffer.take(out, start) == 160);
    REQUIRE(heard.follows(out));
  }
  CHECK(buffer.counters().dropped_samples == 0);
}

TEST_CASE("a tick that finds less than a frame plays it and waits", "[jitter_buffer]") {
  JitterBuffer buffer(format_of(8000), 2);
  Counting spoken;
  Counting heard;
  fill(buffer, spoken, 1, 250);
  Frame out(160);
  CHECK(buffer.take(out, start) == 160);
  CHECK(heard.follows(out));

  CHECK(buffer.take(out, start) == 90);

  CHECK(heard.follows(std::span{out}.first(90)));
  CHECK(std::count(out.begin() + 90, out.end(), 0xFF) == 70);
  CHECK_FALSE(buffer.playing());
  CHECK(buffer.empty());
  CHECK(buffer.counters().underflows == 1);
}

TEST_CASE("a packet without audio is accepted and holds nothing", "[jitter_buffer]") {
  JitterBuffer buffer(format_of(8000), 2);

  CHECK(buffer.insert({.sequence = 5}, {}, start) == Insert::accepted);

  CHECK(buffer.empty());
  CHECK_FALSE(buffer.playing());
  CHECK(buffer.counters().packets == 1);
  CHECK(buffer.insert({.sequence = 5}, {}, start) == Insert::duplicate);
}

TEST_CASE("a packet is cut off after four frames", "[jitter_buffer]") {
  JitterBuffer buffer(format_of(8000), 20);
  Counting spoken;
  fill(buffer, spoken, 1, 5000);

  CHECK(buffer.fill_samples() == voice::packet_frames_max * 160);
}

TEST_CASE("the fill level rounds up to whole packets", "[jitter_buffer]") {
  JitterBuffer buffer(format_of(8000), 20);
  Counting spoken;
  CHECK(buffer.fill_packets() == 0);
  fill(buffer, spoken, 1, 1);
  CHECK(buffer.fill_packets() == 1);
  fill(buffer, spoken, 1, 159);
  CHECK(buffer.fill_packets() == 1);
  fill(buffer, spoken, 1, 1);
  CHECK(buffer.fill_packets() == 2);
}

TEST_CASE("a deeper buffer keeps what it held and goes on playing", "[jitter_buffer]") {
  JitterBuffer buffer(format_of(8000), 6);
  Counting spoken;
  Counting heard;
  Frame out(160);
  // First make the ring wrap, so that what is kept lies across its end.
  for (int i = 0; i < 8; ++i) {
    fill(buffer, spoken, i == 0 ? 4 : 1);
    buffer.take(out, start);
    CHECK(heard.follows(out));
  }

  buffer.set_depth(20);

  CHECK(buffer.depth_packets() == 20);
  CHECK(buffer.fill_packets() == 3);
  CHECK(buffer.playing());
  fill(buffer, spoken, 17);
  for (int i = 0; i < 20; ++i) {
    CHECK(buffer.take(out, start) == 160);
    CHECK(heard.follows(out));
  }
}

TEST_CASE("a shallower buffer keeps what fits, else its newest half depth", "[jitter_buffer]") {
  JitterBuffer buffer(format_of(8000), 20);
  Counting spoken;
  Counting heard;
  fill(buffer, spoken, 12);

  SECTION("all of it fits") {
    buffer.set_depth(12);
    CHECK(buffer.fill_packets() == 12);
  }
  SECTION("a packet too many") {
    buffer.set_depth(11);
    CHECK(buffer.fill_packets() == 5);
    CHECK(buffer.counters().dropped_samples == 7 * 160);
    heard.next(7 * 160);
  }
  Frame out(160);
  CHECK(buffer.playing());
  CHECK(buffer.take(out, start) == 160);
  CHECK(heard.follows(out));
}

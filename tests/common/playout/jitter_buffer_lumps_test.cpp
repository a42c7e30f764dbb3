// Packets longer than 20 ms, cards that deliver in lumps, and what timestamps say is missing.
#include "common/playout/jitter_buffer.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>
#include <vector>

using voice::AudioFormat;
using voice::JitterBuffer;

namespace {

constexpr std::size_t frame = 160;

/// A jitter buffer at 8000 Hz and its clock, which each tick advances.
class Line {
 public:
  explicit Line(int depth_packets) : buffer(*AudioFormat::from_rate(8000), depth_packets) {}

  void arrive(std::size_t samples, std::uint8_t code = 0x30) {
    buffer.insert(std::vector<std::uint8_t>(samples, code), now);
  }
  void tick() {
    std::vector<std::uint8_t> out(frame);
    now += voice::frame_duration;
    buffer.take(out, now);
    heard.insert(heard.end(), out.begin(), out.end());
  }
  [[nodiscard]] std::size_t heard_samples() const {
    return static_cast<std::size_t>(std::count(heard.begin(), heard.end(), 0x30));
  }

  voice::TimePoint now{std::chrono::hours{1}};
  JitterBuffer buffer;
  std::vector<std::uint8_t> heard;
};

/// `lumps` lumps of `frames` frames each arrive at their own pace; one in seven is a tick late.
void talk_in_lumps(Line& line, std::size_t frames, bool one_packet, int lumps) {
  for (int lump = 0; lump < lumps; ++lump) {
    if (one_packet) {
      line.arrive(frames * frame);
    } else {
      for (std::size_t i = 0; i < frames; ++i) line.arrive(frame);
    }
    const std::size_t late = lump % 7 == 3 ? 1 : 0;
    const std::size_t early = lump % 7 == 4 ? 1 : 0;
    for (std::size_t i = 0; i < frames + late - early; ++i) line.tick();
  }
}

}  // namespace

TEST_CASE("all of a burst is heard, however small the depth", "[jitter_buffer][lumps]") {
  const int depth = GENERATE(2, 3, 4, 5, 6, 7, 8, 20);
  const std::size_t frames = GENERATE(2u, 3u, 4u);
  const bool one_packet = GENERATE(true, false);
  INFO("depth " << depth << ", " << frames << " frames, " << (one_packet ? "one packet" : "lump"));
  // Two packets between two ticks are jitter, which the smallest depths are not meant to absorb.
  if (!one_packet && frames == 2) return;
  Line line(depth);

  talk_in_lumps(line, frames, one_packet, 200);
  for (int i = 0; i < 50; ++i) line.tick();

  CHECK(line.heard_samples() == 200 * frames * frame);
  CHECK(line.buffer.counters().overflows == 0);
  CHECK(line.buffer.counters().deepened <= 1);
  CHECK(line.buffer.depth_packets() ==
        (line.buffer.counters().deepened == 0 ? depth : 2 * static_cast<int>(frames)));
}

TEST_CASE("a raised depth goes back when no more bursts arrive", "[jitter_buffer][lumps]") {
  Line line(2);
  talk_in_lumps(line, 4, false, 5);
  CHECK(line.buffer.depth_packets() == 8);
  CHECK(line.buffer.counters().deepened == 1);

  for (int i = 0; i < 9 * 50; ++i) {
    line.arrive(frame);
    line.tick();
  }
  CHECK(line.buffer.depth_packets() == 8);
  for (int i = 0; i < 2 * 50; ++i) {
    line.arrive(frame);
    line.tick();
  }
  CHECK(line.buffer.depth_packets() == 2);
  CHECK(line.buffer.fill_packets() <= 2);
}

TEST_CASE("a stalled link does not count as a burst", "[jitter_buffer][lumps]") {
  const int depth = GENERATE(2, 3);
  Line line(depth);
  for (int i = 0; i < 10; ++i) line.arrive(frame);

  CHECK(line.buffer.depth_packets() == depth);
  CHECK(line.buffer.fill_packets() <= depth);
  CHECK(line.buffer.counters().overflows > 0);
}

TEST_CASE("a jitter of one packet does not raise the depth", "[jitter_buffer][lumps]") {
  Line line(2);
  for (int i = 0; i < 100; ++i) {
    line.arrive(frame);
    line.arrive(frame);
    line.tick();
    line.tick();
  }
  CHECK(line.buffer.counters().deepened == 0);
}

TEST_CASE("a new setting replaces a raised depth", "[jitter_buffer][lumps]") {
  Line line(2);
  talk_in_lumps(line, 3, true, 5);
  CHECK(line.buffer.depth_packets() == 6);

  line.buffer.set_depth(10);
  CHECK(line.buffer.depth_packets() == 10);
  talk_in_lumps(line, 3, true, 50);
  CHECK(line.buffer.depth_packets() == 10);
}

TEST_CASE("samples beyond four frames of a packet are counted", "[jitter_buffer][lumps]") {
  Line line(6);
  line.arrive(5 * frame);
  line.arrive(4 * frame);

  CHECK(line.buffer.counters().cut_samples == frame);
}

TEST_CASE("a missing packet is as long as the timestamps say", "[jitter_buffer][lumps]") {
  struct Row {
    const char* what;
    int missing;
    std::uint32_t told;  // samples that are missing between the two packets
    std::size_t silence;
  };
  const Row row = GENERATE(values<Row>({
      {"80 ms", 1, 640, 640},
      {"20 ms", 1, 160, 160},
      {"10 ms", 1, 80, 80},
      {"three of 40 ms", 3, 3 * 320, 3 * 320},
      {"a timestamp that stands still", 1, 0, 160},
      {"more than a packet can hold", 1, 641, 160},
      {"a timestamp that goes back", 2, static_cast<std::uint32_t>(-320), 320},
  }));
  INFO(row.what);
  Line line(40);
  // Timestamps wrap around 32 bits on the way.
  std::uint32_t timestamp = static_cast<std::uint32_t>(-20 * 160);
  std::uint16_t sequence = 65'530;
  const std::vector<std::uint8_t> packet(frame, 0x30);
  const auto speak = [&] {
    line.buffer.insert({.sequence = sequence++, .timestamp = voice::rtp::Timestamp{timestamp}},
                       packet, line.now);
    timestamp += frame;
  };
  for (int i = 0; i < 20; ++i) speak();

  sequence = static_cast<std::uint16_t>(sequence + row.missing);
  timestamp += row.told;
  speak();

  CHECK(line.buffer.fill_samples() == 21 * frame + row.silence);
  CHECK(line.buffer.counters().lost == static_cast<std::uint64_t>(row.missing));
  for (int i = 0; i < 30; ++i) line.tick();
  const auto gap = std::find(line.heard.begin(), line.heard.end(), 0xFF);
  const auto after = std::find(gap, line.heard.end(), 0x30);
  CHECK(static_cast<std::size_t>(after - gap) == row.silence);
}

TEST_CASE("a timestamp that jumps without a missing packet is no gap", "[jitter_buffer][lumps]") {
  Line line(6);
  const std::vector<std::uint8_t> packet(frame, 0x30);
  for (std::uint16_t i = 0; i < 3; ++i) {
    line.buffer.insert({.sequence = i, .timestamp = voice::rtp::Timestamp{i * 100'000u}}, packet,
                       line.now);
  }
  CHECK(line.buffer.fill_packets() == 3);
}

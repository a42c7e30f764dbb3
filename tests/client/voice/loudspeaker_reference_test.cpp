#include "client/voice/loudspeaker_reference.hpp"

#include "tests/support/catch.hpp"

#include <numeric>

using namespace voicecli;
using namespace std::chrono_literals;

namespace {

constexpr int rate_hz = 8000;
constexpr std::int64_t margin = 480;  // reference_margin

using Pcm = std::vector<std::int16_t>;

/// Every sample written is one more than the one before it, beginning with 1.
struct Line {
  LoudspeakerReference reference{*voice::AudioFormat::from_rate(rate_hz)};
  std::int16_t last = 0;

  void write(std::size_t count) {
    Pcm pcm(count);
    for (auto& sample : pcm) sample = ++last;
    reference.write(pcm);
  }
  Pcm read(std::size_t count) {
    Pcm pcm(count);
    reference.read(pcm);
    return pcm;
  }
  void observe(int times, voice::Duration loudspeaker, voice::Duration microphone) {
    for (int i = 0; i < times; ++i) reference.observe(loudspeaker, microphone);
  }
};

Pcm counting_from(int first, std::size_t count) {
  Pcm pcm(count);
  std::iota(pcm.begin(), pcm.end(), static_cast<std::int16_t>(first));
  return pcm;
}

}  // namespace

TEST_CASE("until the devices have been observed nothing was played", "[loudspeaker_reference]") {
  Line line;
  line.write(2000);
  line.observe(19, 100ms, 10ms);

  CHECK_FALSE(line.reference.is_aligned());
  CHECK(line.read(160) == Pcm(160, 0));
}

TEST_CASE("what was played is found by the latencies of both devices, a margin early",
          "[loudspeaker_reference]") {
  Line line;
  line.write(2000);
  line.observe(20, 100ms, 10ms);  // 800 and 80 samples: sample 1120 of 2000 is heard

  REQUIRE(line.reference.is_aligned());
  CHECK(line.read(100) == counting_from(2000 - 800 - 80 + margin + 1, 100));
  CHECK(line.read(100) == counting_from(2000 - 800 - 80 + margin + 101, 100));
}

TEST_CASE("what is not written yet is silence", "[loudspeaker_reference]") {
  Line line;
  line.write(1000);
  line.observe(20, 100ms, 0ms);

  const Pcm got = line.read(400);  // sample 200 of 1000 is heard
  CHECK(Pcm(got.begin(), got.begin() + 320) == counting_from(200 + margin + 1, 320));
  CHECK(Pcm(got.begin() + 320, got.end()) == Pcm(80, 0));
}

TEST_CASE("with little latency the margin is what is written ahead, less a lump",
          "[loudspeaker_reference]") {
  Line line;
  line.write(1000);
  line.observe(20, 45ms, 5ms);  // 400 samples, of which 240 are the margin

  CHECK(line.read(160) == counting_from(1000 - 400 + 240 + 1, 160));
}

TEST_CASE("varying blocks do not move the reference", "[loudspeaker_reference]") {
  Line line;
  line.write(4000);
  line.observe(20, 100ms, 10ms);
  CHECK(line.read(80) == counting_from(4000 - 880 + margin + 1, 80));
  for (int i = 0; i < 200; ++i) {
    // Both report 10 ms more or less in turn; 80 samples in and out keep them in step.
    line.write(80);
    line.reference.observe(i % 2 == 0 ? 110ms : 90ms, i % 3 == 0 ? 5ms : 10ms);
    line.read(80);
  }

  CHECK(line.reference.alignments() == 1);
}

TEST_CASE("a difference counts when it lasts for half a second", "[loudspeaker_reference]") {
  Line line;
  line.write(4000);
  line.observe(20, 100ms, 10ms);
  line.observe(99, 130ms, 10ms);
  CHECK(line.reference.alignments() == 1);
  line.observe(1, 130ms, 10ms);

  CHECK(line.reference.alignments() == 2);
  CHECK(line.read(10) == counting_from(4000 - 1040 - 80 + margin + 1, 10));
}

TEST_CASE("a small difference never counts", "[loudspeaker_reference]") {
  Line line;
  line.write(4000);
  line.observe(20, 100ms, 10ms);
  line.observe(1000, 118ms, 10ms);

  CHECK(line.reference.alignments() == 1);
}

TEST_CASE("lost microphone samples and invented silence keep both in step",
          "[loudspeaker_reference]") {
  Line line;
  line.write(2000);
  line.observe(20, 100ms, 10ms);
  line.read(80);
  line.reference.skip(40);
  CHECK(line.read(10) == counting_from(2000 - 880 + margin + 121, 10));

  line.reference.write_silence(100);
  line.write(300);
  line.read(270);
  const Pcm got = line.read(130);
  CHECK(Pcm(got.begin(), got.begin() + 100) == Pcm(100, 0));
  CHECK(got[100] == 2001);
  // 2400 samples have been written and 530 read, which are as far apart as before.
  line.observe(100, 83ms + 750us, 10ms);
  CHECK(line.reference.alignments() == 1);
}

TEST_CASE("after a restart nothing of the former stream is played", "[loudspeaker_reference]") {
  Line line;
  line.write(2000);
  line.observe(20, 100ms, 10ms);
  line.reference.reset();
  CHECK_FALSE(line.reference.is_aligned());
  line.observe(20, 100ms, 10ms);

  CHECK(line.read(160) == Pcm(160, 0));
}

TEST_CASE("no latency and no gap of a device is too large to handle", "[loudspeaker_reference]") {
  Line line;
  line.write(2000);
  line.observe(20, 1000h, -1000h);
  CHECK(line.read(160) == Pcm(160, 0));
  line.reference.skip(std::uint64_t{1} << 63U);
  line.reference.write_silence(std::uint64_t{1} << 63U);

  CHECK(line.read(160) == Pcm(160, 0));
}

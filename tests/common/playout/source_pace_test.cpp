#include "common/playout/source_pace.hpp"

#include "tests/support/catch.hpp"

using voice::SourcePace;
using voice::TimePoint;
using Kind = voice::SourcePace::Kind;
using namespace std::chrono_literals;

namespace {

const TimePoint start{1h};
constexpr int rate_hz = 8000;

/// Delivers lumps of `lump`, `faster` times as fast as they are spoken. Returns when it ends.
TimePoint deliver(SourcePace& pace, TimePoint now, std::chrono::milliseconds lump,
                  std::chrono::milliseconds duration, double faster = 1) {
  const TimePoint end = now + duration;
  const auto samples = static_cast<std::size_t>(rate_hz * lump.count() / 1000);
  const auto interval = std::chrono::duration_cast<voice::Duration>(
      std::chrono::duration<double, std::milli>(static_cast<double>(lump.count()) / faster));
  for (; now < end; now += interval) pace.arrived(now, samples);
  return now;
}

}  // namespace

TEST_CASE("what arrives at the pace of speech is live, whatever the bursts", "[pace]") {
  const auto lump = GENERATE(1ms, 20ms, 125ms, 250ms);
  SourcePace pace;
  CHECK(pace.kind(rate_hz) == Kind::unknown);

  const TimePoint now = deliver(pace, start, lump, 300ms);
  CHECK(pace.kind(rate_hz) == Kind::unknown);
  deliver(pace, now, lump, 600ms);

  CHECK(pace.kind(rate_hz) == Kind::live);
}

TEST_CASE("a clock that is half a percent fast is live for hours", "[pace]") {
  SourcePace pace;
  deliver(pace, start, 20ms, 3h, 1.005);

  CHECK(pace.kind(rate_hz) == Kind::live);
}

TEST_CASE("what arrives ahead of time is stored", "[pace]") {
  SourcePace pace;
  const auto faster = GENERATE(1.5, 2.0, 20.0);

  deliver(pace, start, 20ms, 2000ms, faster);

  CHECK(pace.kind(rate_hz) == Kind::stored);
  CHECK(pace.lead_max(rate_hz) > 500ms);
}

TEST_CASE("a file that arrives at once is stored, and a very short sound is unknown", "[pace]") {
  SourcePace file;
  file.arrived(start, 21000);
  CHECK(file.kind(rate_hz) == Kind::stored);

  SourcePace beeps;
  for (int i = 0; i < 10; ++i) beeps.arrived(start + i * 5s, 2400);
  CHECK(beeps.kind(rate_hz) == Kind::unknown);
}

TEST_CASE("what waited while nobody read says nothing about its source", "[pace]") {
  SourcePace pace;
  pace.interrupted(24000);
  pace.arrived(start, 20000);
  pace.arrived(start + 1ms, 4000);
  CHECK(pace.kind(rate_hz) == Kind::unknown);

  SourcePace live = pace;
  deliver(live, start + 1ms, 20ms, 700ms);
  CHECK(live.kind(rate_hz) == Kind::live);

  pace.arrived(start + 2ms, 21000);
  CHECK(pace.kind(rate_hz) == Kind::stored);
}

TEST_CASE("the same arrivals are live at one rate and stored at a lower one", "[pace]") {
  SourcePace pace;
  deliver(pace, start, 20ms, 2000ms, 6);  // 48000 Hz

  CHECK(pace.kind(48000) == Kind::live);
  CHECK(pace.kind(8000) == Kind::stored);
}

TEST_CASE("large lumps are live when they have come at the pace of speech for seconds", "[pace]") {
  const auto lump = GENERATE(600ms, 1000ms, 2000ms);
  SourcePace pace;
  const TimePoint now = deliver(pace, start, lump, 4500ms);
  CHECK(pace.kind(rate_hz) == Kind::unknown);
  deliver(pace, now, lump, 4500ms);

  CHECK(pace.kind(rate_hz) == Kind::live);
  CHECK(pace.lump() == lump);
}

TEST_CASE("sentences that come at once, and not at the pace of speech, are never live", "[pace]") {
  const auto every = GENERATE(1500ms, 2500ms, 4000ms);
  SourcePace pace;
  for (int i = 0; i < 20; ++i) {
    pace.arrived(start + i * every, 2 * rate_hz);
    CHECK(pace.kind(rate_hz) != Kind::live);
  }
}

TEST_CASE("a source that paused once is live, and arrives in small bursts", "[pace]") {
  SourcePace pace;
  TimePoint now = deliver(pace, start, 20ms, 2000ms);
  now += 700ms;
  pace.arrived(now, 36 * 160);
  deliver(pace, now + 20ms, 20ms, 1000ms);

  CHECK(pace.lump() == 20ms);
  CHECK(pace.kind(rate_hz) != Kind::stored);
}

TEST_CASE("with few pauses, the shortest says how long a burst is, with many, the third longest",
          "[pace]") {
  SourcePace pace;
  CHECK(pace.lump() == 0ms);
  TimePoint now = start;
  pace.arrived(now, 3200);
  CHECK(pace.lump() == 0ms);
  struct Row {
    std::chrono::milliseconds pause, lump;
  };
  for (const auto& [pause, lump] : {Row{500ms, 500ms}, Row{400ms, 400ms}, Row{300ms, 300ms},
                                    Row{350ms, 350ms}, Row{20ms, 350ms}, Row{600ms, 400ms}}) {
    pace.arrived(now += pause, 3200);
    CHECK(pace.lump() == lump);
  }
}

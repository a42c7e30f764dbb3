#include "client/call/delay.hpp"

#include "tests/support/catch.hpp"

using namespace voicecli;
using namespace std::chrono_literals;

namespace {

const voice::TimePoint start{1h};

DelayStages every_stage(voice::Duration each) {
  return {each, each, each, each, each, each, each, each, each, false};
}

}  // namespace

TEST_CASE("the delay is the sum of all stages", "[delay]") {
  CHECK(DelayStages{}.total() == 0ms);
  CHECK(every_stage(3ms).total() == 27ms);
  CHECK(DelayStages{1ms, 2ms, 4ms, 8ms, 16ms, 32ms, 64ms, 128ms, 256ms, true}.total() == 511ms);
}

TEST_CASE("a packet waits for those before it, and leaves with the tick it waits for", "[delay]") {
  struct Row {
    std::optional<ServerDelay> told;
    voice::Duration target, server, tick;
  };
  const auto row = GENERATE(values<Row>({{ServerDelay{60ms, 3ms}, 0ms, 40ms, 3ms},
                                         {ServerDelay{20ms, 20ms}, 80ms, 0ms, 20ms},
                                         {ServerDelay{3ms, 0ms}, 80ms, 0ms, 0ms},
                                         // What the server does not tell is assumed to be as ours.
                                         {std::nullopt, 40ms, 20ms, 10ms},
                                         {std::nullopt, 0ms, 0ms, 10ms}}));
  DelayStages stages;
  add_server(stages, row.told, row.target);
  CHECK(stages.server == row.server);
  CHECK(stages.tick == row.tick);
  CHECK(stages.server_is_told == row.told.has_value());
}

TEST_CASE("impossible values from a server are ignored", "[delay]") {
  CHECK(server_delay(57, 4) == ServerDelay{57ms, 4ms});
  CHECK(server_delay(0, 0) == ServerDelay{});
  CHECK(server_delay(20'000, 20) == ServerDelay{20s, 20ms});
  CHECK(!server_delay(20'001, 4));
  CHECK(!server_delay(UINT32_MAX, 4));
  CHECK(!server_delay(57, 21));
  CHECK(!server_delay(57, UINT32_MAX));
  CHECK(!server_delay(57, std::nullopt));
  CHECK(!server_delay(std::nullopt, 4));
  CHECK(!server_delay(std::nullopt, std::nullopt));
}

TEST_CASE("the first observation counts in full", "[delay]") {
  DelayMeter meter;
  CHECK(meter.mean() == DelayStages{});
  auto seen = every_stage(7ms);
  seen.server_is_told = true;

  meter.observe(seen, start);

  CHECK(meter.mean() == seen);
}

TEST_CASE("a stage that is filled and emptied in turn is shown as its mean", "[delay]") {
  DelayMeter meter;
  auto at = start;
  for (int i = 0; i < 2000; ++i, at += 5ms) {
    DelayStages stages;
    stages.playout = (20 + 5 * (i % 4)) * 1ms;  // 20 … 35 ms
    meter.observe(stages, at);
    if (i < 400) continue;
    CHECK(meter.mean().playout > 27ms);
    CHECK(meter.mean().playout < 28ms);
  }
}

TEST_CASE("two seconds after a change, each stage shows what holds now", "[delay]") {
  DelayMeter meter;
  auto at = start;
  for (int i = 0; i < 400; ++i, at += 5ms) meter.observe(every_stage(100ms), at);
  for (int i = 0; i < 400; ++i, at += 5ms) meter.observe(every_stage(20ms), at);

  const DelayStages& mean = meter.mean();
  for (const auto stage : {mean.microphone, mean.voice, mean.smoother, mean.outbox, mean.network,
                           mean.server, mean.tick, mean.playout, mean.loudspeaker}) {
    CHECK(stage >= 20ms);
    CHECK(stage < 22ms);
  }
}

TEST_CASE("observations before another call, a long pause or a jump of the clock are forgotten",
          "[delay]") {
  DelayMeter meter;
  meter.observe(every_stage(100ms), start);

  SECTION("another call") {
    meter.reset();
    meter.observe(every_stage(20ms), start + 5ms);
  }
  SECTION("a pause") {
    meter.observe(every_stage(20ms), start + 2s);
  }
  SECTION("back in time") {
    meter.observe(every_stage(20ms), start - 1s);
  }
  CHECK(meter.mean() == every_stage(20ms));
}

TEST_CASE("observations at the same moment change nothing", "[delay]") {
  DelayMeter meter;
  meter.observe(every_stage(100ms), start);
  meter.observe(every_stage(20ms), start);
  CHECK(meter.mean().total() == 900ms);
}

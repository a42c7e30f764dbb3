#include "client/call/send_phase.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>

using voicecli::SendPhase;
using namespace std::chrono_literals;

namespace {

constexpr auto step = 5ms;

/// A microphone that brings a block of sound every `block`, by a clock that may be inaccurate, and
/// the ticks of a client that looks every 5 ms. Times are in microseconds.
struct Desk {
  Desk(std::int64_t block_us, std::int64_t phase_us, double ppm = 0)
      : block(block_us),
        next_block(static_cast<double>(phase_us)),
        period(static_cast<double>(block_us) / (1 + ppm / 1e6)) {}

  /// Runs for a number of steps.
  void run(int steps) {
    for (int i = 0; i < steps; ++i, now += 5000) {
      while (next_block <= static_cast<double>(now)) {
        next_block += period;
        held += block;
        came = now;
      }
      phase.look(held >= 20000, voice::TimePoint{std::chrono::microseconds{now}});
      if (now < next_tick) continue;
      if (phase.puts_off(held >= 20000)) {
        next_tick += 5000;
        ++put_off;
        continue;
      }
      next_tick += 20000;
      if (held < 20000) ++missed;
      if (held == block) waited_min = std::min(waited_min, now - came);
      if (held >= 20000) held -= 20000;
      left_max = std::max(left_max, held);
      const auto earlier = phase.after_tick(std::chrono::microseconds{held});
      CHECK(earlier % step == 0ms);
      CHECK(earlier < 20ms);
      moved += earlier != 0ms;
      next_tick -= std::chrono::duration_cast<std::chrono::microseconds>(earlier).count();
    }
  }
  void forget() { put_off = missed = moved = 0, left_max = 0, waited_min = INT64_MAX; }

  SendPhase phase{step};
  std::int64_t block;
  double next_block;
  double period;
  std::int64_t now = 0;
  std::int64_t next_tick = 0;
  std::int64_t held = 0;
  std::int64_t left_max = 0;            // after a tick
  std::int64_t came = 0;                // when the last block was noticed
  std::int64_t waited_min = INT64_MAX;  // before the first frame of a block was sent
  int put_off = 0;
  int missed = 0;  // ticks without a frame
  int moved = 0;
};

}  // namespace

TEST_CASE("whenever a microphone begins, after two seconds its frames do not wait needlessly",
          "[send_phase]") {
  const std::int64_t block = GENERATE(10000, 5000, 20000, 4000);
  const std::int64_t at = GENERATE(0, 1000, 4999, 7000, 12000, 19000);
  INFO("blocks of " << block << " us from " << at);
  Desk desk(block, at);

  desk.run(400);
  desk.forget();
  desk.run(2000);

  CHECK(desk.missed == 0);
  CHECK(desk.moved == 0);
  CHECK(desk.put_off == 0);
  CHECK(desk.left_max < 6000 + std::min<std::int64_t>(block, 4000));
}

TEST_CASE("a card's clock that runs fast or slow is followed, and no tick is without its frame",
          "[send_phase]") {
  const double ppm = GENERATE(-500.0, -50.0, 50.0, 500.0);
  INFO(ppm << " ppm");
  Desk desk(10000, 3000, ppm);
  desk.run(400);
  desk.forget();

  desk.run(60 * 200);  // a minute: 30 ms at 500 ppm

  CHECK(desk.missed == 0);
  CHECK(desk.left_max <= 11000);
  CHECK(desk.put_off + desk.moved <= 8);
}

TEST_CASE("lumps of whole frames wait for no more than two steps from the beginning",
          "[send_phase]") {
  const std::int64_t lump = GENERATE(20000, 40000, 80000);
  const std::int64_t at = GENERATE(0, 1000, 5000, 9000, 14000, 19000);
  INFO("lumps of " << lump << " us from " << at);
  Desk desk(lump, at);
  desk.run(400);
  desk.forget();

  desk.run(2000);

  CHECK(desk.missed == 0);
  CHECK(desk.moved == 0);
  CHECK(desk.put_off == 0);
  CHECK(desk.waited_min <= 10000);
}

TEST_CASE("a card that delivers bursts of several frames is left alone", "[send_phase]") {
  Desk desk(80000, 3000);
  desk.run(400);
  desk.forget();

  desk.run(4000);

  CHECK(desk.missed == 0);
  CHECK(desk.moved == 0);
  CHECK(desk.left_max >= 60000);
  CHECK(desk.left_max < 66000);
}

TEST_CASE("a microphone that falls silent delays a tick by less than a frame", "[send_phase]") {
  SendPhase phase{step};
  CHECK(!phase.puts_off(false));  // nothing has arrived yet
  CHECK(phase.after_tick(0ms) == 0ms);
  CHECK(!phase.puts_off(true));
  CHECK(phase.after_tick(0ms) == 0ms);

  int times = 0;
  while (phase.puts_off(false)) ++times;
  CHECK(times == 3);
  CHECK(phase.after_tick(0ms) == 0ms);
  CHECK(!phase.puts_off(false));
}

TEST_CASE("a remainder counts as unneeded only if it was there at every tick", "[send_phase]") {
  SendPhase phase{step};
  const auto tick = [&](voice::Duration left) {
    CHECK(!phase.puts_off(true));
    return phase.after_tick(left);
  };
  static_cast<void>(tick(0ms));  // the first one
  for (int i = 0; i < 8; ++i) CHECK(tick(17ms) == 0ms);
  CHECK(tick(17ms) == 0ms);  // the first window ends, with the first tick in it

  for (int i = 0; i < 49; ++i) CHECK(tick(17ms) == 0ms);
  CHECK(tick(17ms) == 15ms);
  for (int i = 0; i < 49; ++i) CHECK(tick(i == 20 ? 5ms : 17ms) == 0ms);
  CHECK(tick(17ms) == 0ms);
  for (int i = 0; i < 49; ++i) CHECK(tick(6ms) == 0ms);
  CHECK(tick(6ms) == 5ms);
  for (int i = 0; i < 49; ++i) CHECK(tick(200ms) == 0ms);
  CHECK(tick(200ms) == 15ms);
}

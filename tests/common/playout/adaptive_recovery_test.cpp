// How an adaptive playout recovers from unusual events.
#include "tests/common/playout/line.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <cmath>
#include <list>
#include <random>
#include <vector>

using std::chrono::milliseconds;
using voice::test::Line;
using voice::test::Samples;
using voice::test::tone_step;

TEST_CASE("a full queue does not move its contents with every packet", "[adaptive]") {
  Line line({.catch_up_max = milliseconds{1000}});
  const Samples loud(640, 8000);
  for (int i = 0; i < 100; ++i) line.say(loud);

  std::vector<const std::uint8_t*> fronts;
  for (int i = 0; i < 400; ++i) {
    line.say(loud);
    fronts.push_back(line.playout.front());
  }

  const auto lowest = *std::min_element(fronts.begin(), fronts.end());
  CHECK(std::count(fronts.begin(), fronts.end(), lowest) < 100);
}

TEST_CASE("the delay of a stall is removed although packets are missing again and again",
          "[adaptive]") {
  Line line;
  line.even(100);
  line.silent(150);
  for (int i = 0; i < 150; ++i) line.say(160);
  REQUIRE(line.held_ms() > 2500);

  for (int i = 0; i < 400; ++i) {
    if (i % 50 == 25) {
      line.lose(1);
    } else {
      line.say(160);
    }
    line.tick();
  }

  CHECK(line.held_ms() < 300);
}

TEST_CASE("the delay of a stall is removed although the sound never repeats itself", "[adaptive]") {
  Line line;
  std::mt19937 random(3);
  // A wind that swells and fades, so that it is not taken for the noise floor.
  int said = 0;
  const auto wind = [&] {
    Samples pcm(160);
    const double swell = 1.0 + 0.9 * std::sin(0.05 * said++);
    for (auto& sample : pcm) {
      const auto noise = static_cast<int>(random() % 6000) - 3000;
      sample = static_cast<std::int16_t>(swell * noise);
    }
    return pcm;
  };
  const auto even = [&](int ticks) {
    for (int i = 0; i < ticks; ++i) {
      line.say(wind());
      line.tick();
    }
  };
  even(100);
  line.silent(75);
  for (int i = 0; i < 75; ++i) line.say(wind());
  REQUIRE(line.held_ms() > 1000);

  even(1000);

  CHECK(line.held_ms() < 200);
}

TEST_CASE("a crowd that has to catch up shares the time of a tick, and all of it catches up",
          "[adaptive]") {
  voice::PlayoutCommons commons;
  std::list<Line> lines;
  for (int i = 0; i < 300; ++i) lines.emplace_back(voice::PlayoutOptions{}, 8000, &commons);
  std::size_t most_searches = 0;
  const auto tick = [&] {
    commons.begin_tick();
    for (Line& line : lines) line.tick();
    most_searches =
        std::max(most_searches, voice::PlayoutCommons::searches_per_tick - commons.searches_left());
  };
  const auto even = [&](int ticks) {
    for (int i = 0; i < ticks; ++i) {
      for (Line& line : lines) line.say(160);
      tick();
    }
  };
  even(100);
  for (int i = 0; i < 25; ++i) tick();
  for (Line& line : lines) {
    for (int i = 0; i < 25; ++i) line.say(160);
  }

  even(300);

  CHECK(most_searches == voice::PlayoutCommons::searches_per_tick);
  for (const Line& line : lines) {
    CHECK(line.held_ms() < 120);
    CHECK(line.step_max() < tone_step);
  }
}

TEST_CASE("a stream that may not search for a period plays its sound unchanged", "[adaptive]") {
  voice::PlayoutCommons commons;
  Line line({}, 8000, &commons);
  line.even(100);
  line.silent(25);
  for (int i = 0; i < 25; ++i) line.say(160);
  commons.begin_tick();
  while (commons.may_search()) continue;
  line.even(100);
  CHECK(line.held_ms() > 400);
  CHECK(line.playout.counters().sped_up_samples == 0);

  for (int i = 0; i < 300; ++i) {
    commons.begin_tick();
    line.even(1);
  }
  CHECK(line.held_ms() < 120);
}

TEST_CASE("memory for a concealment is given back when it is over", "[adaptive]") {
  voice::PlayoutCommons commons;
  Line line({}, 8000, &commons);
  // As much as a concealment takes: the history that it continues, and a cross-fade of 5 ms.
  const std::size_t samples = voice::Concealment(line.format).history_samples() + 40;
  voice::RareMemory::Promise beside(&commons.memory, samples);
  const std::size_t slabs = commons.memory.slabs();
  const std::int16_t* const first = beside.take();
  beside.give_back();

  line.even(100);
  line.silent(6);
  CHECK(beside.take() != first);
  beside.give_back();
  line.even(20);

  CHECK(beside.take() == first);
  CHECK(commons.memory.slabs() == slabs);
}

TEST_CASE("memory that a stall has taken goes back to the system when it has been free for long",
          "[adaptive]") {
  constexpr std::size_t samples = 20'000;
  constexpr std::size_t period = voice::PlayoutCommons::ticks_per_period;
  voice::PlayoutCommons commons;
  std::vector<voice::RareMemory::Promise> far;
  for (int i = 0; i < 40; ++i) far.emplace_back(&commons.memory, samples);
  for (auto& promise : far) promise.take()[samples / 2] = 42;
  for (auto& promise : far) promise.give_back();
  const auto pass = [&](std::size_t ticks) {
    for (; ticks > 0; --ticks) commons.begin_tick();
  };
  const auto kept = [&] {
    const auto count = std::count_if(
        far.begin(), far.end(), [](auto& promise) { return promise.take()[samples / 2] == 42; });
    for (auto& promise : far) promise.give_back();
    return count;
  };

  pass(period - 1);
  CHECK(kept() == 40);
  pass(3 * period);
  CHECK(commons.memory.unload(1000) == 0);
#if defined(__linux__)
  CHECK(kept() == 0);
#endif
}

TEST_CASE("a loss longer than what is held is concealed once, without a click", "[adaptive]") {
  Line line;
  line.even(100);
  line.silent(4);
  line.lose(4);
  line.even(50);

  CHECK(line.step_max() <= 2 * tone_step);
}

TEST_CASE("a fixed depth after an adaptive one waits for its half again", "[adaptive]") {
  Line line(voice::fixed_playout(10));
  line.even(20);
  REQUIRE(line.playout.playing());
  line.playout.set_options({});
  line.silent(100);
  line.playout.set_options(voice::fixed_playout(10));

  line.say(160);
  CHECK_FALSE(line.tick());
  for (int i = 0; i < 5; ++i) line.say(160);
  CHECK(line.tick());
}

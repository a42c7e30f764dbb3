// What is heard where packets are missing: nothing begins or ends hard.
#include "tests/common/playout/line.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

using voice::test::Line;
using voice::test::tone_step;
using voice::test::TrustedLine;

namespace {

constexpr std::size_t frame = 160;

// Packets of `length_ms`, each of them said when it is complete, until so much time has passed.
class Talker {
 public:
  Talker(Line& line, int length_ms) : line_(line), length_ms_(length_ms) {}

  // @param late packets that are complete wait until the end of this call.
  // @param lost the number of each packet decides.
  template <class Lost>
  void speak(int ticks, bool late, Lost lost) {
    for (int tick = 0; tick < ticks; ++tick) {
      spoken_ms_ += 20;
      if (!late || tick + 1 == ticks) send(lost);
      line_.tick();
    }
  }

 private:
  template <class Lost>
  void send(Lost lost) {
    const auto samples = static_cast<std::size_t>(length_ms_) * 8;
    for (; spoken_ms_ >= length_ms_; spoken_ms_ -= length_ms_) {
      lost(number_++) ? line_.miss(samples) : static_cast<void>(line_.say(samples));
    }
  }

  Line& line_;
  int length_ms_;
  int spoken_ms_ = 0;
  int number_ = 0;
};

constexpr auto none = [](int) { return false; };

}  // namespace

TEST_CASE("a loss is concealed whatever the delay and the length of a packet", "[adaptive]") {
  const int length_ms = GENERATE(10, 20, 30, 40, 60);
  const int late_ticks = GENERATE(1, 2, 3, 4, 5, 6, 8);
  const int lost = GENERATE(0, 7);
  INFO("packets of " << length_ms << " ms, late by up to " << late_ticks
                     << " ticks, lost: " << lost);
  TrustedLine line;
  Talker talker(line, length_ms);
  // The playout learns how late packets can be.
  for (int i = 0; i < 12; ++i) {
    talker.speak(late_ticks, true, none);
    talker.speak(50 - late_ticks, false, none);
  }
  const auto begin = line.heard.size();

  for (int i = 0; i < 12; ++i) {
    talker.speak(late_ticks, true, none);
    int sent = 0;
    talker.speak(50 - late_ticks, false, [&](int) { return sent++ == lost; });
  }

  if (lost != 0) CHECK(line.playout.counters().concealed_samples > 0);
  CHECK(line.step_max(begin) < 2 * tone_step);
}

TEST_CASE("a gap behind sound that a stall has held back is no click", "[adaptive]") {
  const int stall_ticks = GENERATE(10, 20, 40, 75);
  const int before = GENERATE(1, 3, 5);
  const int gap = GENERATE(5, 15, 45, 60);
  INFO(stall_ticks << " ticks, " << before << " packets, and " << gap << " lost");
  if (before + gap > stall_ticks) return;
  TrustedLine line;
  line.even(100);

  line.silent(stall_ticks);
  for (int i = 0; i < before; ++i) line.say(frame);
  for (int i = 0; i < gap; ++i) line.miss(frame);
  for (int i = before + gap; i < stall_ticks; ++i) line.say(frame);
  line.even(100);

  CHECK(line.step_max() < 2 * tone_step);
}

TEST_CASE("losses that follow each other closely are concealed from what was heard", "[adaptive]") {
  const std::size_t packet = GENERATE(160U, 80U);
  const std::vector<int> lost = GENERATE(std::vector{0, 2}, std::vector{0, 2, 4},
                                         std::vector{0, 2, 4, 6, 8, 10, 12}, std::vector{0, 3});
  const int hz = GENERATE(120, 138, 171, 263);
  INFO("packets of " << packet << " samples, " << lost.size() << " lost, " << hz << " Hz");
  TrustedLine line;
  line.tone_hz = hz;
  const auto speak = [&](int ticks, const std::vector<int>& missing) {
    for (int i = 0, next = 0; i < ticks; ++i) {
      for (std::size_t said = 0; said < frame; said += packet) {
        const bool is_lost = std::count(missing.begin(), missing.end(), next++) != 0;
        is_lost ? line.miss(packet) : static_cast<void>(line.say(packet));
      }
      line.tick();
    }
  };
  speak(100, {});
  speak(100, lost);

  CHECK(line.step_max() < 2 * tone_step * hz / voice::test::tone_hz);
}

TEST_CASE("more losses than are remembered make no click", "[adaptive]") {
  TrustedLine line;
  Talker talker(line, 10);
  talker.speak(50, false, none);

  talker.speak(20, true, [](int number) { return number % 2 == 0; });
  talker.speak(100, false, none);

  CHECK(line.step_max() < 2 * tone_step);
}

TEST_CASE("a loss in the last frame before the stream runs dry is concealed", "[adaptive]") {
  const int from_the_end = GENERATE(1, 2, 3, 4);
  TrustedLine line;
  for (int i = 0; i < 101; ++i) {
    i == 100 && from_the_end == 1 ? line.miss(frame / 2) : static_cast<void>(line.say(frame / 2));
    (i - 100) * 2 == -from_the_end ? line.miss(frame / 2) : static_cast<void>(line.say(frame / 2));
    line.tick();
  }
  line.say(frame / 2);

  line.silent(20);

  CHECK(line.step_max() < 2 * tone_step);
}

TEST_CASE("what is lost while a talk spurt waits to be due is concealed", "[adaptive]") {
  TrustedLine line;
  line.even(50);
  line.silent(100);
  const auto begin = line.heard.size();

  line.say(frame);
  line.miss(frame);
  line.say(frame);
  line.even(50);

  CHECK(line.step_max(begin) < 2 * tone_step);
  CHECK(line.playout.counters().concealed_samples >= frame);
}

TEST_CASE("a talker that starts anew while its earlier sound is still held makes no click",
          "[adaptive]") {
  TrustedLine line;
  line.even(50);

  line.lose(5000);
  line.pass_tone(frame * 3 / 7);
  line.even(50);

  CHECK(line.step_max() < 2 * tone_step);
}

TEST_CASE("the first sound of a stream fades out if nothing follows it", "[adaptive]") {
  const std::size_t samples = GENERATE(40U, 80U, 160U, 240U);
  TrustedLine line;

  line.say(samples);
  line.silent(20);

  CHECK(line.step_max() < 2 * tone_step);
}

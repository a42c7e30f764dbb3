// A talker that announces its pauses (docs/protocol.md §7): no pause counts as a loss.
#include "common/audio/level.hpp"

#include "tests/common/playout/line.hpp"

#include <random>

using namespace voice::test;
using std::chrono::milliseconds;

namespace {

Samples hiss(std::mt19937& random, double rms, std::size_t samples = 160) {
  std::normal_distribution<double> value(0, rms);
  Samples pcm(samples);
  for (auto& sample : pcm) sample = static_cast<std::int16_t>(std::lround(value(random)));
  return pcm;
}

struct PausingLine : Line {
  PausingLine() { playout.set_sequencing(voice::Sequencing::trusted); }
  // Speech for `ticks`, then 300 ms of background noise, from which the playout learns its level.
  void spurt(int ticks) {
    even(ticks);
    for (int i = 0; i < 15; ++i) {
      say(hiss(random, noise_rms));
      tick();
    }
  }
  [[nodiscard]] double level_of_last(std::size_t samples) const {
    return voice::level_dbfs(std::span{heard}.last(samples));
  }
  std::mt19937 random{3};
  static constexpr double noise_rms = 60;
};

}  // namespace

TEST_CASE("after an announced pause nothing is counted as missing or concealed",
          "[adaptive][dtx]") {
  PausingLine line;
  for (int round = 0; round < 8; ++round) {
    line.spurt(150);
    line.playout.pause();
    line.silent(100);
    line.lose(0, 0);
  }
  line.spurt(100);

  const auto& counters = line.playout.counters();
  CHECK(counters.underflows == 0);
  CHECK(counters.concealed_samples == 0);
  CHECK(counters.lost == 0);
  CHECK(counters.dropped_samples == 0);
  CHECK(counters.expired_samples == 0);
  CHECK(counters.primed == 9);
}

TEST_CASE("in an announced pause the talker's noise continues, and fades out within a second",
          "[adaptive][dtx]") {
  PausingLine line;
  for (int round = 0; round < 6; ++round) line.spurt(50);
  const double noise_dbfs = 20 * std::log10(PausingLine::noise_rms / 32768);
  line.playout.pause();

  line.silent(4);
  line.heard.clear();
  line.silent(20);  // 0.4 s
  CHECK(line.level_of_last(20 * 160) == Approx(noise_dbfs).margin(5));
  const double full = line.level_of_last(10 * 160);
  line.silent(20);
  const double faded = line.level_of_last(10 * 160);
  CHECK(faded < full - 3);
  CHECK(faded > full - 25);
  CHECK(line.playout.playing());
  line.silent(20);
  CHECK_FALSE(line.playout.playing());
  CHECK_FALSE(line.tick());
  // No step is larger than the noise itself makes.
  int most = 0;
  for (std::size_t i = 1; i < line.heard.size(); ++i) {
    most = std::max(most, std::abs(line.heard[i] - line.heard[i - 1]));
  }
  CHECK(most < 8 * PausingLine::noise_rms);
}

TEST_CASE("a word after a pause is played from its first sample on, led into from the noise",
          "[adaptive][dtx]") {
  const int pause_ticks = GENERATE(3, 20, 80, 300);
  CAPTURE(pause_ticks);
  PausingLine line;
  line.spurt(150);
  line.playout.pause();
  line.silent(pause_ticks);
  line.heard.clear();

  // The pre-roll, and the first frame of the word.
  line.say(Samples(160, 0));
  line.say(Samples(160, 0));
  line.say(Samples(160, 4000));
  for (int i = 0; i < 10; ++i) {
    line.tick();
    line.say(Samples(160, 4000));
  }

  const auto first =
      std::find_if(line.heard.begin(), line.heard.end(), [](int sample) { return sample > 3000; });
  const auto loud =
      std::count_if(line.heard.begin(), line.heard.end(), [](int sample) { return sample > 3000; });
  CHECK(first != line.heard.end());
  // Everything from the beginning of the word on was played, without a gap.
  CHECK(loud == line.heard.end() - first);
  CHECK(line.playout.counters().concealed_samples == 0);
}

TEST_CASE("a pause that is announced before the sound has been played cuts none of it off",
          "[adaptive][dtx]") {
  PausingLine line;
  line.spurt(150);
  for (int i = 0; i < 20; ++i) line.say(Samples(160, 4000));
  line.playout.pause();
  line.heard.clear();
  line.silent(60);

  const auto loud =
      std::count_if(line.heard.begin(), line.heard.end(), [](int sample) { return sample > 3500; });
  // Some of it may have been sped up.
  CHECK(static_cast<std::size_t>(loud) + line.playout.counters().sped_up_samples >= 19 * 160);
}

TEST_CASE("a stream that stops without an announcement is concealed, also after an announced pause",
          "[adaptive][dtx]") {
  PausingLine line;
  line.spurt(100);
  line.playout.pause();
  line.silent(100);
  line.even(50);
  line.silent(10);
  CHECK(line.playout.counters().underflows == 1);
}

TEST_CASE("however often a talker pauses, the delay stays what the network needs",
          "[adaptive][dtx]") {
  const bool is_announced = GENERATE(true, false);
  const int pause_most = GENERATE(25, 120);  // the longer one is more than a concealment lasts
  // If so, a window of the control always ends shortly after the spurt. If only the timestamps
  // tell, that has counted by then.
  const bool is_regular = is_announced && GENERATE(true, false);
  CAPTURE(is_announced, pause_most, is_regular);
  PausingLine line;
  line.spurt(100);
  const std::size_t target = line.playout.status().target_samples;
  std::size_t most = 0;

  for (int round = 0; round < 150; ++round) {
    if (is_announced) line.playout.pause();
    const int pause = std::uniform_int_distribution(7, pause_most)(line.random);
    line.silent(pause);
    line.pass(static_cast<std::size_t>(pause) * 160);
    // What was held back for the beginning of the word comes with it.
    line.say(Samples(160, 2));
    line.say(Samples(160, 2));
    line.pass(static_cast<std::size_t>(-2 * 160));
    const auto ticks = is_regular ? std::pair(81, 85) : std::pair(10, 120);
    line.spurt(std::uniform_int_distribution(ticks.first, ticks.second)(line.random));
    most = std::max(most, line.playout.status().target_samples);
  }

  CHECK(most <= target);
  CHECK(line.held_ms() <= 60);
  CHECK(line.playout.counters().concealed_samples == 0);
}

TEST_CASE("a pause that nobody has announced is no loss if the timestamps tell of it",
          "[adaptive][dtx]") {
  const int pause_ticks = GENERATE(5, 20, 100);
  CAPTURE(pause_ticks);
  PausingLine line;
  line.spurt(100);
  line.silent(pause_ticks);
  line.pass(static_cast<std::size_t>(pause_ticks) * 160);
  line.even(50);

  CHECK(line.playout.counters().concealed_samples == 0);
  CHECK(line.playout.counters().primed == 2);
  CHECK(line.held_ms() <= 45);
}

TEST_CASE("a microphone that falters has not paused", "[adaptive][dtx]") {
  PausingLine line;
  line.even(100);
  for (int i = 0; i < 50; ++i) {
    line.silent(2);
    line.pass(2 * 160);
    line.even(48);
  }
  CHECK(line.playout.counters().primed == 1);
  // So the delay is kept from then on with which nothing is missing.
  const auto concealed = line.playout.counters().concealed_samples;
  CHECK(concealed > 0);
  CHECK(concealed < 50 * 2 * 160 / 2);
}

TEST_CASE("a stall is a stall, not a pause, if no time has passed for the talker",
          "[adaptive][dtx]") {
  PausingLine line;
  line.even(100);
  line.silent(20);
  for (int i = 0; i < 20; ++i) line.say(160);
  line.even(1);

  CHECK(line.playout.counters().primed == 1);
  CHECK(line.playout.counters().concealed_samples > 10 * 160);
}

TEST_CASE("a talker that goes on in mid-pause, before its last word has been played, is not late",
          "[adaptive][dtx]") {
  PausingLine line;
  line.even(100);
  for (int i = 0; i < 6; ++i) line.say(160);  // the network has brought more than usual
  line.playout.pause();
  line.silent(4);
  line.pass(4 * 160);
  const std::size_t target = line.playout.status().target_samples;
  line.even(100);

  CHECK(line.playout.counters().underflows == 0);
  CHECK(line.playout.status().target_samples <= target);
}

TEST_CASE("silence that comes along with a word does not delay it", "[adaptive][dtx]") {
  PausingLine line;
  line.spurt(150);
  const double usual_ms = line.held_ms();
  line.playout.pause();
  line.silent(80);
  line.pass(std::size_t{80} * 160);
  const auto cut = line.playout.counters().sped_up_samples;

  for (int i = 0; i < 4; ++i) line.say(Samples(160, 1));
  line.say(160);
  line.tick();

  CHECK(line.held_ms() <= usual_ms + 21);
  CHECK(line.playout.counters().sped_up_samples > cut);
  CHECK(line.playout.counters().dropped_samples == 0);
}

TEST_CASE("a word that comes late and all at once is played whole", "[adaptive][dtx]") {
  PausingLine line;
  line.spurt(150);
  line.playout.pause();
  line.silent(80);
  line.heard.clear();
  const auto cut = line.playout.counters().sped_up_samples;

  Samples loud(160, 4000);
  for (std::size_t i = 0; i < loud.size(); i += 2) loud[i] = -4000;
  for (int i = 0; i < 5; ++i) line.say(loud);
  line.tick();

  CHECK(line.playout.counters().sped_up_samples == cut);
  CHECK(std::count_if(line.heard.begin(), line.heard.end(),
                      [](std::int16_t each) { return std::abs(each) > 3000; }) > 100);
}

TEST_CASE("announcements of pauses that never come do not stop the control of the delay for good",
          "[adaptive][dtx]") {
  PausingLine line;
  for (int i = 0; i < 60; ++i) line.say(160);
  for (int i = 0; i < 300; ++i) {
    line.playout.pause();
    line.even(1);
  }
  line.even(300);
  CHECK(line.held_ms() < 60);
}

TEST_CASE("what a stall has held back is sped up although the talker has paused since",
          "[adaptive][dtx]") {
  const bool begins_with_it = GENERATE(false, true);
  CAPTURE(begins_with_it);
  PausingLine line;
  line.spurt(150);
  if (begins_with_it) {
    line.playout.pause();
    line.silent(100);
  }
  line.silent(100);
  line.heard.clear();
  const auto target = line.playout.status().target_samples;

  for (int i = 0; i < 100; ++i) line.say(160);
  line.playout.pause();
  int ticks = 0;
  for (; line.held_ms() > 0; ++ticks) line.tick();

  CHECK(ticks < 75);
  CHECK(line.step_max() <= tone_step);
  CHECK(line.playout.counters().dropped_samples == 0);
  CHECK(line.playout.counters().sped_up_samples > 25 * 160);
  // The next words are not late, and nothing has been learned from their pause.
  line.silent(100);
  line.pass(std::size_t{100} * 160);
  line.even(100);
  CHECK(line.held_ms() <= 60);
  CHECK(line.playout.status().target_samples <= target + 160);
}

TEST_CASE("sound that is cut off by a pause fades out without a click", "[adaptive][dtx]") {
  PausingLine line;
  line.even(GENERATE(100, 103, 107));
  line.playout.pause();
  line.silent(30);

  CHECK(line.step_max() <= tone_step);
  CHECK(line.level_of_last(20 * 160) < -40);
  CHECK(line.playout.counters().underflows == 0);
  CHECK(line.playout.counters().concealed_samples == 0);
}

TEST_CASE("where the sound before a pause has faded to silence, silence follows",
          "[adaptive][dtx]") {
  PausingLine line;
  for (int round = 0; round < 6; ++round) line.spurt(50);
  for (int i = 0; i < 5; ++i) {
    line.say(Samples(160, 0));
    line.tick();
  }
  line.playout.pause();
  line.silent(3);
  line.heard.clear();
  line.silent(50);

  CHECK(std::all_of(line.heard.begin(), line.heard.end(), [](int sample) { return sample == 0; }));
}

TEST_CASE("what is heard before a word after a hiccup is the talker's own sound",
          "[adaptive][dtx]") {
  voice::PlayoutCommons commons;
  std::mt19937 random{3};
  Line mine({}, 8000, &commons), other({}, 8000, &commons);
  for (Line* const line : {&mine, &other}) line->playout.set_sequencing(voice::Sequencing::trusted);
  const auto both = [&](bool mine_comes, bool other_comes) {
    commons.begin_tick();
    if (mine_comes) mine.say(hiss(random, 200));
    if (other_comes) other.say(160);
    other.tick();
    mine.tick();
  };
  for (int i = 0; i < 150; ++i) both(true, true);
  mine.heard.clear();

  both(false, true);
  both(false, false);
  both(false, false);
  mine.playout.pause();
  mine.pass(160);
  for (int i = 0; i < 10; ++i) both(true, false);

  int most = 0;
  for (const int sample : mine.heard) most = std::max(most, std::abs(sample));
  CHECK(most < 1200);
}

TEST_CASE("a change of the limits does not end a pause", "[adaptive][dtx]") {
  PausingLine line;
  line.spurt(150);
  line.playout.pause();
  line.playout.set_options({.depth_packets = 10});
  line.silent(100);

  CHECK(line.playout.counters().underflows == 0);
  line.even(100);
  CHECK(line.playout.counters().primed == 2);
  CHECK(line.playout.counters().overflows == 0);
}

TEST_CASE("a packet without a sample does not end a pause", "[adaptive][dtx]") {
  PausingLine line;
  line.spurt(150);
  line.playout.pause();
  line.playout.insert(voice::rtp::PacketView{}, line.now);
  line.silent(2);
  line.playout.insert(voice::rtp::PacketView{}, line.now);
  line.silent(100);

  CHECK(line.playout.counters().underflows == 0);
}

TEST_CASE("in mode fixed a pause has no special treatment", "[adaptive][dtx]") {
  Line line(voice::fixed_playout(4));
  line.even(20);
  line.playout.pause();
  line.silent(20);
  CHECK_FALSE(line.playout.playing());
  line.even(20);
  CHECK(line.playout.playing());
}

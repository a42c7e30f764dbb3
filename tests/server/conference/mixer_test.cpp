#include "server/conference/mixer.hpp"

#include "server/conference/options.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>
#include <random>

using voiced::Mixer;

namespace {

using Frame = std::vector<std::int16_t>;

// The oracle: slow, 64 bit wide, and it adds only those who are to be heard.
Frame sum_without(const std::vector<Frame>& frames, std::size_t left_out) {
  Frame out(frames.front().size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    std::int64_t sum = 0;
    for (std::size_t talker = 0; talker < frames.size(); ++talker) {
      if (talker != left_out) sum += frames[talker][i];
    }
    out[i] = static_cast<std::int16_t>(std::clamp<std::int64_t>(sum, INT16_MIN, INT16_MAX));
  }
  return out;
}

constexpr std::size_t nobody = SIZE_MAX;

std::vector<Frame> random_frames(std::mt19937& random, std::size_t talkers, std::size_t samples,
                                 int peak) {
  std::uniform_int_distribution<int> sample(-peak - 1, peak);
  std::vector<Frame> frames(talkers, Frame(samples));
  for (Frame& frame : frames) {
    std::generate(frame.begin(), frame.end(),
                  [&] { return static_cast<std::int16_t>(sample(random)); });
  }
  return frames;
}

Mixer mixer_of(const std::vector<Frame>& frames) {
  Mixer mixer(frames.front().size());
  mixer.begin(frames.front().size());
  for (const Frame& frame : frames) mixer.add(frame);
  return mixer;
}

Frame mix(const Mixer& mixer, std::size_t samples) {
  Frame out(samples, 12345);
  mixer.mix(out);
  return out;
}

Frame mix_minus(const Mixer& mixer, const Frame& own) {
  Frame out(own.size(), 12345);
  mixer.mix_minus(own, out);
  return out;
}

}  // namespace

TEST_CASE("every mix is the exact sum of the others, clipped once", "[mixer]") {
  const auto talkers = GENERATE(1U, 2U, 3U, 7U, 40U);
  const auto samples = GENERATE(1U, 100U, 160U, 221U, 960U);
  const auto peak = GENERATE(100, 8000, 32767);
  std::mt19937 random(talkers * 31 + samples);
  INFO("talkers " << talkers << ", samples " << samples << ", peak " << peak);

  const auto frames = random_frames(random, talkers, samples, peak);
  const Mixer mixer = mixer_of(frames);

  CHECK(mix(mixer, samples) == sum_without(frames, nobody));
  for (std::size_t listener = 0; listener < talkers; ++listener) {
    CHECK(mix_minus(mixer, frames[listener]) == sum_without(frames, listener));
  }
}

TEST_CASE("what a talker says changes nothing in what he hears, also when the mix clips",
          "[mixer]") {
  std::mt19937 random(7);
  auto frames = random_frames(random, 5, 160, 32767);
  const Frame heard = mix_minus(mixer_of(frames), frames[2]);

  for (const int own : {-32768, -1, 0, 1, 32767}) {
    frames[2].assign(160, static_cast<std::int16_t>(own));
    INFO("own sample " << own);
    CHECK(mix_minus(mixer_of(frames), frames[2]) == heard);
  }
}

TEST_CASE("a lone talker hears exact silence", "[mixer]") {
  std::mt19937 random(11);
  const auto frames = random_frames(random, 1, 160, 32767);

  CHECK(mix_minus(mixer_of(frames), frames[0]) == Frame(160, 0));
}

TEST_CASE("the order of the talkers does not matter", "[mixer]") {
  std::mt19937 random(13);
  auto frames = random_frames(random, 9, 160, 32767);
  const Frame before = mix(mixer_of(frames), 160);

  std::shuffle(frames.begin(), frames.end(), random);

  CHECK(mix(mixer_of(frames), 160) == before);
}

TEST_CASE("as many talkers as are ever allowed, all at full scale, do not overflow the bus",
          "[mixer]") {
  const auto sample = GENERATE(std::int16_t{-32768}, std::int16_t{32767});
  const Frame loudest(4, sample);
  Mixer mixer(4);
  mixer.begin(4);
  for (std::size_t i = 0; i < voiced::participants_max_limit; ++i) mixer.add(loudest);

  CHECK(mix(mixer, 4) == loudest);
  CHECK(mix_minus(mixer, loudest) == loudest);
}

TEST_CASE("a tick remembers nothing of the tick before, also when it is shorter", "[mixer]") {
  Mixer mixer(221);
  mixer.begin(221);
  mixer.add(Frame(221, 1000));
  CHECK(mix(mixer, 221) == Frame(221, 1000));

  mixer.begin(220);
  mixer.add(Frame(220, -3));
  CHECK(mix(mixer, 220) == Frame(220, -3));

  mixer.begin(221);
  CHECK(mix(mixer, 221) == Frame(221, 0));
}

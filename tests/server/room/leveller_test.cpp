// How a talker is brought to the level of the others: speech at several levels, and sound that is
// not speech.
#include "server/room/leveller.hpp"

#include "common/audio/level.hpp"

#include "tests/bench/sound/speech.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

using voiced::Leveller;

namespace {

using Samples = std::vector<std::int16_t>;

constexpr std::size_t frame = 160;
constexpr std::size_t second = 50;  // frames

Samples scaled(Samples samples, double db) {
  const double factor = std::pow(10.0, db / 20.0);
  for (auto& sample : samples)
    sample = static_cast<std::int16_t>(std::clamp(sample * factor, -32768.0, 32767.0));
  return samples;
}

// The level without pauses: of the frames that are at most 20 dB below the mean of all.
double speech_dbfs(std::span<const std::int16_t> samples) {
  const double all = voice::level_dbfs(samples);
  std::int64_t sum = 0;
  std::size_t count = 0;
  for (std::size_t at = 0; at + frame <= samples.size(); at += frame) {
    const auto piece = samples.subspan(at, frame);
    if (voice::level_dbfs(piece) < all - 20) continue;
    sum += voice::square_sum(piece);
    count += frame;
  }
  return voice::level_dbfs(sum, count);
}

// Speech at this level.
Samples speech_at(double dbfs, std::size_t seconds, std::uint32_t seed = 1) {
  Samples samples = bench::speech(8000, seconds, seed);
  return scaled(samples, dbfs - speech_dbfs(samples));
}

Samples noise_at(double dbfs, std::size_t seconds, std::uint32_t seed = 1) {
  std::mt19937 random(seed);
  Samples samples(seconds * second * frame);
  // A uniform distribution: its power is a third of the square of its bounds.
  const double end = 32768 * std::pow(10.0, dbfs / 20.0) * std::sqrt(3.0);
  for (auto& sample : samples)
    sample = static_cast<std::int16_t>(end * (static_cast<double>(random()) / 2147483648.0 - 1));
  return samples;
}

// What is heard of `said`.
Samples levelled(Leveller& leveller, const Samples& said) {
  Samples heard;
  Samples spare(frame);
  for (std::size_t at = 0; at + frame <= said.size(); at += frame) {
    const auto out = leveller.apply({.pcm = std::span{said}.subspan(at, frame)}, spare);
    REQUIRE(out.samples() == frame);
    heard.insert(heard.end(), out.pcm.begin(), out.pcm.end());
    leveller.add(voice::square_sum(out.pcm), frame);
  }
  return heard;
}

std::span<const std::int16_t> from(const Samples& samples, std::size_t seconds) {
  return std::span{samples}.subspan(seconds * second * frame);
}

}  // namespace

TEST_CASE("after five seconds of speech a talker is within 3 dB of the target", "[leveller]") {
  const double dbfs = GENERATE(-46.0, -40.0, -30.0, -26.0, -20.0, -16.0);
  const std::uint32_t seed = GENERATE(1U, 2U, 3U, 4U);
  INFO(dbfs << " dBFS, seed " << seed);
  Leveller leveller;
  // A third of it is pauses.
  levelled(leveller, speech_at(dbfs, 8, seed));

  const double wanted = std::clamp(Leveller::target_dbfs - dbfs, -18.0, 18.0);
  CHECK(leveller.gain_db() == Approx(wanted).margin(3.0));
}

TEST_CASE("talkers 30 dB apart are 6 dB apart at most after ten seconds", "[leveller]") {
  std::vector<double> heard;
  for (const double dbfs : {-46.0, -30.0, -16.0}) {
    Leveller leveller;
    heard.push_back(speech_dbfs(from(levelled(leveller, speech_at(dbfs, 20)), 10)));
    INFO(dbfs << " dBFS becomes " << heard.back());
    CHECK(heard.back() == Approx(Leveller::target_dbfs).margin(3.5));
  }
  const auto [least, most] = std::minmax_element(heard.begin(), heard.end());
  CHECK(*most - *least <= 6.0);
}

TEST_CASE("noise and silence are never raised", "[leveller]") {
  const double dbfs = GENERATE(-96.0, -65.0, -50.0, -40.0, -30.0);
  INFO(dbfs << " dBFS");
  Leveller leveller;
  levelled(leveller, noise_at(dbfs, 30));
  CHECK(leveller.gain_db() == 0.0);

  // Nor if it sets in after silence, or gets louder.
  levelled(leveller, Samples(10 * second * frame));
  levelled(leveller, noise_at(dbfs, 10));
  levelled(leveller, noise_at(dbfs + 12, 10));
  CHECK(leveller.gain_db() == 0.0);
}

TEST_CASE("a tone is not speech", "[leveller]") {
  Samples tone(20 * second * frame);
  for (std::size_t i = 0; i < tone.size(); ++i)
    tone[i] = static_cast<std::int16_t>(300 * std::sin(0.3 * static_cast<double>(i)));
  Leveller leveller;
  levelled(leveller, Samples(2 * second * frame));
  levelled(leveller, tone);
  CHECK(leveller.gain_db() == 0.0);
}

TEST_CASE("clicks are not speech", "[leveller]") {
  Samples clicks = noise_at(-70, 30);
  for (std::size_t at = 0; at + 2 * frame < clicks.size(); at += 15 * frame)
    for (std::size_t i = 0; i < 2 * frame; ++i) clicks[at + i] = i % 2 == 0 ? 900 : -900;
  Leveller leveller;
  levelled(leveller, clicks);
  CHECK(leveller.gain_db() == 0.0);
}

TEST_CASE("in a pause the gain stays what it was, even if the pause is noisy", "[leveller]") {
  const double dbfs = GENERATE(-96.0, -55.0);
  Leveller leveller;
  levelled(leveller, speech_at(-40, 10));
  const double gain = leveller.gain_db();
  REQUIRE(gain > 10);

  levelled(leveller, noise_at(dbfs, 60));

  // The pause ends the last run of speech, which may still move the gain.
  CHECK(leveller.gain_db() == Approx(gain).margin(3.0));
}

TEST_CASE("the gain follows speech by 6 dB a second at most", "[leveller]") {
  Leveller leveller;
  const Samples said = speech_at(-46, 10);
  std::vector<double> gains;
  for (std::size_t at = 0; at < said.size(); at += frame) {
    gains.push_back(leveller.gain_db());
    levelled(leveller, {said.begin() + static_cast<std::ptrdiff_t>(at),
                        said.begin() + static_cast<std::ptrdiff_t>(at + frame)});
  }
  REQUIRE(gains.back() > 14);

  // The gain moves at the end of a run of speech, by up to 6 dB per second of the run. Runs of more
  // than a second do not count.
  for (std::size_t i = second; i < gains.size(); ++i) {
    if (gains[i] - gains[i - second] > 12.0) FAIL_CHECK("in the second before frame " << i);
    if (gains[i] - gains[i - 1] > 6.0) FAIL_CHECK("at frame " << i);
  }
}

TEST_CASE("a raised talker that shouts is turned down to 0 dB within half a second", "[leveller]") {
  Leveller leveller;
  levelled(leveller, speech_at(-46, 12));
  REQUIRE(leveller.gain_db() > 14);

  levelled(leveller, Samples(25 * frame, 12000));

  CHECK(leveller.gain_db() == 0.0);
}

TEST_CASE("at 0 dB a frame is passed on as it is", "[leveller]") {
  const Samples said(frame, 77);
  Samples spare(frame);
  CHECK(Leveller{}.apply({.pcm = said}, spare).pcm.data() == said.data());
}

TEST_CASE("a talker that is turned up and shouts is turned down without a click", "[leveller]") {
  Leveller leveller;
  levelled(leveller, speech_at(-44, 10));
  REQUIRE(leveller.gain_db() > 10);
  Samples shout(12 * frame);
  for (std::size_t i = 0; i < shout.size(); ++i)
    shout[i] = static_cast<std::int16_t>(6000 * std::sin(0.05 * static_cast<double>(i)));

  const Samples heard = levelled(leveller, shout);

  CHECK(leveller.gain_db() < 5);
  // The sharpest bend at the seams of frames, beside the sharpest within frames; where the frames
  // do not clip any more.
  int seam = 0, within = 0;
  for (std::size_t i = 7 * frame; i < heard.size(); ++i) {
    const int bend = std::abs(heard[i] - 2 * heard[i - 1] + heard[i - 2]);
    (i % frame < 2 ? seam : within) = std::max(i % frame < 2 ? seam : within, bend);
  }
  CHECK(seam <= within + 2);
}

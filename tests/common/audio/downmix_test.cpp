#include "common/audio/downmix.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

using namespace voice;

namespace {

constexpr int rate_hz = 8000;

std::vector<std::int16_t> mixed(const std::vector<Channel>& channels,
                                const std::vector<float>& interleaved) {
  Downmix downmix(channels, rate_hz);
  std::vector<std::int16_t> mono;
  downmix.mix(interleaved, mono);
  return mono;
}

/// One second of a sine, with the given amplitude on each channel.
std::vector<float> sine(const std::vector<float>& amplitudes) {
  std::vector<float> interleaved;
  for (int i = 0; i < rate_hz; ++i) {
    for (const float amplitude : amplitudes) {
      interleaved.push_back(amplitude * std::sin(static_cast<float>(i) * 0.5F));
    }
  }
  return interleaved;
}

int peak(const std::vector<std::int16_t>& pcm) {
  int peak = 0;
  for (const std::int16_t sample : pcm) peak = std::max(peak, std::abs(int{sample}));
  return peak;
}

}  // namespace

TEST_CASE("one channel passes bit by bit, two become their mean", "[downmix]") {
  CHECK(mixed(wave_channels(1), {-1, 0.5F, 32767.0F / 32768}) ==
        std::vector<std::int16_t>{-32768, 16384, 32767});
  CHECK(mixed(wave_channels(2), {0.5F, 0, 0.5F, 0.25F, -1, -1}) ==
        std::vector<std::int16_t>{8192, 12288, -32768});
}

TEST_CASE("a voice on one channel of many is as loud as alone", "[downmix]") {
  const std::size_t count = GENERATE(3U, 4U, 5U, 6U, 7U, 8U, 16U);
  for (std::size_t c = 0; c < count; ++c) {
    INFO(c << " of " << count);
    std::vector<float> amplitudes(count);
    amplitudes[c] = 0.5F;
    CHECK(peak(mixed(wave_channels(count), sine(amplitudes))) == Approx(16384).epsilon(0.02));
    CHECK(peak(mixed(ogg_channels(count), sine(amplitudes))) == Approx(16384).epsilon(0.02));
  }
}

TEST_CASE("a voice in the centre of a film stays as loud as it is", "[downmix]") {
  // The other channels carry sound, too, 40 dB below the voice.
  const auto mono = mixed(wave_channels(6), sine({0.005F, 0.005F, 0.5F, 0.005F, 0.005F, 0.005F}));
  CHECK(peak(mono) == Approx(16384).epsilon(0.05));
}

TEST_CASE("full scale on all channels does not clip", "[downmix]") {
  const std::size_t count = GENERATE(3U, 6U, 8U, 16U);
  const auto mono = mixed(wave_channels(count), sine(std::vector<float>(count, 1)));

  // A clipped sine stays at the limit for many samples in a row.
  const auto settled = mono.begin() + rate_hz / 2;
  const auto at_limit =
      std::count_if(settled, mono.end(), [](std::int16_t s) { return std::abs(int{s}) > 32700; });
  CHECK(peak(mono) > 30000);
  CHECK(at_limit < rate_hz / 2 / 8);
}

TEST_CASE("a channel that joins later does not make the others jump", "[downmix]") {
  Downmix downmix(wave_channels(3), rate_hz);
  std::vector<std::int16_t> mono;
  downmix.mix(std::vector<float>(3 * 1024, 0.0F), mono);
  std::vector<float> left(3 * 1024);
  for (std::size_t i = 0; i < left.size(); i += 3) left[i] = 0.4F;
  downmix.mix(left, mono);
  CHECK(std::abs(mono.back() - 13107) <= 2);
  for (std::size_t i = 2; i < left.size(); i += 3) left[i] = 0.1F;
  mono.clear();
  downmix.mix(left, mono);

  for (std::size_t i = 1; i < mono.size(); ++i) CHECK(std::abs(mono[i] - mono[i - 1]) < 200);
}

TEST_CASE("a sample that is no number, or far too large, spoils only its moment", "[downmix]") {
  const float damage = GENERATE(std::numeric_limits<float>::infinity(),
                                std::numeric_limits<float>::quiet_NaN(), -1e30F, 100.0F);
  const std::size_t channels = GENERATE(1U, 2U, 6U);
  CAPTURE(damage, channels);
  Downmix downmix(wave_channels(channels), rate_hz);
  const std::vector<float> sound = sine(std::vector<float>(channels, 0.3F));
  std::vector<std::int16_t> before, damaged, after;
  downmix.mix(sound, before);
  std::vector<float> bad(channels, 0.0F);
  bad[0] = damage;
  downmix.mix(bad, damaged);
  downmix.mix(sound, damaged);
  downmix.mix(sound, after);

  CHECK(peak(after) == Approx(peak(before)).epsilon(0.01));
}

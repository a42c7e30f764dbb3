#include "common/audio/gain.hpp"

#include "tests/support/catch.hpp"

#include <vector>

using Pcm = std::vector<std::int16_t>;

TEST_CASE("0 dB leaves every sample as it is", "[gain]") {
  Pcm pcm;
  for (int x = -32768; x <= 32767; ++x) pcm.push_back(static_cast<std::int16_t>(x));
  const Pcm before = pcm;

  voice::apply_gain(pcm, 0.0);

  CHECK(pcm == before);
}

TEST_CASE("gain saturates instead of wrapping round", "[gain]") {
  Pcm pcm{32767, -32768, 20000, -20000, 0};

  voice::apply_gain(pcm, 20.0);

  CHECK(pcm == Pcm{32767, -32768, 32767, -32768, 0});
}

TEST_CASE("20 dB is a factor of ten either way", "[gain]") {
  Pcm louder{1, -1, 100, -3276};
  Pcm softer{1000, -1000, 4, -6};

  voice::apply_gain(louder, 20.0);
  voice::apply_gain(softer, -20.0);

  CHECK(louder == Pcm{10, -10, 1000, -32760});
  CHECK(softer == Pcm{100, -100, 0, -1});
}

#include "common/audio/gain_table.hpp"

#include "common/audio/g711.hpp"

#include "tests/support/catch.hpp"

#include <array>
#include <cmath>
#include <numeric>
#include <vector>

using voice::GainTable;

namespace {

std::array<std::uint8_t, 256> all_codes() {
  std::array<std::uint8_t, 256> codes{};
  std::iota(codes.begin(), codes.end(), std::uint8_t{0});
  return codes;
}

}  // namespace

TEST_CASE("a gain multiplies every sample and clips at the top of µ-law", "[gain_table]") {
  const double db = GENERATE(-40.0, -6.0, -0.5, 6.0, 20.0);
  CAPTURE(db);
  const auto codes = all_codes();
  std::array<std::int16_t, 256> samples{};
  voice::g711::decode(codes, samples);
  std::array<std::uint8_t, 256> scaled{};

  GainTable(db).apply(codes, scaled);

  for (std::size_t i = 0; i < codes.size(); ++i) {
    const double wanted = std::round(samples[i] * std::pow(10.0, db / 20.0));
    const auto pcm = static_cast<std::int16_t>(std::min(32767.0, std::max(-32768.0, wanted)));
    std::array<std::uint8_t, 1> code{};
    voice::g711::encode(std::array{pcm}, code);
    CHECK(scaled[i] == code[0]);
  }
}

TEST_CASE("silence stays silence, and a gain may be applied in place", "[gain_table]") {
  const GainTable louder(20.0);
  std::vector<std::uint8_t> frame(160, voice::g711::silence);
  frame[7] = 0x20;
  std::vector<std::uint8_t> elsewhere(160);

  louder.apply(frame, elsewhere);
  louder.apply(frame, frame);

  CHECK(frame == elsewhere);
  CHECK(frame[6] == voice::g711::silence);
  CHECK(frame[7] != 0x20);
  CHECK(louder.db() == 20.0);
}

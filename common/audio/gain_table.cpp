#include "common/audio/gain_table.hpp"

#include "common/audio/g711.hpp"
#include "common/core/assert.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace voice {

GainTable::GainTable(double db) noexcept : db_(db) {
  VOICE_ASSERT(db >= gain_db_min && db <= gain_db_max);
  std::iota(codes_.begin(), codes_.end(), std::uint8_t{0});
  std::array<std::int16_t, 256> samples{};
  g711::decode(codes_, samples);
  const double factor = std::pow(10.0, db / 20.0);
  for (std::int16_t& sample : samples) {
    const double scaled = std::clamp(std::round(sample * factor), -32768.0, 32767.0);
    sample = static_cast<std::int16_t>(scaled);
  }
  g711::encode(samples, codes_);
}

void GainTable::apply(Bytes ulaw, std::span<std::uint8_t> out) const noexcept {
  VOICE_ASSERT(ulaw.size() == out.size());
  std::transform(ulaw.begin(), ulaw.end(), out.begin(),
                 [this](std::uint8_t code) { return codes_[code]; });
}

}  // namespace voice

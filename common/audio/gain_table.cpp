#include "common/audio/gain_table.hpp"

#include "common/audio/g711.hpp"
#include "common/audio/gain.hpp"
#include "common/core/assert.hpp"

#include <algorithm>
#include <numeric>

namespace voice {

GainTable::GainTable(double db) noexcept : db_(db) {
  VOICE_ASSERT(db >= gain_db_min && db <= gain_db_max);
  std::iota(codes_.begin(), codes_.end(), std::uint8_t{0});
  std::array<std::int16_t, 256> samples{};
  g711::decode(codes_, samples);
  apply_gain(samples, db);
  g711::encode(samples, codes_);
}

void GainTable::apply(Bytes ulaw, std::span<std::uint8_t> out) const noexcept {
  VOICE_ASSERT(ulaw.size() == out.size());
  std::transform(ulaw.begin(), ulaw.end(), out.begin(),
                 [this](std::uint8_t code) { return codes_[code]; });
}

}  // namespace voice

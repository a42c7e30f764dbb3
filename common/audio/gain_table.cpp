#include "common/audio/gain_table.hpp"

#include "common/audio/g711.hpp"
#include "common/audio/gain.hpp"
#include "common/core/assert.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace voice {

GainTable::GainTable(double db) noexcept : db_(db), factor_(factor_of_db(db)) {
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

void GainTable::apply(std::span<const std::int16_t> pcm,
                      std::span<std::int16_t> out) const noexcept {
  VOICE_ASSERT(pcm.size() == out.size());
  std::transform(pcm.begin(), pcm.end(), out.begin(), [this](std::int16_t sample) {
    return static_cast<std::int16_t>(std::clamp(std::round(sample * factor_), -32768.0, 32767.0));
  });
}

Frame GainTable::apply(const Frame& frame, std::span<std::int16_t> spare) const noexcept {
  VOICE_ASSERT(frame.is_one_kind() && frame.samples() == spare.size());
  if (frame.pcm.empty()) {
    const std::span codes{reinterpret_cast<std::uint8_t*>(spare.data()), spare.size()};
    apply(frame.ulaw, codes);
    return {.ulaw = codes};
  }
  apply(frame.pcm, spare);
  return {.pcm = spare};
}

}  // namespace voice

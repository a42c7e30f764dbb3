#include "tests/sim/peers/voice_source.hpp"

#include "tests/sim/world/random.hpp"

#include <array>

namespace sim {
namespace {

// A mark: 0x00, five base-100 digits from 0x10 on, two check codes from 0x80 on. All of these codes
// survive decoding and encoding (0x7F would not), and no digit is 0x00.
using MarkCodes = std::array<std::uint8_t, mark_samples>;

MarkCodes mark_of(std::uint64_t number) {
  MarkCodes codes{};
  std::uint64_t rest = number;
  for (std::size_t i = 5; i > 0; --i) {
    codes[i] = static_cast<std::uint8_t>(0x10 + rest % 100);
    rest /= 100;
  }
  const std::uint64_t check = scramble(number);
  codes[6] = static_cast<std::uint8_t>(0x80 | (check & 0x7F));
  codes[7] = static_cast<std::uint8_t>(0x80 | ((check >> 7) & 0x7F));
  return codes;
}

std::uint8_t noise(std::uint64_t seed, std::uint64_t sample) {
  // In turns of half a second: silence, a soft voice, a loud one, and random bytes.
  const std::uint64_t mood = scramble(seed ^ (sample >> 12)) & 3;
  const auto random = static_cast<std::uint8_t>(scramble(seed + sample));
  switch (mood) {
    case 0:
      return 0xFF;
    case 1:
      return static_cast<std::uint8_t>(random | 0x50);
    case 2:
      return static_cast<std::uint8_t>(random & 0x9F);
    default:
      return random;
  }
}

}  // namespace

void VoiceSource::fill(std::uint64_t first, std::span<std::uint8_t> out) const noexcept {
  if (kind_ != Kind::marked) {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = noise(seed_, first + i);
    return;
  }
  MarkCodes codes = mark_of(first / mark_samples);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::uint64_t sample = first + i;
    if (sample % mark_samples == 0) codes = mark_of(sample / mark_samples);
    out[i] = codes[sample % mark_samples];
  }
}

std::optional<Mark> first_mark(std::span<const std::uint8_t> ulaw) noexcept {
  for (std::size_t at = 0; at + mark_samples <= ulaw.size(); ++at) {
    if (ulaw[at] != 0) continue;
    std::uint64_t number = 0;
    for (std::size_t i = 1; i <= 5; ++i) number = number * 100 + (ulaw[at + i] - 0x10u);
    const MarkCodes expected = mark_of(number);
    bool same = true;
    for (std::size_t i = 0; i < mark_samples; ++i) same = same && ulaw[at + i] == expected[i];
    if (same) return Mark{number * mark_samples, at};
  }
  return std::nullopt;
}

}  // namespace sim

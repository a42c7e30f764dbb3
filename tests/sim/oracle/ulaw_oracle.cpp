#include "tests/sim/oracle/ulaw_oracle.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace sim::ulaw {
namespace {

// Segment s of eight starts at 33·2^s - 33 (14-bit scale) and has 16 steps of 2·2^s.
std::int16_t value_of(std::uint8_t code) {
  const int bits = 0xFF - code;
  const int segment = (bits >> 4) & 7;
  const int step = bits & 15;
  const int magnitude = ((2 * step + 33) << segment) - 33;
  return static_cast<std::int16_t>(4 * ((bits & 0x80) != 0 ? -magnitude : magnitude));
}

// Searches the segments from below for the one that contains the magnitude.
std::uint8_t code_of(std::int16_t value) {
  const bool negative = value < 0;
  int magnitude = (negative ? -1 - value : value) / 4 + 33;
  magnitude = std::min(magnitude, 0x1FFF);
  int segment = 0;
  while (magnitude >= (64 << segment)) ++segment;
  const int step = (magnitude >> (segment + 1)) & 15;
  const int bits = (segment << 4) | step | (negative ? 0x80 : 0);
  return static_cast<std::uint8_t>(0xFF - bits);
}

struct Tables {
  std::array<std::int16_t, 256> values{};
  std::array<std::uint8_t, 65536> codes{};
  Tables() {
    for (int code = 0; code < 256; ++code) {
      values[static_cast<std::size_t>(code)] = value_of(static_cast<std::uint8_t>(code));
    }
    for (int value = -32768; value <= 32767; ++value) {
      codes[static_cast<std::size_t>(value + 32768)] = code_of(static_cast<std::int16_t>(value));
    }
  }
};

const Tables tables;

}  // namespace

std::int16_t decode(std::uint8_t code) noexcept {
  return tables.values[code];
}

std::uint8_t encode(std::int16_t value) noexcept {
  return tables.codes[static_cast<std::size_t>(value + 32768)];
}

std::uint8_t encode_clamped(std::int64_t sum) noexcept {
  return encode(static_cast<std::int16_t>(std::clamp<std::int64_t>(sum, -32768, 32767)));
}

}  // namespace sim::ulaw

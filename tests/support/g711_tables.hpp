// µ-law by the tables of tests/vectors: an oracle that shares no code with common/audio/g711.cpp.
#pragma once

#include "tests/support/vectors.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace voice::test {

struct G711Tables {
  std::vector<std::int16_t> decode = samples_of(read_vector("ulaw_decode_table_s16le_256.bin"));
  ByteVector encode_from_minus_32768 = read_vector("ulaw_g191_encode_u8_index_x_plus_32768.bin");

  /// Sums beyond 16 bits are clipped, as at the mixer's output.
  [[nodiscard]] std::uint8_t encode(std::int64_t sample) const {
    const auto clipped = std::clamp<std::int64_t>(sample, -32768, 32767);
    return encode_from_minus_32768[static_cast<std::size_t>(clipped + 32768)];
  }
};

inline const G711Tables& g711_tables() {
  static const G711Tables tables;
  return tables;
}

}  // namespace voice::test

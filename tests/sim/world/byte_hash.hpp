// One hash of all bytes that have moved: two runs with the same seed must end with the same hash.
#pragma once

#include "common/core/bytes.hpp"

#include <bit>
#include <cstdint>

namespace sim {

class ByteHash {
 public:
  void add(std::uint64_t word) noexcept {
    state_ = (std::rotl(state_, 23) ^ word) * 0x9FB2'1C65'1E98'DF25u;
    state_ ^= state_ >> 29;
  }

  /// The length counts too: "ab" + "c" is not "a" + "bc".
  void add(voice::Bytes bytes) noexcept {
    add(bytes.size());
    for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
      add((std::uint64_t{voice::load_le32(&bytes[4])} << 32) | voice::load_le32(bytes.data()));
    }
    for (const std::uint8_t byte : bytes) add(std::uint64_t{byte});
  }

  [[nodiscard]] std::uint64_t value() const noexcept { return state_; }

 private:
  std::uint64_t state_ = 0;
};

[[nodiscard]] inline std::uint64_t hash_of(voice::Bytes bytes) noexcept {
  ByteHash hash;
  hash.add(bytes);
  return hash.value();
}

}  // namespace sim

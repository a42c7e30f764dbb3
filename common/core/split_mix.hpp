// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014): numbers
// that look random, from a seed that is. For the core, which gets its randomness as an argument; no
// secret may depend on it.
#pragma once

#include <cstdint>

namespace voice {

class SplitMix {
 public:
  explicit SplitMix(std::uint64_t seed) noexcept : state_(seed) {}

  /// The next 32 bits.
  [[nodiscard]] std::uint32_t next() noexcept {
    state_ += 0x9E3779B97F4A7C15;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
    return static_cast<std::uint32_t>((mixed ^ (mixed >> 31)) >> 32);
  }

 private:
  std::uint64_t state_;
};

}  // namespace voice

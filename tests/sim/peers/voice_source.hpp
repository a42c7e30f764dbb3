// The speech of a simulated person: an endless stream of µ-law codes, a function of the sample
// number.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace sim {

class VoiceSource {
 public:
  enum class Kind : std::uint8_t {
    nothing,  // does not speak
    noise,    // every code, alternately loud and soft
    marked,   // blocks of eight samples that contain their own number, to measure the delay
  };

  VoiceSource(Kind kind, std::uint64_t seed) noexcept : kind_(kind), seed_(seed) {}

  /// Fills `out` with the codes from sample number `first` on.
  void fill(std::uint64_t first, std::span<std::uint8_t> out) const noexcept;

  [[nodiscard]] bool speaks() const noexcept { return kind_ != Kind::nothing; }

 private:
  Kind kind_;
  std::uint64_t seed_;
};

inline constexpr std::uint64_t mark_samples = 8;

/// The sample number at which the first complete mark in `ulaw` begins, and its position in `ulaw`.
struct Mark {
  std::uint64_t sample;
  std::size_t offset;
};
[[nodiscard]] std::optional<Mark> first_mark(std::span<const std::uint8_t> ulaw) noexcept;

}  // namespace sim

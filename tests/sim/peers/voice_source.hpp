// What a simulated person says: an endless stream of µ-law codes, a function of the sample's
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
    noise,    // every code there is, now loud, now soft
    marked,   // blocks of eight samples that carry their own number: delay can be measured by ear
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

/// The number of the sample at which the first whole mark in `ulaw` begins, and where in `ulaw`
/// that is.
struct Mark {
  std::uint64_t sample;
  std::size_t offset;
};
[[nodiscard]] std::optional<Mark> first_mark(std::span<const std::uint8_t> ulaw) noexcept;

}  // namespace sim

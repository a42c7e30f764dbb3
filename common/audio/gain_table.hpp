// Makes a frame louder or softer. µ-law stays µ-law: each code is looked up in a table.
#pragma once

#include "common/audio/frame.hpp"
#include "common/core/bytes.hpp"
#include "common/core/number.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace voice {

inline constexpr double gain_db_min = -40.0;
inline constexpr double gain_db_max = 20.0;

/// A gain as people write it: "-6", "+6", "0.5", ".5". None if the text is not a number.
[[nodiscard]] inline std::optional<double> parse_decibels(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  return parse_number<double>(text);
}

class GainTable {
 public:
  /// @param db gain_db_min…gain_db_max; asserted. What exceeds the top of µ-law clips (ITU-T
  ///           G.711).
  explicit GainTable(double db) noexcept;

  /// @param out as long as `ulaw` (asserted); may be the same memory.
  void apply(Bytes ulaw, std::span<std::uint8_t> out) const noexcept;

  /// @param out as long as `pcm` (asserted); may be the same memory. What exceeds 16 bits clips.
  void apply(std::span<const std::int16_t> pcm, std::span<std::int16_t> out) const noexcept;

  /// Applies the gain to either kind of frame. The result is in `spare`, which is as long as the
  /// frame (asserted).
  [[nodiscard]] Frame apply(const Frame& frame, std::span<std::int16_t> spare) const noexcept;

  [[nodiscard]] double db() const noexcept { return db_; }

 private:
  double db_;
  double factor_;
  std::array<std::uint8_t, 256> codes_;
};

}  // namespace voice

// Louder or softer without leaving µ-law: one table, one look-up a sample.
#pragma once

#include "common/core/bytes.hpp"

#include <array>
#include <cstdint>
#include <span>

namespace voice {

inline constexpr double gain_db_min = -40.0;
inline constexpr double gain_db_max = 20.0;

class GainTable {
 public:
  /// @param db gain_db_min…gain_db_max; asserted. What exceeds the top of µ-law clips (ITU-T
  ///           G.711).
  explicit GainTable(double db) noexcept;

  /// @param out as long as `ulaw` (asserted); may be the same memory.
  void apply(Bytes ulaw, std::span<std::uint8_t> out) const noexcept;

  [[nodiscard]] double db() const noexcept { return db_; }

 private:
  double db_;
  std::array<std::uint8_t, 256> codes_;
};

}  // namespace voice

// Slowly brings one talker to the level of the others: derives one gain for whole frames from the
// level of its speech. Never follows noise or silence. Costs one table look-up per sample; the
// mixer measures the power anyway. Reasons: docs/adr/0023.
#pragma once

#include "common/audio/gain_table.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace voiced {

class Leveller {
 public:
  /// The level that speech is brought to, in dBFS (voice::level_dbfs): the nominal level of ITU-T
  /// P.56.
  static constexpr double target_dbfs = -26.0;
  static constexpr double gain_db_most = 18.0;  // up and down

  /// The first leveller makes the tables that all levellers share. Allocates.
  Leveller();

  /// Applies the current gain; if it has just changed by much, evenly from the gain before. Returns
  /// `frame` itself at 0 dB, else the result in `spare`, which is as long (asserted).
  [[nodiscard]] voice::Frame apply(const voice::Frame& frame,
                                   std::span<std::int16_t> spare) noexcept;

  /// Call it after every frame that was heard.
  /// @param square_sum sum of the squares of its samples, after the gain
  /// @param samples    in the frame, at least one (asserted)
  void add(std::int64_t square_sum, std::size_t samples) noexcept;

  /// The current gain: −gain_db_most…gain_db_most, in steps of a quarter of a decibel.
  [[nodiscard]] double gain_db() const noexcept;

 private:
  [[nodiscard]] bool is_quiet(double power) const noexcept;
  void follow_floor(double power) noexcept;
  void end_run() noexcept;
  void set_gain(double db) noexcept;

  // Power of the quietest frame in each half second of the last two seconds, before the gain.
  static constexpr std::size_t floor_blocks = 4;
  std::array<double, floor_blocks> floors_{};
  std::size_t block_ = 0;
  std::size_t block_frames_ = 0;
  std::size_t blocks_known_ = 0;
  // Consecutive frames that are louder than a pause: one or several syllables.
  std::size_t run_frames_ = 0;
  double run_power_ = 0;  // sum
  // The speech so far, before the gain.
  double speech_power_ = 0;
  std::size_t speech_frames_ = 0;

  double gain_db_ = 0;
  double applied_db_ = 0;                    // in the last frame
  double power_factor_ = 1;                  // of the table in use
  const voice::GainTable* table_ = nullptr;  // none: 0 dB
};

}  // namespace voiced

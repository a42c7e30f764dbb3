// Makes one talker as loud as the others, slowly: from the level of its speech follows one gain for
// whole frames. Never follows noise or silence. Costs a look-up for each sample; the mixer measures
// anyway. Why like this: docs/adr/0023.
#pragma once

#include "common/audio/gain_table.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace voiced {

class Leveller {
 public:
  /// The level that speech is brought to, in dBFS (voice::level_dbfs): the nominal one of ITU-T
  /// P.56.
  static constexpr double target_dbfs = -26.0;
  static constexpr double gain_db_most = 18.0;  // up and down

  /// Makes the tables that all levellers share, if it is the first: allocates.
  Leveller();

  /// The frame with the present gain: itself at 0 dB, else in `spare`, which is as long (asserted).
  [[nodiscard]] voice::Frame apply(const voice::Frame& frame,
                                   std::span<std::int16_t> spare) const noexcept;

  /// After every frame that was heard: the sum of the squares of its samples, with the gain.
  /// @param samples of the frame, at least one (asserted).
  void add(std::int64_t square_sum, std::size_t samples) noexcept;

  /// −gain_db_most…gain_db_most, in steps of a quarter of a decibel.
  [[nodiscard]] double gain_db() const noexcept;

 private:
  [[nodiscard]] bool is_quiet(double power) const noexcept;
  void follow_floor(double power) noexcept;
  void end_run() noexcept;
  void set_gain(double db) noexcept;

  // The quietest frame of each half second of the last two, in power before the gain.
  static constexpr std::size_t floor_blocks = 4;
  std::array<double, floor_blocks> floors_{};
  std::size_t block_ = 0;
  std::size_t block_frames_ = 0;
  std::size_t blocks_known_ = 0;
  // Frames one after the other that are louder than a pause: a syllable or some of them.
  std::size_t run_frames_ = 0;
  double run_power_ = 0;  // sum
  // Of the speech so far, before the gain.
  double speech_power_ = 0;
  std::size_t speech_frames_ = 0;

  double gain_db_ = 0;
  double power_factor_ = 1;                  // of the table in use
  const voice::GainTable* table_ = nullptr;  // none: 0 dB
};

}  // namespace voiced

// One figure for how good speech still sounds: 5 (nothing can be heard) to 1 (nothing is left). Our
// own measure, deterministic and without a licence. It compares spectra as PESQ does, but it is not
// PESQ, and its figures mean something only beside each other.
//
// - A frame of 20 ms is compared with what was said at its best alignment: both spectra of the last
//   21 to 32 ms, in critical bands (Zwicker), each with a floor 25 dB below the loudest band of
//   what was said. Its disturbance is the mean over the bands of their difference in dB, of which
//   10 dB count as 1. So a constant shift, or a pitch period more or less, costs little, and
//   silence, clicks and the wrong sound cost much.
// - A frame that was said and never heard has a disturbance of 1.
// - Frames in which neither side has speech do not count.
// - As in ITU-T P.862, short bad moments weigh more than their share: the disturbance of 16 frames
//   is their L6 norm, that of all is the L2 norm of those. The score is 5 - 4 times that.
#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace bench {

/// What has at least this mean square is speech.
inline constexpr double speech_power_min = 200 * 200;

/// Mean square of the samples, or of the difference of two spans of the same length.
[[nodiscard]] double mean_square(std::span<const std::int16_t> a,
                                 std::span<const std::int16_t> b = {});

class Score {
 public:
  /// @param said what was said before any codec, over and over; must outlive this object.
  /// @param rate_hz 5000…48000
  Score(std::span<const std::int16_t> said, int rate_hz);

  /// `frame` was heard next; it is most like what was said from `position` on (below said.size()).
  void heard(std::span<const std::int16_t> frame, std::size_t position);

  /// Something was heard that is not to be judged.
  void skip() { filled_ = 0; }

  /// What was said in [from, until) is never heard. Positions may exceed said.size().
  void lost(std::size_t from, std::size_t until);

  /// 1…5; 5 if no frame had speech.
  [[nodiscard]] double value() const;

 private:
  void count(double disturbance);
  void spectra(std::size_t position);
  [[nodiscard]] double disturbance();

  std::span<const std::int16_t> said_;
  std::size_t frame_;
  std::vector<double> window_;                  // Hann, as long as a spectrum sees
  std::vector<std::size_t> bands_;              // the first bin of each, and the end of the last
  std::vector<std::int16_t> tail_;              // heard last, as long as the window
  std::vector<std::complex<double>> spectrum_;  // of what was heard; imaginary: of what was said
  std::size_t filled_ = 0;                      // of it
  std::size_t lost_samples_ = 0;                // not a whole frame yet
  double interval_ = 0;                         // sum of sixth powers
  int frames_ = 0;                              // of the interval
  double squares_ = 0;
  std::size_t intervals_ = 0;
};

}  // namespace bench

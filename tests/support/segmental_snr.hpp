// How close a received sound is to the original, after a codec that preserves no sample exactly.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

namespace voice::test {

using Sound = std::span<const std::int16_t>;

/// The mean over pieces of 20 ms at `rate_hz` that contain speech, each limited to -10…35 dB.
/// `heard` is `lag` samples late.
inline double segmental_snr_db(Sound said, Sound heard, std::size_t lag, int rate_hz) {
  constexpr double speech_min = 100;  // root mean square of a sample
  const auto piece = static_cast<std::size_t>(rate_hz / 50);
  double sum = 0;
  int pieces = 0;
  for (std::size_t at = 0; at + piece <= said.size() && at + lag + piece <= heard.size();
       at += piece) {
    double signal = 0, noise = 0;
    for (std::size_t i = at; i < at + piece; ++i) {
      const double difference = said[i] - heard[i + lag];
      signal += static_cast<double>(said[i]) * said[i];
      noise += difference * difference;
    }
    if (signal < speech_min * speech_min * static_cast<double>(piece)) continue;
    sum += std::clamp(10 * std::log10(signal / std::max(noise, 1.0)), -10.0, 35.0);
    ++pieces;
  }
  return pieces == 0 ? -10.0 : sum / pieces;
}

/// The best value for any lag from `from` to `until` ms.
inline double best_snr_db(Sound said, Sound heard, int rate_hz, int until_ms = 10,
                          int from_ms = 0) {
  double best = -10;
  const auto samples = [&](int ms) { return static_cast<std::size_t>(rate_hz / 1000 * ms); };
  for (std::size_t lag = samples(from_ms); lag <= samples(until_ms); ++lag) {
    best = std::max(best, segmental_snr_db(said, heard, lag, rate_hz));
  }
  return best;
}

}  // namespace voice::test

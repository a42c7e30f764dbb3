// Durations counted in bins of 0.05 ms, so that millions of them take a fixed 160 KiB. Quantiles
// are the upper edges of their bins; the maximum is exact.
#pragma once

#include "tests/bench/voicebench_clock.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace voicebench {

class Histogram {
 public:
  void add(Duration duration) {
    const auto bin = std::clamp<std::int64_t>(duration / bin_width, 0, bins - 1);
    ++counts_[static_cast<std::size_t>(bin)];
    ++total_;
    max_ = std::max(max_, duration);
  }

  [[nodiscard]] std::uint64_t total() const noexcept { return total_; }
  [[nodiscard]] double max_ms() const noexcept { return to_ms(max_); }

  /// @param share 0…1: 0.99 is p99. 0 if nothing was counted.
  [[nodiscard]] double quantile_ms(double share) const noexcept {
    const auto wanted = static_cast<std::uint64_t>(share * static_cast<double>(total_));
    std::uint64_t seen = 0;
    for (std::size_t bin = 0; bin < counts_.size(); ++bin) {
      seen += counts_[bin];
      if (seen > wanted) return std::min(max_ms(), to_ms(bin_width) * static_cast<double>(bin + 1));
    }
    return max_ms();
  }

 private:
  static constexpr std::chrono::microseconds bin_width{50};
  static constexpr std::int64_t bins = 20'000;  // up to one second; longer ones share the last bin

  std::vector<std::uint64_t> counts_ = std::vector<std::uint64_t>(bins);
  std::uint64_t total_ = 0;
  Duration max_{0};
};

}  // namespace voicebench

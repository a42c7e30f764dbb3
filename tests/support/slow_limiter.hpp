// The limiter again, in the slow way: looks for every next corner of the falling gain among all
// following samples. Shares no code with the core's.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace voice::test {

class SlowLimiter {
 public:
  /// The gains of one tick, in 65536ths, for the largest magnitude of any mix at each sample.
  std::vector<std::int64_t> shape(const std::vector<std::int64_t>& levels) {
    std::vector<std::int64_t> allowed;
    for (const std::int64_t level : levels)
      allowed.push_back(level > 32768 ? 32767LL * 65536 / level : 65536);
    const std::int64_t lowest = *std::min_element(allowed.begin(), allowed.end());
    std::vector<std::int64_t> gains;
    if (lowest >= gain) {
      const std::int64_t end = std::min({gain + gain / 8 + 1, std::int64_t{65536}, lowest});
      draw(gains, gain, end, levels.size());
    }
    while (gains.size() < levels.size()) {
      const std::int64_t from = gains.empty() ? gain : gains.back();
      const std::size_t next = steepest(allowed, gains.size(), from);
      draw(gains, from, allowed[next], next + 1 - gains.size());
      if (allowed[next] == lowest) gains.resize(levels.size(), lowest);
    }
    gain = gains.back();
    return gains;
  }

  void rest() { gain = std::min<std::int64_t>(gain + gain / 8 + 1, 65536); }

  std::int64_t gain = 65536;

 private:
  // The sample whose line from `from`, one sample before `begin`, falls most steeply.
  static std::size_t steepest(const std::vector<std::int64_t>& allowed, std::size_t begin,
                              std::int64_t from) {
    std::size_t best = begin;
    for (std::size_t i = begin; i < allowed.size(); ++i) {
      const auto length = static_cast<std::int64_t>(i + 1 - begin);
      const auto best_length = static_cast<std::int64_t>(best + 1 - begin);
      if ((allowed[i] - from) * best_length < (allowed[best] - from) * length) best = i;
    }
    return best;
  }

  static void draw(std::vector<std::int64_t>& gains, std::int64_t from, std::int64_t to,
                   std::size_t length) {
    const auto whole = static_cast<std::int64_t>(length);
    for (std::int64_t i = 1; i <= whole; ++i) {
      std::int64_t step = (to - from) * i / whole;
      if (step * whole > (to - from) * i) --step;  // rounds down
      gains.push_back(from + step);
    }
  }
};

}  // namespace voice::test

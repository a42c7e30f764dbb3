// What is heard of an echo and of a voice after a Room has run.
#pragma once

#include "tests/client/voice/room.hpp"

namespace voicecli::test {

/// By how many dB the echo is quieter in what is sent, between from_s and to_s in seconds.
[[nodiscard]] inline double reduction_db(const Room& room, int rate_hz, double from_s,
                                         double to_s) {
  return level_dbfs(room.echo, rate_hz, from_s, to_s) -
         level_dbfs(room.sent, rate_hz, from_s, to_s);
}

/// How alike two sounds are, at the lag at which they are most alike.
struct Likeness {
  double correlation = 0;
  std::size_t lag = 0;
};
[[nodiscard]] inline Likeness likeness(const Sound& said, const Sound& sent, int rate_hz,
                                       double from_s, double to_s) {
  Likeness best;
  const auto from = static_cast<std::size_t>(from_s * rate_hz);
  const auto to = static_cast<std::size_t>(to_s * rate_hz);
  for (std::size_t lag = 0; lag < static_cast<std::size_t>(rate_hz / 25); ++lag) {
    double both = 0;
    double one = 1;
    double other = 1;
    for (std::size_t i = from; i < to && i + lag < sent.size(); ++i) {
      both += static_cast<double>(said[i]) * sent[i + lag];
      one += static_cast<double>(said[i]) * said[i];
      other += static_cast<double>(sent[i + lag]) * sent[i + lag];
    }
    const double correlation = both / std::sqrt(one * other);
    if (correlation > best.correlation) best = {correlation, lag};
  }
  return best;
}

}  // namespace voicecli::test

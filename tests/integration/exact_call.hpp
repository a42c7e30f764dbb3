// Calls in which every sample counts, between real programs: with buffers so deep that a busy
// machine, which stops every program now and then, loses nothing.
#pragma once

#include "tests/integration/voicecli_program.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

namespace voice::test {

using Pcm = std::vector<std::int16_t>;

/// The server holds back what it cannot play yet; a frame that reaches the listener late uses up
/// some of what the listener's jitter buffer holds.
inline const Strings deep_server_flags{"--jitter-mode", "fixed",           "--jitter-depth",
                                       "100",           "--outbox-age-ms", "10000"};

/// The samples that a listener hears after one encoding as µ-law.
inline Pcm through_mu_law(const Pcm& pcm) {
  const auto& tables = g711_tables();
  Pcm out(pcm.size());
  std::transform(pcm.begin(), pcm.end(), out.begin(),
                 [&](std::int16_t sample) { return tables.decode[tables.encode(sample)]; });
  return out;
}

/// Waits until this many packets have arrived and been played.
[[nodiscard]] inline bool plays_out(const Voicecli& listener, long packets) {
  return eventually(
      [&] {
        return listener.statistic("packets_received") >= packets &&
               listener.statistic("jitter_fill_packets") == 0;
      },
      std::chrono::seconds{200});
}

}  // namespace voice::test

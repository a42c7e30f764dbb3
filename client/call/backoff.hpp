// How long to wait before the next attempt to connect: short at first, soon constant, and never in
// step with other clients.
#pragma once

#include "common/core/time.hpp"

#include <cstdint>

namespace voicecli {

inline constexpr std::chrono::milliseconds retry_delay_min{200};
/// Together with the time to connect, all clients are back within 2 s after the server listens
/// again.
inline constexpr std::chrono::milliseconds retry_delay_max{1500};
/// After a refusal: the server is there and has answered, so more frequent attempts do not help.
inline constexpr std::chrono::milliseconds refused_delay{5000};

class Backoff {
 public:
  /// The delay before the next attempt: between half and the whole of a limit that doubles from
  /// retry_delay_min to retry_delay_max with every call.
  /// @param random any 32 random bits; spreads the attempts of clients that lost the same server.
  [[nodiscard]] voice::Duration next(std::uint32_t random) noexcept;

  /// The connection was good: the next failure starts from the shortest delay.
  void reset() noexcept { limit_ = retry_delay_min; }

 private:
  std::chrono::milliseconds limit_ = retry_delay_min;
};

}  // namespace voicecli

// Measures the round trip to a voice/1 server, and notices when it falls silent: numbered Pings out
// every 2 s, Pongs and other messages in. Pure; owned by a Call.
#pragma once

#include "common/core/time.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace voicecli {

inline constexpr std::chrono::seconds ping_period{2};
/// Three Pings without any answer: the user is told.
inline constexpr std::chrono::seconds server_silence_told{6};
static_assert(server_silence_told == 3 * ping_period);
/// After this, the connection is given up. If an outage lasts 15 s, TCP's next attempt may come
/// only 25 s after it began, because TCP doubles the time between two attempts (RFC 6298 §5.5).
inline constexpr std::chrono::seconds server_silence_max{30};

class Heartbeat {
 public:
  explicit Heartbeat(voice::TimePoint start) noexcept : next_ping_(start), last_heard_(start) {}

  /// The Id of the Ping to send now, if one is due.
  [[nodiscard]] std::optional<std::uint32_t> ping_due(voice::TimePoint now) noexcept;

  /// A Pong came. One that answers no Ping of ours is ignored.
  void pong(std::uint32_t id, voice::TimePoint now) noexcept;

  /// A message came, of any kind: the server is alive.
  void heard(voice::TimePoint now) noexcept { last_heard_ = now; }

  [[nodiscard]] bool server_is_lost(voice::TimePoint now) const noexcept {
    return now - last_heard_ >= server_silence_max;
  }
  /// Reports each change once. True: the server has become silent; false: it is heard again; none:
  /// no change.
  [[nodiscard]] std::optional<bool> take_silence_change(voice::TimePoint now) noexcept;

  /// The round trip of the last Pong; none before the first.
  [[nodiscard]] std::optional<voice::Duration> round_trip() const noexcept { return round_trip_; }

 private:
  struct Ping {
    std::uint32_t id = 0;  // 0 is none
    voice::TimePoint sent{};
  };

  voice::TimePoint next_ping_;
  voice::TimePoint last_heard_;
  std::uint32_t last_id_ = 0;
  std::array<Ping, 16> pings_{};  // one more than can be open before the connection is given up
  bool silence_told_ = false;
  std::optional<voice::Duration> round_trip_;
};

}  // namespace voicecli

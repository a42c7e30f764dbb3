// Decides which of a host's addresses is tried when (RFC 8305): one after the other, a quarter of a
// second apart and side by side, so that dead ones cost little. Addresses are numbers from 0, in
// the order in which they are to be tried. Pure: the time is an argument. Owned by Connection.
#pragma once

#include "common/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace voicecli {

/// RFC 8305 §8: the recommended "Connection Attempt Delay".
inline constexpr std::chrono::milliseconds attempt_delay{250};
/// A connection that takes longer is of no use for talking, and the kernel would wait two minutes.
inline constexpr std::chrono::seconds attempt_duration_max{3};
/// Further addresses of a host are not tried. All of them together are given up after
/// 19 × 250 ms + 3 s.
inline constexpr std::size_t race_addresses_max = 20;

enum class AddressFamily : std::uint8_t { ipv4, ipv6 };

/// The order in which to try addresses that the system has sorted: the families take turns
/// (RFC 8305 §4), beginning with the first address'. At most race_addresses_max.
[[nodiscard]] std::vector<std::size_t> race_order(std::span<const AddressFamily> families);

class ConnectRace {
 public:
  explicit ConnectRace(std::size_t addresses) : attempts_(addresses) {}

  /// The address to start connecting to now, if one is due. Ask until there is none.
  [[nodiscard]] std::optional<std::size_t> take_due(voice::TimePoint now);

  /// An attempt that has taken too long; it counts as failed. Ask until there is none.
  [[nodiscard]] std::optional<std::size_t> take_expired(voice::TimePoint now);

  /// An attempt ended, well or not: the next address need not wait. False when it had expired.
  bool ended(std::size_t address);

  /// No address is left, and no attempt is under way.
  [[nodiscard]] bool is_lost() const noexcept;

  /// When to ask again. Meaningless when the race is lost.
  [[nodiscard]] voice::TimePoint next() const noexcept;

 private:
  enum class State : std::uint8_t { waiting, under_way, over };
  struct Attempt {
    State state = State::waiting;
    voice::TimePoint started{};
  };

  std::vector<Attempt> attempts_;
  std::size_t begun_ = 0;  // addresses that have been started
  voice::TimePoint next_start_ = voice::TimePoint::min();
};

}  // namespace voicecli

// How streams are played. Plain values, which may change while a stream is played.
#pragma once

#include "common/core/time.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace voice {

enum class JitterMode : std::uint8_t {
  adaptive,  // the lowest delay that the network allows
  fixed,     // a delay set by the depth, as in the original program
};

/// None for a name that no mode has.
[[nodiscard]] constexpr std::optional<JitterMode> jitter_mode_named(std::string_view name) {
  if (name == "adaptive") return JitterMode::adaptive;
  if (name == "fixed") return JitterMode::fixed;
  return std::nullopt;
}

inline constexpr int jitter_depth_packets_min = 2;
inline constexpr int jitter_depth_packets_max = 1000;
/// The depth that suits most networks.
[[nodiscard]] constexpr int jitter_depth_packets_preset(JitterMode mode) {
  return mode == JitterMode::fixed ? 6 : 25;
}
/// The depth that a setting means: 0 stands for the preset.
[[nodiscard]] constexpr int jitter_depth_packets_of(JitterMode mode, int setting) {
  return setting == 0 ? jitter_depth_packets_preset(mode) : setting;
}

inline constexpr std::chrono::milliseconds catch_up_min{100};
inline constexpr std::chrono::milliseconds catch_up_most{20000};
inline constexpr std::chrono::milliseconds catch_up_preset{4000};

struct PlayoutOptions {
  JitterMode mode = JitterMode::adaptive;
  /// Packets of 20 ms: jitter_depth_packets_min…max. Fixed: N, as JitterBuffer takes it. Adaptive:
  /// the most delay that is kept in reserve, up to catch_up_max.
  int depth_packets = jitter_depth_packets_preset(JitterMode::adaptive);
  /// Adaptive: the most sound that is held after a stall before speech is cut;
  /// catch_up_min…catch_up_most.
  Duration catch_up_max = catch_up_preset;
  friend bool operator==(const PlayoutOptions&, const PlayoutOptions&) = default;
};

/// Mode `fixed` with this depth.
[[nodiscard]] constexpr PlayoutOptions fixed_playout(int depth_packets) {
  return {.mode = JitterMode::fixed, .depth_packets = depth_packets};
}

}  // namespace voice

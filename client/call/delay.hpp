// The delay of a call from mouth to ear, stage by stage, as far as this end can know it. Takes what
// each stage holds at each moment, and returns the means. Pure.
//
// A stage that samples enter and leave at the same pace delays them by what it holds, on average
// over time (Little's law): no sample has to be followed.
#pragma once

#include "common/core/time.hpp"

#include <cstdint>
#include <optional>

namespace voicecli {

/// In the order in which a voice passes them: from our microphone to the server's mixer, and from
/// there to our loudspeaker. So the sum is the delay between us and somebody whose devices and way
/// to the server are like ours.
struct DelayStages {
  voice::Duration microphone{0};   // sound card or pipe, and what waits to be read from it
  voice::Duration voice{0};        // echo cancellation, noise suppression, gain
  voice::Duration smoother{0};     // captured, not sent yet; also the frame that is being filled
  voice::Duration outbox{0};       // waits for the network
  voice::Duration network{0};      // to the server and back: the round trip
  voice::Duration server{0};       // the server's playout of our voice
  voice::Duration tick{0};         // until the server mixes
  voice::Duration playout{0};      // our playout of the mix
  voice::Duration loudspeaker{0};  // waits to be played, and the sound card
  /// Whether the server has told `server` and `tick`. If not, it is assumed to keep what our own
  /// playout keeps, and to mix after half a frame.
  bool server_is_told = false;

  [[nodiscard]] voice::Duration total() const noexcept {
    return microphone + voice + smoother + outbox + network + server + tick + playout + loudspeaker;
  }
  friend bool operator==(const DelayStages&, const DelayStages&) = default;
};

/// What the server tells in a Pong.
struct ServerDelay {
  voice::Duration held{0};  // of our sound, with the packet that has just arrived
  voice::Duration tick{0};  // until it mixes again
  friend bool operator==(const ServerDelay&, const ServerDelay&) = default;
};

/// What a Pong says about the delay; none: nothing, or invalid values.
[[nodiscard]] std::optional<ServerDelay> server_delay(
    std::optional<std::uint32_t> held_ms, std::optional<std::uint32_t> tick_ms) noexcept;

/// Fills in how long a packet that has just arrived at the server waits there.
/// @param target what our own playout holds before a tick while nothing is late.
void add_server(DelayStages& stages, const std::optional<ServerDelay>& told,
                voice::Duration target) noexcept;

/// The mean of each stage over the last second or so.
class DelayMeter {
 public:
  /// Call it at even intervals that are no longer than a few milliseconds.
  void observe(const DelayStages& now, voice::TimePoint at) noexcept;

  /// Zero before the first observation.
  [[nodiscard]] const DelayStages& mean() const noexcept { return mean_; }

  /// Starts afresh: another call, or other devices.
  void reset() noexcept { observed_at_.reset(); }

 private:
  DelayStages mean_;
  std::optional<voice::TimePoint> observed_at_;
};

}  // namespace voicecli

// What an operator should know about how a participant is heard; each note is given once per
// participant. Pure: the shell polls now and then, and logs.
#pragma once

#include "server/host/session.hpp"

#include <cstdint>
#include <optional>

namespace voiced {

enum class PeerNote : std::uint8_t {
  depth_raised,       // more arrives at once than jitter-depth holds; its buffer is deeper now
  packets_cut,        // its packets are longer than packet_frames_max frames
  foreign_payload,    // it sends a codec other than its own, which is not played
  original_is_noise,  // a classic peer at a rate at which the original program sends noise
  echoes              // its microphone picks up its loudspeaker, and the room howled
};

/// At some rates a frame of the original program has an odd number of bytes, and every other frame
/// that it sends is shifted by one (docs/protocol.md §6).
[[nodiscard]] bool original_sends_noise(voice::AudioFormat format) noexcept;

class PeerNotes {
 public:
  /// The next note about this participant that has not been given; none: all have.
  [[nodiscard]] std::optional<PeerNote> next(const Session& session, const Participant& participant,
                                             voice::AudioFormat format) noexcept;

 private:
  [[nodiscard]] bool first(PeerNote note, bool holds) noexcept;

  std::uint8_t told_ = 0;  // a bit for each note
};

}  // namespace voiced

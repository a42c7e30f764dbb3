// One participant's audio state inside a conference: its jitter buffer, its mutes and its gain.
#pragma once

#include "common/audio/gain_table.hpp"
#include "common/playout/jitter_buffer.hpp"

#include <compare>
#include <cstdint>
#include <memory>

namespace voiced {

/// Names a participant for as long as it is here. A slot that is used again has another generation,
/// so a stale id never reaches somebody else.
struct ParticipantId {
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;
  friend bool operator==(ParticipantId, ParticipantId) = default;
};

/// What the operator has switched off for one participant. All false: an ordinary participant.
struct Mutes {
  bool microphone = false;       // not heard by others
  bool loudspeaker = false;      // receives nothing
  bool not_played_here = false;  // not heard in the server's own loudspeaker only
  friend bool operator==(const Mutes&, const Mutes&) = default;
};

/// Whether a peer's sequence numbers say anything: those of classic peers do not (docs/protocol.md
/// §2).
enum class Sequencing : std::uint8_t { ignored, trusted };

struct Participant {
  Participant(voice::AudioFormat format, int jitter_depth_packets)
      : buffer(format, jitter_depth_packets) {}

  // What every tick touches comes first and lies together: a thousand participants do not fit into
  // a cache.
  std::int64_t square_sum = 0;          // of what it contributed, as a meter holds it
  std::uint64_t silent_since_tick = 0;  // when it left those that may have something to play
  std::uint64_t frames_played = 0;      // ticks to which it contributed
  Mutes mutes;
  Sequencing sequencing = Sequencing::ignored;
  bool in_active = false;   // listed among those who may have something to play
  bool is_local = false;    // the server's own microphone and loudspeaker
  bool is_outside = false;  // waits in front of the door: is sent nothing
  std::unique_ptr<const voice::GainTable> gain;  // nothing: 0 dB
  voice::JitterBuffer buffer;
};

}  // namespace voiced

// One participant's audio state inside a room: its playout, its codec, its mutes and its
// gain.
#pragma once

#include "common/audio/gain_table.hpp"
#include "common/core/slab.hpp"
#include "common/playout/playout.hpp"
#include "server/room/howl_guard.hpp"
#include "server/room/leveller.hpp"
#include "server/room/other_rate.hpp"
#include "server/room/tick_encoder.hpp"

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

using voice::Sequencing;

// What is left of a meter's needle, in power, after a tick: 15/16 fifty times a second are 20 dB in
// 1.5 s.
inline std::int64_t fallen(std::int64_t square_sum) noexcept {
  return square_sum - square_sum / 16;
}

// The same after many ticks.
inline std::int64_t fallen(std::int64_t square_sum, std::uint64_t ticks) noexcept {
  for (; ticks > 0 && square_sum >= 16; --ticks) square_sum = fallen(square_sum);
  return ticks > 0 ? 0 : square_sum;
}

/// What every tick looks at besides the playout: one line of the processor's cache, because a
/// thousand participants do not fit into it.
struct ParticipantFront {
  std::int64_t square_sum = 0;          // of what it contributed, as a meter holds it
  std::uint64_t silent_since_tick = 0;  // when it left those that may have something to play
  std::uint64_t frames_played = 0;      // ticks to which it contributed
  Mutes mutes;
  bool in_active = false;    // listed among those who may have something to play
  bool is_outside = false;   // waits in front of the door: is sent nothing
  bool is_listener = false;  // is not heard, whatever the operator has muted
  bool is_changed = false;   // has a gain or a leveller

  std::unique_ptr<const voice::GainTable> gain;  // null: 0 dB
  std::unique_ptr<Leveller> leveller;            // null: not levelled; never together with a gain
  std::unique_ptr<OtherRateLine> other_rate;     // null: it has the room's rate
  std::unique_ptr<TickEncoder> encoder;          // of what it alone hears; none: PCMU

  /// Nobody is to hear it.
  [[nodiscard]] bool is_silenced() const noexcept { return mutes.microphone || is_listener; }
  /// By which it is louder for others, but for the howl guard.
  [[nodiscard]] double gain_db() const noexcept {
    if (gain) return gain->db();
    return leveller ? leveller->gain_db() : 0.0;
  }
};
static_assert(sizeof(ParticipantFront) <= 64);

struct alignas(64) Participant : ParticipantFront {
  /// @param commons outlives it.
  Participant(voice::AudioFormat format, const voice::PlayoutOptions& options,
              voice::PlayoutCommons& commons)
      : playout(format, options, voice::CodecId::pcmu, &commons) {
    playout.keep_packets();
  }

  // Right behind the front, which is one line of the cache. What follows uses up its last line.
  [[no_unique_address]] voice::Playout playout;
  GuardedTalker guarded;
};

using Participants = voice::Slab<Participant>;

/// How many bytes at the front of a Participant a packet and a tick look at.
inline constexpr std::size_t participant_hot_bytes = 64 + voice::Playout::hot_bytes;

}  // namespace voiced

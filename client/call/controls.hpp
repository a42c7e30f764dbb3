// The user's settings during a call. They outlive a connection, so that a reconnect does not open a
// muted microphone.
#pragma once

#include "client/call/downlink.hpp"
#include "common/audio/gain_table.hpp"
#include "common/core/assert.hpp"
#include "common/core/time.hpp"

#include <algorithm>

namespace voicecli {

inline constexpr double volume_db_min = voice::gain_db_min;
inline constexpr double volume_db_max = voice::gain_db_max;

struct Controls {
  bool microphone_muted = false;
  bool loudspeaker_muted = false;
  bool push_to_talk = false;
  voice::TimePoint talk_until = voice::TimePoint::min();  // push-to-talk is held down until then
  double volume_db = 0.0;                                 // of the loudspeaker

  /// Whether captured sound is sent at `now`. Holding "talk" opens a microphone that is closed for
  /// one reason (muted, or waiting for push-to-talk), not one that is closed for both.
  [[nodiscard]] bool microphone_open(voice::TimePoint now) const noexcept {
    if (microphone_muted && push_to_talk) return false;
    return now < talk_until || !(microphone_muted || push_to_talk);
  }

  [[nodiscard]] Loudness loudness() const noexcept { return {loudspeaker_muted, volume_db}; }

  /// Moves the volume by `db`, kept within its limits.
  void change_volume(double db) noexcept {
    volume_db = std::clamp(volume_db + db, volume_db_min, volume_db_max);
    VOICE_ASSERT(volume_db >= volume_db_min && volume_db <= volume_db_max);
  }
};

}  // namespace voicecli

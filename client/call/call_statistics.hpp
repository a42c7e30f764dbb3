// The state of a call in figures. Plain values.
#pragma once

#include "common/audio/level.hpp"
#include "common/playout/jitter_buffer.hpp"

#include <cstdint>
#include <optional>

namespace voicecli {

struct CallStatistics {
  int jitter_fill_packets = 0;
  int jitter_depth_packets = 0;
  voice::Duration jitter_fill{0};
  std::optional<voice::Duration> round_trip;  // voice/1 only
  voice::JitterBufferCounters playout;
  double microphone_dbfs = voice::level_dbfs_min;
  double loudspeaker_dbfs = voice::level_dbfs_min;
  std::uint64_t frames_sent = 0;  // that have left for the network whole
  std::uint64_t outbox_dropped_messages = 0;
  std::uint64_t ignored_messages = 0;  // before the announcement, or not understood
};

}  // namespace voicecli

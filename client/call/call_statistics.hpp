// The state of a call in figures. Plain values.
#pragma once

#include "common/audio/codec.hpp"
#include "common/audio/level.hpp"
#include "common/core/time.hpp"
#include "common/playout/playout_counters.hpp"
#include "common/playout/playout_options.hpp"

#include <cstdint>
#include <optional>

namespace voicecli {

struct CallStatistics {
  voice::CodecId codec = voice::CodecId::pcmu;  // what both ends speak
  int opus_kbits = 0;                           // bit rate of what is sent; 0: not Opus
  int jitter_fill_packets = 0;
  int jitter_depth_packets = 0;
  voice::JitterMode jitter_mode = voice::JitterMode::fixed;
  voice::Duration jitter_fill{0};
  voice::Duration jitter_target{0};           // what is to be held while nothing is late
  std::optional<voice::Duration> round_trip;  // voice/1 only
  voice::PlayoutCounters playout;
  voice::PlayoutTimes playout_times;
  double microphone_dbfs = voice::level_dbfs_min;
  double loudspeaker_dbfs = voice::level_dbfs_min;
  std::uint64_t frames_sent = 0;    // that have left for the network whole
  std::uint64_t frames_spared = 0;  // not sent, because nobody spoke
  std::uint64_t outbox_dropped_messages = 0;
  std::uint64_t ignored_messages = 0;  // before the announcement, or not understood
};

}  // namespace voicecli

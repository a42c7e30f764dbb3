// What has happened to one stream on its way to the ear, in events and samples. A plain value.
#pragma once

#include "common/audio/audio_format.hpp"

#include <cstdint>

namespace voice {

struct PlayoutCounters {
  std::uint64_t packets = 0;  // accepted, overflow included
  std::uint64_t duplicates = 0;
  std::uint64_t late = 0;
  std::uint64_t lost = 0;             // packets missing in the sequence
  std::uint64_t overflows = 0;        // events
  std::uint64_t dropped_samples = 0;  // by overflows
  std::uint64_t expired_samples = 0;  // dropped because they had waited for too long
  std::uint64_t excess_samples = 0;   // dropped because they were only delay
  std::uint64_t cut_samples = 0;      // of packets longer than packet_frames_max frames
  std::uint64_t deepened = 0;         // times N was raised to hold what arrives at once
  std::uint64_t underflows = 0;       // ticks that found less than a frame while playing
  std::uint64_t primed = 0;           // times playing started or restarted
  std::uint64_t malformed = 0;        // packets that the codec does not allow: dropped
  // Of mode `adaptive` only.
  std::uint64_t stretched_samples = 0;  // inserted so that the stream does not run dry
  std::uint64_t sped_up_samples = 0;    // speech or silence left out so that delay does not stay
  std::uint64_t concealed_samples = 0;  // invented in place of what was missing or late
  friend bool operator==(const PlayoutCounters&, const PlayoutCounters&) = default;
};

/// Adds `part` to `sum`, figure by figure.
void add(PlayoutCounters& sum, const PlayoutCounters& part) noexcept;

/// How long the samples among PlayoutCounters last. Unlike those, they can be added up whatever the
/// rate of each stream is, and never go back when a stream changes its rate.
struct PlayoutTimes {
  Duration dropped{0};
  Duration expired{0};
  Duration excess{0};
  Duration cut{0};
  Duration stretched{0};
  Duration sped_up{0};
  Duration concealed{0};
  friend bool operator==(const PlayoutTimes&, const PlayoutTimes&) = default;
};

[[nodiscard]] PlayoutTimes times_of(const PlayoutCounters& counters, AudioFormat format) noexcept;

void add(PlayoutTimes& sum, const PlayoutTimes& part) noexcept;

/// The same durations in samples of another rate, rounded up: as times they never go
/// back.
[[nodiscard]] PlayoutCounters at_rate(PlayoutCounters counters, std::uint32_t from_hz,
                                      std::uint32_t to_hz) noexcept;

}  // namespace voice

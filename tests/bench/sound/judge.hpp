// Plays speech that arrives in a given way through a Playout, in simulated time, and judges what is
// heard: what is lost, what was invented, how late it is, how long it takes to recover from a
// stall, and how similar it is to the original. The same result on every run.
#pragma once

#include "common/playout/playout.hpp"

#include "tests/bench/sound/arrivals.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace bench {

struct Trial {
  voice::AudioFormat format = *voice::AudioFormat::from_rate(8000);
  voice::CodecId codec = voice::CodecId::pcmu;
  voice::PlayoutOptions options{};
  double listener_ppm = 0;  // by how much the listener's clock is too fast
  double talker_ppm = 0;    // the talker's; the arrivals must match such a clock
  Takes takes{};            // when the listener takes a frame; empty: evenly, by its clock
};

/// Times in milliseconds.
struct Verdict {
  double lost = 0;       // arrived, but discarded
  double gaps = 0;       // something else was heard, or silence
  double concealed = 0;  // of those, according to the playout
  double stretched = 0;
  double sped_up = 0;
  double delay_mean = 0;  // from when a sample was due to leave until it is heard
  double delay_max = 0;
  double delay_least = 0;
  double delay_apart = 0;  // half of what it varies after the first ten seconds
  double back = 0;         // the longest time after a gap of 100 ms until it is as late as before
  double snr_db = 0;       // mean over frames of speech, each at its best alignment, at most 35 dB
  double score = 0;        // 1…5: score.hpp
  double step_max = 0;   // the largest step between samples, in terms of the largest that was said
  double untouched = 0;  // share of frames that are bit-identical to the original
  std::uint64_t cuts = 0;  // overflows
};

/// `said` consists of whole frames, and is repeated.
[[nodiscard]] Verdict judge(const Trial& trial, std::span<const std::int16_t> said,
                            const Arrivals& arrivals);

}  // namespace bench

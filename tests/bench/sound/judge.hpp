// Plays speech that arrives as it does through a Playout, in simulated time, and judges what is
// heard: what is lost, what was invented, how late it is, when that is over after a stall, and how
// like what was said it is. The same on every run.
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
  double talker_ppm = 0;    // the talker's; the arrivals must be of such a clock
  Takes takes{};            // when the listener takes a frame; empty: evenly, by its clock
};

/// Times in milliseconds.
struct Verdict {
  double lost = 0;       // arrived and thrown away
  double gaps = 0;       // something else was heard, or nothing
  double concealed = 0;  // of those, as the playout tells
  double stretched = 0;
  double sped_up = 0;
  double delay_mean = 0;  // from when a sample was due to leave until it is heard
  double delay_max = 0;
  double delay_least = 0;
  double delay_apart = 0;  // the most it differs from its mean after the first ten seconds
  double back = 0;         // the longest time after a gap of 100 ms until it is as late as before
  double snr_db = 0;       // mean over frames of speech, each at its best alignment, at most 35 dB
  double score = 0;        // 1…5: score.hpp
  double step_max = 0;   // the largest step between samples, in terms of the largest that was said
  double untouched = 0;  // share of frames that are bit for bit what was said
  std::uint64_t cuts = 0;  // overflows
};

/// `said` is whole frames; it is said over and over.
[[nodiscard]] Verdict judge(const Trial& trial, std::span<const std::int16_t> said,
                            const Arrivals& arrivals);

}  // namespace bench

#include "tests/demo/call_analysis.hpp"

#include "common/core/assert.hpp"

#include "tests/demo/correlation.hpp"

#include <algorithm>
#include <cmath>

namespace voice::demo {

namespace {

// A speech found in a recording, with the position of each half second: a buffer that underran or
// overran in between shifts the rest, which is a gap, but the rest is not lost.
struct Track {
  Samples speech;
  std::size_t block = 0;             // samples
  std::vector<std::ptrdiff_t> lags;  // one per block
  double gain = 0;
};

constexpr double present_gain_min = 0.5;  // 6 dB: between "as loud as it was" and "not there"

// Where `block` of the speech, starting at its sample `start`, is, if not where the previous block
// was.
std::ptrdiff_t follow_block(Samples block, std::ptrdiff_t start, Samples recording,
                            std::ptrdiff_t lag, std::ptrdiff_t reach) {
  constexpr double quiet_db = -40;  // too soft to tell one position from another
  if (level_db(block) < quiet_db || gain_at(block, recording, start + lag) > 0.7) return lag;
  const Match near = find_near(block, recording, start + lag, reach);
  return near.gain > 0.8 ? near.lag - start : lag;
}

Track follow(const Sound& speech, const Sound& recording) {
  const auto rate = static_cast<std::size_t>(speech.rate_hz);
  const auto reach = static_cast<std::ptrdiff_t>(rate / 5);  // 200 ms: a whole outbox
  Track track{speech.samples, rate / 2, {}, 0};
  const Match whole = find(track.speech, recording.samples);
  std::ptrdiff_t lag = whole.lag;
  double found = 0;  // energy
  for (std::size_t at = 0; at < track.speech.size(); at += track.block) {
    const auto start = static_cast<std::ptrdiff_t>(at);
    const Samples block = part(track.speech, start, track.block);
    if (whole.gain > 0.2) lag = follow_block(block, start, recording.samples, lag, reach);
    track.lags.push_back(lag);
    found += energy(block) * gain_at(block, recording.samples, start + lag);
  }
  track.gain = found / std::max(1e-9, energy(track.speech));
  return track;
}

// Subtracts the known speech from `recording`.
void remove(const Track& track, std::vector<float>& recording) {
  const auto gain = static_cast<float>(track.gain);
  for (std::size_t i = 0; i < track.speech.size(); ++i) {
    const std::ptrdiff_t at = static_cast<std::ptrdiff_t>(i) + track.lags[i / track.block];
    if (at < 0 || static_cast<std::size_t>(at) >= recording.size()) continue;
    recording[static_cast<std::size_t>(at)] -= gain * track.speech[i];
  }
}

std::vector<float> without_others(const std::vector<Track>& tracks, const Track* mine,
                                  const Sound& recording) {
  std::vector<float> rest = recording.samples;
  for (const Track& other : tracks) {
    if (&other != mine && other.gain >= present_gain_min) remove(other, rest);
  }
  return rest;
}

// A frame counts as present if it is at the position of its own block or of a neighbouring one,
// because the position may change within a block.
bool frame_is_there(const Track& track, Samples rest, std::size_t at, std::size_t length) {
  const auto start = static_cast<std::ptrdiff_t>(at);
  const Samples frame = part(track.speech, start, length);
  const std::size_t block = at / track.block;
  const std::size_t first = block == 0 ? 0 : block - 1;
  const std::size_t last = std::min(block + 1, track.lags.size() - 1);
  for (std::size_t i = first; i <= last; ++i) {
    if (gain_at(frame, rest, start + track.lags[i]) >= present_gain_min) return true;
  }
  return false;
}

// The loud frames of a speech: frames 20 dB below the loudest may be lost in the quantisation noise
// of the others.
double loud_db_min(const Track& track, std::size_t frame) {
  double loudest = -96;
  for (std::size_t at = 0; at < track.speech.size(); at += frame) {
    loudest =
        std::max(loudest, level_db(part(track.speech, static_cast<std::ptrdiff_t>(at), frame)));
  }
  return loudest - 20;
}

// How much of an absent speech is audible, if any: the median over its half seconds at one
// position. A gap in another speech leaves a rest that resembles it in at most one of them.
double faint_gain(const Track& track, Samples rest) {
  const std::ptrdiff_t lag = find(track.speech, rest).lag;
  std::vector<double> gains;
  for (std::size_t at = 0; at < track.speech.size(); at += track.block) {
    const auto start = static_cast<std::ptrdiff_t>(at);
    const Samples block = part(track.speech, start, track.block);
    if (level_db(block) > -40) gains.push_back(gain_at(block, rest, start + lag));
  }
  if (gains.empty()) return 0;
  const auto middle = gains.begin() + static_cast<std::ptrdiff_t>(gains.size() / 2);
  std::nth_element(gains.begin(), middle, gains.end());
  return *middle;
}

Heard judge(const Track& track, Samples rest, int rate_hz) {
  const auto frame = static_cast<std::size_t>(rate_hz / 50);
  const double loud_db = loud_db_min(track, frame);
  Heard heard{.lag = track.lags.front()};
  int spoken = 0;
  int missing = 0;
  bool in_gap = false;
  double speech_energy = 0;
  for (std::size_t at = 0; at + frame <= track.speech.size(); at += frame) {
    const Samples said = part(track.speech, static_cast<std::ptrdiff_t>(at), frame);
    if (level_db(said) < loud_db) continue;
    ++spoken;
    speech_energy += energy(said);
    const bool there = frame_is_there(track, rest, at, frame);
    if (!there) ++missing;
    if (!there && !in_gap) ++heard.gaps;
    in_gap = !there;
  }
  heard.gap_ms = missing * 20;
  heard.present = spoken > 0 && missing * 2 <= spoken;
  heard.gain = heard.present ? track.gain : faint_gain(track, rest);
  const double samples = std::max(1.0, static_cast<double>(spoken) * static_cast<double>(frame));
  heard.level_db = 10 * std::log10(std::max(1e-9, speech_energy / samples)) +
                   20 * std::log10(std::max(1e-4, heard.gain));
  return heard;
}

}  // namespace

std::vector<Heard> analyse(const std::vector<Speech>& speeches, const Sound& recording) {
  std::vector<Track> tracks;
  for (const Speech& speech : speeches) {
    VOICE_ASSERT(speech.sound.rate_hz == recording.rate_hz);
    VOICE_ASSERT(!speech.sound.samples.empty());
    tracks.push_back(follow(speech.sound, recording));
  }
  std::vector<Heard> heard;
  for (const Track& track : tracks) {
    heard.push_back(judge(track, without_others(tracks, &track, recording), recording.rate_hz));
  }
  return heard;
}

}  // namespace voice::demo

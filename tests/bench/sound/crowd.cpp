#include "tests/bench/sound/crowd.hpp"

#include "common/audio/g711.hpp"
#include "common/audio/gain.hpp"
#include "common/audio/l16.hpp"
#include "common/audio/level.hpp"
#include "server/room/room.hpp"

#include "tests/bench/sound/speech.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace bench {
namespace {

constexpr std::size_t samples = 160;
using Samples = std::vector<std::int16_t>;

// Sums over the frames.
struct Tally {
  std::size_t frames = 0, clipped = 0;
  double snr_db = 0, gain_db = 0, step_max = 0, gain_before = 0;
};

void count(Tally& tally, const std::vector<std::int32_t>& sum, const Samples& heard) {
  double cross = 0, power = 1;
  bool is_flat = false;  // two samples in a row at full scale
  for (std::size_t i = 0; i < samples; ++i) {
    cross += static_cast<double>(sum[i]) * heard[i];
    power += static_cast<double>(sum[i]) * sum[i];
    if (i > 0 && std::min(std::abs(heard[i]), std::abs(heard[i - 1])) >= INT16_MAX) is_flat = true;
  }
  const double gain = std::max(cross / power, 1e-6);
  double rest = 1;
  for (std::size_t i = 0; i < samples; ++i) {
    const double error = heard[i] - gain * sum[i];
    rest += error * error;
  }
  const double gain_db = 20 * std::log10(gain);
  tally.snr_db += std::clamp(10 * std::log10(gain * gain * power / rest), 0.0, 35.0);
  tally.gain_db += gain_db;
  if (tally.frames != 0)
    tally.step_max = std::max(tally.step_max, std::abs(gain_db - tally.gain_before));
  tally.gain_before = gain_db;
  if (is_flat) ++tally.clipped;
  ++tally.frames;
}

// For frames that are not pauses: at most 20 dB below the mean of all.
double speech_dbfs(std::span<const std::int16_t> pcm) {
  const double all = voice::level_dbfs(pcm);
  std::int64_t sum = 0;
  std::size_t count = 0;
  for (std::size_t at = 0; at + samples <= pcm.size(); at += samples) {
    const auto piece = pcm.subspan(at, samples);
    if (voice::level_dbfs(piece) < all - 20) continue;
    sum += voice::square_sum(piece);
    count += samples;
  }
  return voice::level_dbfs(sum, count);
}

Samples speech_at(double dbfs, std::size_t seconds, std::uint32_t seed) {
  Samples said = speech(8000, seconds, seed);
  const double factor = std::pow(10.0, (dbfs - speech_dbfs(said)) / 20);
  for (auto& sample : said) {
    sample = static_cast<std::int16_t>(std::clamp(sample * factor, -32768.0, 32767.0));
  }
  return said;
}

}  // namespace

double judge_levels(bool levelled) {
  constexpr std::size_t talks_s = 14;
  constexpr std::size_t judged_from = 10 * 8000;
  constexpr std::array<double, 4> levels_dbfs{-46, -36, -26, -16};
  const voiced::RoomOptions options{.format = voice::AudioFormat::from_rate(8000).value(),
                                    .playout = voice::fixed_playout(2),
                                    .participants_max = levels_dbfs.size() + 1,
                                    .level_talkers = levelled};
  voiced::TickScratch scratch(options);
  voiced::Room room(options, scratch);
  const auto listener = room.join().value();
  room.set_codec(listener, voice::CodecId::l16);
  const voice::TimePoint now{std::chrono::hours{1}};
  double softest = 0, loudest = -100;
  std::uint32_t seed = 0;
  for (const double dbfs : levels_dbfs) {
    const auto talker = room.join().value();
    const Samples said = speech_at(dbfs, talks_s, ++seed);
    Samples heard(said.size());
    std::vector<std::uint8_t> codes(samples);
    for (std::size_t at = 0; at < said.size(); at += samples) {
      voice::g711::encode(std::span{said}.subspan(at, samples), codes);
      room.receive(talker, {{}, codes}, now);
      (void)room.tick(now);
      const auto message = room.message_for(listener);
      voice::l16::decode(message.subspan(voice::packet_overhead_bytes),
                         std::span{heard}.subspan(at, samples));
    }
    const double level = speech_dbfs(std::span{heard}.subspan(judged_from));
    softest = std::min(softest, level);
    loudest = std::max(loudest, level);
  }
  return loudest - softest;
}

CrowdVerdict judge_crowd(std::size_t talkers, double db, bool limiter, std::size_t seconds) {
  const voiced::RoomOptions options{.format = voice::AudioFormat::from_rate(8000).value(),
                                    .playout = voice::fixed_playout(2),
                                    .participants_max = talkers + 1,
                                    .limiter = limiter};
  voiced::TickScratch scratch(options);
  voiced::Room room(options, scratch);
  std::vector<voiced::ParticipantId> ids;
  std::vector<Samples> said;
  for (std::size_t i = 0; i < talkers; ++i) {
    ids.push_back(room.join().value());
    said.push_back(speech(8000, seconds, static_cast<std::uint32_t>(i + 1)));
    voice::apply_gain(said.back(), db);
  }
  const auto listener = room.join().value();
  room.set_codec(listener, voice::CodecId::l16);
  Tally tally;
  const voice::TimePoint now{std::chrono::hours{1}};
  Samples decoded(samples), heard(samples);
  std::vector<std::uint8_t> codes(samples);
  for (std::size_t at = 0; at + samples <= said.front().size(); at += samples) {
    std::vector<std::int32_t> sum(samples);
    for (std::size_t who = 0; who < talkers; ++who) {
      voice::g711::encode(std::span{said[who]}.subspan(at, samples), codes);
      voice::g711::decode(codes, decoded);
      for (std::size_t i = 0; i < samples; ++i) sum[i] += decoded[i];
      room.receive(ids[who], {{}, codes}, now);
    }
    (void)room.tick(now);
    const auto message = room.message_for(listener);
    voice::l16::decode(message.subspan(voice::packet_overhead_bytes), heard);
    count(tally, sum, heard);
  }
  const auto frames = static_cast<double>(tally.frames);
  return {.clipped = static_cast<double>(tally.clipped) / frames,
          .snr_db = tally.snr_db / frames,
          .gain_db = tally.gain_db / frames,
          .step_max = tally.step_max};
}

}  // namespace bench

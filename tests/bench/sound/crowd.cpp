#include "tests/bench/sound/crowd.hpp"

#include "common/audio/g711.hpp"
#include "common/audio/gain.hpp"
#include "common/audio/l16.hpp"
#include "server/room/room.hpp"

#include "tests/bench/sound/speech.hpp"

#include <algorithm>
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
  bool is_flat = false;  // two samples in a row at the end of the scale
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

}  // namespace

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

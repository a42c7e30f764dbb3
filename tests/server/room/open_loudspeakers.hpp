// Participants whose microphones hear their loudspeakers, in one room, in simulated time: what each
// hears comes back delayed, also from the walls of its own room.
#pragma once

#include "common/audio/g711.hpp"
#include "common/audio/level.hpp"

#include "tests/server/room/test_room.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace voiced::test {

/// A loudspeaker and a microphone: half of the echo's power arrives directly, the rest within 0.2
/// s.
class OpenLoudspeaker {
 public:
  /// @param loss_db by how much the echo is softer than what was played (echo return loss)
  OpenLoudspeaker(double loss_db, std::size_t delay_samples, unsigned seed) {
    std::mt19937 random(seed);
    const double gain = std::pow(10.0, -loss_db / 20);
    taps_.push_back({delay_samples, gain * std::sqrt(0.5)});
    constexpr int walls = 16;
    double power = 0;
    for (int i = 0; i < walls; ++i) {
      const std::size_t later = 40 + random() % 1560;
      const double part = std::pow(10.0, -3.0 * static_cast<double>(later) / (8000 * 0.3));
      power += part * part;
      taps_.push_back({delay_samples + later, random() % 2 == 0 ? part : -part});
    }
    for (std::size_t i = 1; i < taps_.size(); ++i) taps_[i].gain *= gain * std::sqrt(0.5 / power);
  }

  /// Plays a frame; returns what the microphone hears meanwhile.
  std::vector<double> play(const std::vector<std::int16_t>& pcm) {
    for (std::size_t i = 0; i < pcm.size(); ++i) played_[(at_ + i) % played_.size()] = pcm[i];
    std::vector<double> heard(pcm.size());
    for (std::size_t i = 0; i < pcm.size(); ++i) {
      for (const Tap& tap : taps_)
        heard[i] += tap.gain * played_[(at_ + i + played_.size() - tap.delay) % played_.size()];
    }
    at_ += pcm.size();
    return heard;
  }

 private:
  struct Tap {
    std::size_t delay;
    double gain;
  };
  std::vector<Tap> taps_;
  std::vector<std::int16_t> played_ = std::vector<std::int16_t>(16384);
  std::size_t at_ = 0;
};

/// One participant with a headset, which talks, and others with open loudspeakers.
class OpenRoom : public TestRoom {
 public:
  using Pcm = std::vector<std::int16_t>;

  OpenRoom(const RoomOptions& options, std::size_t loudspeakers, double loss_db)
      : TestRoom(options), talker(join()) {
    std::mt19937 random(7);
    for (std::size_t i = 0; i < loudspeakers; ++i) {
      // From the server through the air and back to it: 150 to 300 ms.
      const std::size_t delay = 1200 + random() % 1200;
      others.push_back(join());
      loudspeakers_.emplace_back(loss_db, delay, static_cast<unsigned>(i + 1));
      echoes_.emplace_back(samples);
    }
  }

  /// 20 ms in which the talker says `said`, and every other participant its echo and some noise.
  /// Returns the level of what the talker hears, in dBFS.
  double tick(const Pcm& said) {
    now += voice::frame_duration;
    say(talker, encoded(said));
    for (std::size_t i = 0; i < others.size(); ++i) {
      Pcm pcm(samples);
      for (std::size_t k = 0; k < samples; ++k) {
        const double noise = static_cast<double>(random_() % 41) - 20;  // -69 dBFS
        pcm[k] = static_cast<std::int16_t>(std::clamp(echoes_[i][k] + noise, -32768.0, 32767.0));
      }
      say(others[i], encoded(pcm));
    }
    heard_all = TestRoom::tick();
    for (std::size_t i = 0; i < others.size(); ++i)
      echoes_[i] = loudspeakers_[i].play(decoded(heard_by(others[i], heard_all)));
    return voice::level_dbfs(decoded(heard_by(talker, heard_all)));
  }

  static Payload encoded(const Pcm& pcm) {
    Payload codes(pcm.size());
    voice::g711::encode(pcm, codes);
    return codes;
  }
  static Pcm decoded(const std::optional<Payload>& codes) {
    Pcm pcm(samples);
    if (codes) voice::g711::decode(*codes, pcm);
    return pcm;
  }

  static constexpr std::size_t samples = 160;
  ParticipantId talker;
  std::vector<ParticipantId> others;
  std::vector<Heard> heard_all;

 private:
  std::vector<OpenLoudspeaker> loudspeakers_;
  std::vector<std::vector<double>> echoes_;
  std::mt19937 random_{11};
};

}  // namespace voiced::test

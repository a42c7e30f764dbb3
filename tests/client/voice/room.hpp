// A room with a sound card in it, in simulated time: what the loudspeaker plays comes back to the
// microphone, with the room's echo, a voice and noise. Both directions move blocks of 10 ms, behind
// rings and delays like a card's, and report their latency as CardPlayback and CardCapture do.
#pragma once

#include "client/voice/voice_path.hpp"

#include "tests/bench/sound/speech.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <random>
#include <vector>

namespace voicecli::test {

using Sound = std::vector<std::int16_t>;

/// Mean level in dBFS between from_s and to_s, in seconds.
template <class Samples>
[[nodiscard]] double level_dbfs(const Samples& pcm, int rate_hz, double from_s, double to_s) {
  const auto index = [&](double s) {
    return std::min(static_cast<std::size_t>(s * rate_hz), pcm.size());
  };
  double sum = 0;
  for (std::size_t i = index(from_s); i < index(to_s); ++i) {
    sum += static_cast<double>(pcm[i]) * pcm[i];
  }
  const double count = static_cast<double>(index(to_s) - index(from_s));
  return 10.0 * std::log10(sum / count / 32768.0 / 32768.0 + 1e-12);
}

struct RoomOptions {
  int rate_hz = 16000;
  double loudspeaker_ms = 20;  // the card's own delay, beyond ring and block
  double microphone_ms = 10;
  double reported_too_much_ms = 0;  // how wrong the loudspeaker's latency is
  double decay_ms = 100;            // until the echo is 60 dB down
  double echo_db = -10;             // at the microphone, relative to what is played
  double noise_dbfs = -70;
  double loudspeaker_ppm = 0;  // by how much its clock is faster than the microphone's
};

class Room {
 public:
  explicit Room(RoomOptions options) : options_(options) {
    // Reflections at random times, for one in four samples: as dense as an ear can tell.
    const std::size_t taps = samples(options.decay_ms);
    double power = 0;
    for (std::size_t i = 0; i < taps; ++i) {
      if (i != 0 && random_() % 4 != 0) continue;
      const double gain = normal_(random_) *
                          std::pow(10.0, -3.0 * static_cast<double>(i) / static_cast<double>(taps));
      power += gain * gain;
      reflections_.push_back({i, gain});
    }
    const double scale = std::sqrt(std::pow(10.0, options.echo_db / 10) / power);
    for (Reflection& reflection : reflections_) reflection.gain *= scale;
  }

  /// Runs for `seconds`, in pumps of 5 ms. `far` is played and `near` spoken from where the last
  /// run ended; after their ends they are silent.
  void run(VoicePath& path, const Sound& far, const Sound& near, double seconds) {
    const auto pumps_end = pumps_ + static_cast<std::size_t>(seconds * 200);
    for (; pumps_ < pumps_end; ++pumps_) {
      if (pumps_ % 2 == 0) move_blocks(near);
      path.observe(loudspeaker(), microphone());
      hand_over(path);
      const std::size_t frame = samples(20);
      while (ring_out_.size() < samples(40)) {
        played_.assign(frame, 0);
        for (std::size_t i = 0; i < frame; ++i, ++far_used_) {
          if (far_used_ < far.size()) played_[i] = far[far_used_];
        }
        ring_out_.insert(ring_out_.end(), played_.begin(), played_.end());
        path.played(played_);
      }
    }
  }

  /// The cards have been opened again, or others have: nothing is left in them, and the loudspeaker
  /// has a new delay.
  void restart(double loudspeaker_ms) {
    options_.loudspeaker_ms = loudspeaker_ms;
    ring_out_.clear();
    ring_in_.clear();
    ++starts_;
  }

  /// The card got nothing for this long, and played silence instead.
  void underrun(double ms) {
    const std::size_t kept = ring_out_.size();
    ring_out_.resize(kept + samples(ms), 0);
    gap_samples_ += samples(ms);
  }

  Sound heard;               // the microphone
  std::vector<double> echo;  // the part of it that is echo
  Sound sent;                // what the path has made of it
  std::size_t speech_lumps = 0;
  std::size_t lumps = 0;

 private:
  struct Reflection {
    std::size_t delay;
    double gain;
  };

  [[nodiscard]] std::size_t samples(double ms) const {
    return static_cast<std::size_t>(ms * options_.rate_hz / 1000);
  }
  [[nodiscard]] voice::Duration duration(double samples) const {
    return std::chrono::duration_cast<voice::Duration>(
        std::chrono::duration<double>(samples / options_.rate_hz));
  }
  [[nodiscard]] std::size_t block_at(std::size_t number) const {
    return number * static_cast<std::size_t>(options_.rate_hz) / 100;
  }

  [[nodiscard]] StreamMoment loudspeaker() const {
    const double held =
        static_cast<double>(ring_out_.size() + block_at(1)) +
        (options_.loudspeaker_ms + options_.reported_too_much_ms) * options_.rate_hz / 1000;
    return {true, starts_, gap_samples_, duration(held)};
  }
  [[nodiscard]] StreamMoment microphone() const {
    return {true, starts_, 0,
            duration(static_cast<double>(ring_in_.size() + samples(options_.microphone_ms)))};
  }

  // One callback in each direction.
  void move_blocks(const Sound& near) {
    const std::size_t number = pumps_ / 2;
    const std::size_t now = block_at(number);
    const std::size_t next = block_at(number + 1);
    const std::size_t out = samples(options_.loudspeaker_ms);
    in_the_air_.resize(std::max(in_the_air_.size(), next + out), 0);
    for (std::size_t i = now; i < next; ++i) in_the_air_[i + out] = next_played();
    const std::size_t in = samples(options_.microphone_ms);
    while (heard.size() + in < now) hear(near);
  }

  // The loudspeaker's sound at the next moment of the microphone's clock: interpolated between two
  // samples of its own clock, with a cubic curve through the four samples around it.
  std::int16_t next_played() {
    for (; position_ >= 1; position_ -= 1) {
      std::rotate(card_.begin(), card_.begin() + 1, card_.end());
      card_.back() = ring_out_.empty() ? 0 : ring_out_.front();
      if (!ring_out_.empty()) ring_out_.pop_front();
    }
    const auto [a, b, c, d] = card_;
    const double t = position_;
    const double curve =
        b + t / 2 * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
    position_ += 1 + options_.loudspeaker_ppm * 1e-6;
    return static_cast<std::int16_t>(std::lround(std::clamp(curve, -32768.0, 32767.0)));
  }

  void hear(const Sound& near) {
    const std::size_t now = heard.size();
    double reflected = 0;
    for (const Reflection& reflection : reflections_) {
      if (reflection.delay > now || now - reflection.delay >= in_the_air_.size()) continue;
      reflected += reflection.gain * in_the_air_[now - reflection.delay];
    }
    const double noise = normal_(random_) * 32768 * std::pow(10.0, options_.noise_dbfs / 20);
    const double voice = now < near.size() ? near[now] : 0;
    const double all = std::clamp(reflected + noise + voice, -32768.0, 32767.0);
    echo.push_back(reflected);
    heard.push_back(static_cast<std::int16_t>(std::lround(all)));
    ring_in_.push_back(heard.back());
  }

  void hand_over(VoicePath& path) {
    Sound lump;
    while (!ring_in_.empty()) {
      lump.clear();
      for (std::size_t i = 0; i < samples(20) && !ring_in_.empty(); ++i) {
        lump.push_back(ring_in_.front());
        ring_in_.pop_front();
      }
      const auto voice = path.process(lump);
      sent.insert(sent.end(), voice.pcm.begin(), voice.pcm.end());
      ++lumps;
      if (voice.is_speech) ++speech_lumps;
    }
  }

  RoomOptions options_;
  std::mt19937 random_{3};
  std::normal_distribution<double> normal_{0, 1};
  std::vector<Reflection> reflections_;
  std::deque<std::int16_t> ring_out_;
  std::deque<std::int16_t> ring_in_;
  Sound in_the_air_;              // what the loudspeaker plays at each moment
  std::array<double, 4> card_{};  // the last samples that the card has played, by its own clock
  double position_ = 1;           // between the middle two of them
  Sound played_;
  std::size_t far_used_ = 0;
  std::size_t pumps_ = 0;
  std::uint64_t starts_ = 1;
  std::uint64_t gap_samples_ = 0;
};

}  // namespace voicecli::test

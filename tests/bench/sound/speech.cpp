#include "tests/bench/sound/speech.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace bench {
namespace {

constexpr double tau = 6.283185307179586;

class Noise {
 public:
  explicit Noise(std::uint32_t seed) : state_(seed) {}
  /// -1…1.
  double next() {
    state_ = state_ * 1664525U + 1013904223U;
    return static_cast<double>(state_ >> 8) / double{1 << 23} - 1.0;
  }
  double between(double least, double most) { return least + (next() + 1) / 2 * (most - least); }

 private:
  std::uint32_t state_;
};

// A resonance of the vocal tract.
class Formant {
 public:
  void tune(double hz, double width_hz, double rate_hz) {
    const double radius = std::exp(-tau / 2 * width_hz / rate_hz);
    a_ = 2 * radius * std::cos(tau * hz / rate_hz);
    b_ = -radius * radius;
    gain_ = 1 - a_ - b_;
  }
  double pass(double sample) {
    const double out = gain_ * sample + a_ * last_ + b_ * before_;
    before_ = last_;
    return last_ = out;
  }

 private:
  double a_ = 0, b_ = 0, gain_ = 1, last_ = 0, before_ = 0;
};

class Speaker {
 public:
  Speaker(int rate_hz, std::uint32_t seed) : rate_(rate_hz), noise_(seed) {}

  void say(std::vector<std::int16_t>& out, std::size_t samples) {
    while (out.size() < samples) {
      const int syllables = static_cast<int>(noise_.between(3, 12));
      pitch_ = noise_.between(90, 210);
      for (int i = 0; i < syllables; ++i) {
        if (noise_.next() > 0.2) hiss(out);
        syllable(out);
      }
      pause(out);
    }
    out.resize(samples);
  }

 private:
  [[nodiscard]] std::size_t length(double least_s, double most_s) {
    return static_cast<std::size_t>(rate_ * noise_.between(least_s, most_s));
  }
  void put(std::vector<std::int16_t>& out, double sample) {
    const double floor = 28 * noise_.next();
    out.push_back(static_cast<std::int16_t>(std::clamp(sample + floor, -32000.0, 32000.0)));
  }
  void syllable(std::vector<std::int16_t>& out) {
    const std::size_t samples = length(0.08, 0.25);
    mouth_[0].tune(noise_.between(280, 850), 90, rate_);
    mouth_[1].tune(noise_.between(900, std::min(2300.0, rate_ * 0.4)), 120, rate_);
    mouth_[2].tune(std::min(noise_.between(2400, 3000), rate_ * 0.45), 160, rate_);
    const double glide = noise_.between(-0.25, 0.2);
    const double loudness = noise_.between(2500, 6000);
    for (std::size_t i = 0; i < samples; ++i) {
      const double part = static_cast<double>(i) / static_cast<double>(samples);
      phase_ += pitch_ * (1 + glide * part) * (1 + 0.003 * noise_.next()) / rate_;
      double pulse = 0.02 * noise_.next();
      if (phase_ >= 1) {
        phase_ -= 1;
        pulse += 9;
      }
      double voice = pulse;
      for (Formant& formant : mouth_) voice = formant.pass(voice);
      put(out, loudness * std::sin(tau / 2 * part) * voice * 3);
    }
  }
  void hiss(std::vector<std::int16_t>& out) {
    const std::size_t samples = length(0.03, 0.1);
    double last = 0;
    for (std::size_t i = 0; i < samples; ++i) {
      const double part = static_cast<double>(i) / static_cast<double>(samples);
      const double white = noise_.next();
      put(out, 1300 * std::sin(tau / 2 * part) * (white - last));
      last = white;
    }
  }
  void pause(std::vector<std::int16_t>& out) {
    for (std::size_t left = length(0.15, 0.9); left > 0; --left) put(out, 0);
  }

  double rate_;
  Noise noise_;
  double pitch_ = 120;
  double phase_ = 0;
  std::array<Formant, 3> mouth_;
};

}  // namespace

std::vector<std::int16_t> speech(int rate_hz, std::size_t seconds, std::uint32_t seed) {
  std::vector<std::int16_t> out;
  Speaker(rate_hz, seed).say(out, static_cast<std::size_t>(rate_hz) * seconds);
  return out;
}

}  // namespace bench

// A talker and its listener, tick by tick, for tests of the playout.
#pragma once

#include "common/audio/g711.hpp"
#include "common/playout/playout.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <random>
#include <vector>

namespace voice::test {

/// Of what a Line says, unless it is told otherwise.
inline constexpr int tone_hz = 173;

using Samples = std::vector<std::int16_t>;
using Payload = std::vector<std::uint8_t>;

// A talker whose packets arrive when the test says so, and a listener that plays them tick by tick.
class Line {
 public:
  explicit Line(PlayoutOptions options = {}, int rate_hz = 8000, PlayoutCommons* commons = nullptr)
      : format(*AudioFormat::from_rate(rate_hz)),
        playout(format, options, CodecId::pcmu, commons),
        clock_(format) {}

  // A tone, so that any discontinuity is noticed.
  Insert say(std::size_t samples) {
    Samples pcm(samples);
    for (auto& sample : pcm) {
      const double phase = 6.283185307 * tone_hz * static_cast<double>(said_++) / format.rate_hz();
      sample = static_cast<std::int16_t>(8000 * std::sin(phase));
    }
    return say(pcm);
  }
  Insert say(const Samples& pcm) {
    Payload codes(pcm.size());
    voice::g711::encode(pcm, codes);
    packet_.payload = codes;
    const Insert result = playout.insert(packet_, now);
    lose(1, pcm.size());
    return result;
  }
  // Advances sequence number and timestamp as if that many packets had been sent.
  void lose(int packets, std::size_t samples = 160) {
    packet_.header.sequence = static_cast<std::uint16_t>(packet_.header.sequence + packets);
    packet_.header.timestamp = voice::rtp::Timestamp{
        static_cast<std::uint32_t>(packet_.header.timestamp) +
        static_cast<std::uint32_t>(packets) * static_cast<std::uint32_t>(samples)};
  }

  // A packet that the talker has sent, and that never arrives.
  void miss(std::size_t samples) {
    pass_tone(samples);
    lose(1, samples);
  }
  // The tone goes on, and nobody hears it.
  void pass_tone(std::size_t samples) { said_ += samples; }

  // Advances only the timestamp, as a sender does that pauses.
  void pass(std::size_t samples) {
    packet_.header.timestamp = voice::rtp::Timestamp{
        static_cast<std::uint32_t>(packet_.header.timestamp) + static_cast<std::uint32_t>(samples)};
  }

  // Returns whether anything was played; `heard` has it.
  bool tick() {
    const std::size_t samples = clock_.next();
    Samples scratch(samples), frame(samples);
    const voice::Frame taken = playout.take(samples, scratch, now);
    if (!taken.ulaw.empty()) voice::g711::decode(taken.ulaw, frame);
    std::copy(taken.pcm.begin(), taken.pcm.end(), frame.begin());
    heard.insert(heard.end(), frame.begin(), frame.end());
    as_codes = !taken.ulaw.empty();
    now += voice::frame_duration;
    return !taken.empty();
  }
  void even(int ticks) {
    for (int i = 0; i < ticks; ++i) {
      say(format.samples_per_frame());
      tick();
    }
  }
  void silent(int ticks) {
    for (int i = 0; i < ticks; ++i) tick();
  }
  [[nodiscard]] int step_max(std::size_t from = 0) const {
    int most = 0;
    for (std::size_t i = from + 1; i < heard.size(); ++i) {
      most = std::max(most, std::abs(heard[i] - heard[i - 1]));
    }
    return most;
  }
  [[nodiscard]] double held_ms() const {
    return static_cast<double>(playout.status().delay_samples) * 1000 / format.rate_hz();
  }

  AudioFormat format;
  Playout playout;
  voice::TimePoint now{std::chrono::hours{1}};
  Samples heard;
  bool as_codes = false;
  int tone_hz = voice::test::tone_hz;

 private:
  voice::FrameClock clock_;
  voice::rtp::PacketView packet_;
  std::size_t said_ = 0;
};

// One whose sequence numbers tell what is missing.
struct TrustedLine : Line {
  TrustedLine() { playout.set_sequencing(Sequencing::trusted); }
};

// The tone's largest step from one sample to the next, plus a quantization step of µ-law.
inline constexpr int tone_step = 8000 * 6283 / 1000 * tone_hz / 8000 + 300;

}  // namespace voice::test

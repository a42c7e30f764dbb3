// Simulated sound cards: a microphone and a loudspeaker whose clocks are off by some ppm, and a
// microphone that may deliver several frames at a time. The sound carries sample numbers
// (tests/sim/peers/voice_source.hpp), so that a listener can tell when it was said.
#pragma once

#include "common/device/device.hpp"

#include "tests/sim/peers/voice_source.hpp"
#include "tests/sim/world/sample_clock.hpp"

#include <vector>

namespace soak {

class Microphone final : public voice::CaptureDevice {
 public:
  /// @param block_frames frames of 20 ms that the card delivers at a time.
  Microphone(voice::AudioFormat format, const sim::SampleClock& clock, sim::VoiceSource voice,
             std::size_t block_frames);

  std::size_t read(std::span<std::int16_t> out, voice::TimePoint now) override;
  [[nodiscard]] voice::DeviceStatus status() const override {
    return {voice::DeviceState::running, "crystal", 0};
  }

 private:
  sim::SampleClock clock_;
  sim::VoiceSource voice_;
  std::uint64_t block_samples_;
  std::uint64_t read_samples_ = 0;
  std::vector<std::uint8_t> codes_;
};

/// Receives what a loudspeaker plays, with the time.
class Listener {
 public:
  virtual ~Listener() = default;
  /// `ulaw` begins to sound at `when`. Valid during the call.
  virtual void heard(std::span<const std::uint8_t> ulaw, voice::TimePoint when) = 0;
};

class Loudspeaker final : public voice::PlaybackDevice {
 public:
  /// @param listener must outlive the loudspeaker
  Loudspeaker(const sim::SampleClock& clock, Listener& listener) noexcept
      : clock_(clock), listener_(listener) {}

  [[nodiscard]] std::size_t wanted(voice::TimePoint now) override;
  void write(std::span<const std::int16_t> pcm, voice::TimePoint now) override;
  [[nodiscard]] voice::Duration latency() const override { return lead; }
  [[nodiscard]] voice::DeviceStatus status() const override {
    return {voice::DeviceState::running, "crystal", 0};
  }

 private:
  // The size of a real card's buffer, and longer than a pump of 5 ms is ever late on a healthy
  // machine.
  static constexpr std::chrono::milliseconds lead{40};

  sim::SampleClock clock_;
  Listener& listener_;
  std::uint64_t written_samples_ = 0;
  std::vector<std::uint8_t> codes_;
};

}  // namespace soak

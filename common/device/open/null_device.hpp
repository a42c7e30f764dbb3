// The devices of a user without any: a microphone that never delivers, a loudspeaker that plays
// into nothing.
#pragma once

#include "common/device/device.hpp"
#include "common/device/pacer.hpp"

namespace voice {

class NullCapture final : public CaptureDevice {
 public:
  std::size_t read(std::span<std::int16_t>, TimePoint) override { return 0; }
  [[nodiscard]] DeviceStatus status() const override { return {DeviceState::running, "null", 0}; }
};

/// Takes samples at exactly the call's rate, so that a call without a loudspeaker keeps moving.
class NullPlayback final : public PlaybackDevice {
 public:
  explicit NullPlayback(AudioFormat format) noexcept
      : pacer_(format, Duration::zero(), playback_backlog_max) {}

  [[nodiscard]] std::size_t wanted(TimePoint now) override { return pacer_.due(now); }
  void write(std::span<const std::int16_t> pcm, TimePoint) override { pacer_.take(pcm.size()); }
  [[nodiscard]] Duration latency() const override { return Duration::zero(); }
  [[nodiscard]] DeviceStatus status() const override { return {DeviceState::running, "null", 0}; }

 private:
  Pacer pacer_;
};

}  // namespace voice

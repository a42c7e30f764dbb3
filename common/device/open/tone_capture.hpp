// A microphone that hears a sine tone: `tone:HZ`. For trying out a call without a microphone, and
// for tests.
#pragma once

#include "common/audio/tone.hpp"
#include "common/device/device.hpp"
#include "common/device/pacer.hpp"

namespace voice {

class ToneCapture final : public CaptureDevice {
 public:
  /// @param frequency_hz 1…rate/2 exclusive; asserted.
  ToneCapture(AudioFormat format, double frequency_hz);

  std::size_t read(std::span<std::int16_t> out, TimePoint now) override;
  [[nodiscard]] DeviceStatus status() const override { return {DeviceState::running, name_, 0}; }

 private:
  Tone tone_;
  Pacer pacer_;
  std::string name_;
};

}  // namespace voice

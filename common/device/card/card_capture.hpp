// A microphone on a sound card, as the call's thread reads it: at the call's rate, whatever the
// card's.
#pragma once

#include "common/device/card/sound_card.hpp"
#include "common/device/resampler.hpp"

#include <memory>

namespace voice {

class CardCapture final : public CaptureDevice {
 public:
  CardCapture(std::shared_ptr<SoundCard> card, AudioFormat format);

  std::size_t read(std::span<std::int16_t> out, TimePoint now) override;
  [[nodiscard]] Duration latency() const override;
  [[nodiscard]] DeviceStatus status() const override;

 private:
  void follow(const std::shared_ptr<CardLane>& lane);

  std::shared_ptr<SoundCard> card_;
  AudioFormat format_;
  std::shared_ptr<CardLane> lane_;
  Resampler resampler_;
  std::vector<std::int16_t> taken_;  // popped from the lane, not yet resampled
  std::size_t taken_used_ = 0;
  std::uint64_t gap_samples_ = 0;  // of lanes that have ended, and dropped here
  std::uint64_t starts_ = 0;
};

}  // namespace voice

// A loudspeaker on a sound card, as the call's thread feeds it: at the call's rate, whatever the
// card's. While there is no card, sound is taken at the same pace and thrown away, so that none
// piles up.
#pragma once

#include "common/device/pacer.hpp"
#include "common/device/playback_target.hpp"
#include "common/device/resampler.hpp"
#include "common/device/sound_card.hpp"

namespace voice {

class CardPlayback final : public PlaybackDevice {
 public:
  CardPlayback(std::shared_ptr<SoundCard> card, AudioFormat format);

  [[nodiscard]] std::size_t wanted(TimePoint now) override;
  void write(std::span<const std::int16_t> pcm, TimePoint now) override;
  [[nodiscard]] Duration latency() const override;
  [[nodiscard]] DeviceStatus status() const override;

 private:
  void follow(const std::shared_ptr<CardLane>& lane);

  std::shared_ptr<SoundCard> card_;
  AudioFormat format_;
  Pacer pacer_;  // while there is no card
  std::shared_ptr<CardLane> lane_;
  Resampler resampler_;
  PlaybackTarget target_;
  std::vector<std::int16_t> resampled_;
  bool was_filled_ = false;        // the last write brought the ring to its target
  std::uint64_t gap_samples_ = 0;  // of lanes that are no more, and lost here; at the card's rate
};

}  // namespace voice

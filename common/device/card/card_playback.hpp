// A loudspeaker on a sound card, as the call's thread feeds it: at the call's rate, whatever the
// card's. While there is no card, sound is consumed at the same pace and discarded, so that none
// piles up.
#pragma once

#include "common/device/card/sound_card.hpp"
#include "common/device/pacer.hpp"
#include "common/device/playback_target.hpp"
#include "common/device/resampler.hpp"

#include <memory>

namespace voice {

class CardPlayback final : public PlaybackDevice {
 public:
  CardPlayback(std::shared_ptr<SoundCard> card, AudioFormat format, SoundTiming timing = {});

  [[nodiscard]] std::size_t wanted(TimePoint now) override;
  void write(std::span<const std::int16_t> pcm, TimePoint now) override;
  [[nodiscard]] Duration latency() const override;
  [[nodiscard]] DeviceStatus status() const override;

 private:
  /// Keeps up with the card; true when it takes sound now.
  bool follow(TimePoint now);
  void change_to(std::shared_ptr<CardLane> lane);

  std::shared_ptr<SoundCard> card_;
  AudioFormat format_;
  SoundTiming timing_;
  Pacer pacer_;  // while there is no card
  std::shared_ptr<CardLane> lane_;
  bool card_calls_ = false;
  std::uint64_t callbacks_seen_ = 0;
  TimePoint callbacks_seen_at_;
  Resampler resampler_;
  std::vector<std::int16_t> resampled_;
  PlaybackTarget target_;
  std::size_t owed_samples_ = 0;  // of what wanted() asked for, not written yet
  TimePoint wanted_at_;
  std::uint64_t gap_samples_ = 0;  // of lanes that have ended, and lost here
  std::uint64_t starts_ = 0;
};

}  // namespace voice

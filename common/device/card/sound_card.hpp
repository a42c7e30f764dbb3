// The microphone and loudspeaker that a sound server or PortAudio gives us, kept open by one thread
// of their own: it waits for cards that are missing, notices those that fall silent, and opens them
// again. It alone calls PortAudio, because such calls may block for any length of time, and the
// call's thread has a frame to deliver every 20 ms.
#pragma once

#include "common/background/worker.hpp"
#include "common/device/card/card_lane.hpp"
#include "common/device/card/sound_system.hpp"

#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace voice {

class SoundCard {
 public:
  /// Returns at once; the cards are opened in the background.
  /// @param input, output which card (see choose_sound_card); none: that direction is not used.
  /// @param connect to the sound server that is asked before PortAudio; null: none is.
  SoundCard(std::optional<std::string> input, std::optional<std::string> output, AudioFormat format,
            Latency latency = Latency::normal, ConnectSoundServer connect = nullptr);

  /// The open stream's samples; null while there is none. Hold it for one read or write only.
  [[nodiscard]] std::shared_ptr<CardLane> lane(Direction direction) const;
  [[nodiscard]] DeviceStatus status(Direction direction) const;

  /// What the two threads share, one for each direction.
  struct Side {
    std::shared_ptr<CardLane> lane;
    DeviceStatus status{DeviceState::waiting, "opening", 0};
  };
  struct Shared {
    std::mutex mutex;  // held to copy a pointer or a text, never across a call of PortAudio
    std::array<Side, 2> sides;
  };

 private:
  std::shared_ptr<Shared> shared_;
  Worker worker_;
};

}  // namespace voice

// PortAudio, initialised: from Pa_Initialize() to Pa_Terminate(). One at a time in the whole
// program, because only a full restart of PortAudio updates the list of devices, and that would
// invalidate the streams of a second user.
#pragma once

#include "common/device/card/sound_system.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace voice {

class PaSession final : public SoundSystem {
 public:
  /// Waits up to `patience` for another session of this program to end. Slow: asks every device.
  /// Fails with the reason, in words.
  [[nodiscard]] static expected<std::unique_ptr<PaSession>, std::string> open(
      std::chrono::milliseconds patience);
  ~PaSession() override;
  PaSession(const PaSession&) = delete;
  PaSession& operator=(const PaSession&) = delete;

  /// As they were when the session was opened.
  [[nodiscard]] std::vector<SoundCardInfo> cards() override { return cards_; }
  [[nodiscard]] expected<std::unique_ptr<CardStream>, std::string> open(const SoundCardInfo& card,
                                                                        Direction direction,
                                                                        AudioFormat format,
                                                                        Latency latency) override;

 private:
  PaSession();
  std::vector<SoundCardInfo> cards_;
};

}  // namespace voice

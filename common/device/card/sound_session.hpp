// All sound cards there are, for a while: those of a sound server first, if one answers, then
// PortAudio's, which is started only when it is needed, because that takes long.
#pragma once

#include "common/device/card/sound_system.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace voice {

class SoundSession {
 public:
  /// Waits up to `patience` for another session of this program to end, if PortAudio is needed.
  /// Fails with the reason, in words.
  /// @param connect null: PortAudio only
  [[nodiscard]] static expected<std::unique_ptr<SoundSession>, std::string> open(
      ConnectSoundServer connect, std::chrono::milliseconds patience);

  /// Whether a sound server answered when the session began; otherwise all cards are PortAudio's.
  [[nodiscard]] bool has_server() const noexcept { return server_ != nullptr; }

  /// All cards, numbered from 0. The defaults are the server's, where there is one.
  [[nodiscard]] expected<std::vector<SoundCardInfo>, std::string> cards();

  struct Opened {
    SoundCardInfo card;
    std::unique_ptr<CardStream> stream;
  };
  /// Opens and starts the card that `wanted` means (choose_sound_card()). The stream may not
  /// outlive this object.
  [[nodiscard]] expected<Opened, std::string> open_stream(const std::string& wanted,
                                                          Direction direction, AudioFormat format,
                                                          Latency latency);

 private:
  SoundSession(std::unique_ptr<SoundSystem> server, std::chrono::milliseconds patience)
      : server_(std::move(server)), patience_(patience) {}
  [[nodiscard]] expected<void, std::string> start_portaudio();
  [[nodiscard]] std::vector<SoundCardInfo> portaudio_cards(std::size_t index_first) const;

  std::unique_ptr<SoundSystem> server_;     // null: there is none
  std::unique_ptr<SoundSystem> portaudio_;  // null: not needed yet
  std::chrono::milliseconds patience_;
};

}  // namespace voice

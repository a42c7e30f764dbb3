// One running PortAudio stream in one direction, with its callback and its lane. Opening asks for
// mono at the call's rate and takes what the card has otherwise: more channels, its own rate. Every
// member may block: supervisor only.
#pragma once

#include "common/device/card/sound_system.hpp"

#include <memory>
#include <string>

namespace voice {

class PortaudioStream final : public CardStream {
 public:
  /// Opens and starts. Needs an open PaSession and may not outlive it. Fails with the reason, in
  /// words.
  /// @param card whose index is PortAudio's
  [[nodiscard]] static expected<std::unique_ptr<CardStream>, std::string> open(
      const SoundCardInfo& card, Direction direction, AudioFormat format, Latency latency);
  ~PortaudioStream() override;

  [[nodiscard]] bool is_active() const override;

 private:
  using CardStream::CardStream;
  void* stream_ = nullptr;  // PaStream
};

}  // namespace voice

// One running PortAudio stream in one direction, with its callback and its lane. Opening asks for
// mono at the call's rate and takes what the card has otherwise: more channels, its own rate. Every
// member may block: supervisor only.
#pragma once

#include "common/core/result.hpp"
#include "common/device/card/card_lane.hpp"
#include "common/device/device_spec.hpp"
#include "common/device/latency.hpp"

#include <memory>
#include <string>

namespace voice {

class CardStream {
 public:
  /// Opens and starts. Needs an open PaSession and may not outlive it. Fails with the reason, in
  /// words.
  [[nodiscard]] static expected<std::unique_ptr<CardStream>, std::string> open(
      const SoundCardInfo& card, Direction direction, AudioFormat format, Latency latency);
  ~CardStream();
  CardStream(const CardStream&) = delete;
  CardStream& operator=(const CardStream&) = delete;

  [[nodiscard]] const std::shared_ptr<CardLane>& lane() const noexcept { return lane_; }
  /// False when PortAudio itself has noticed that the stream has ended.
  [[nodiscard]] bool is_active() const;

 private:
  CardStream() = default;
  std::shared_ptr<CardLane> lane_;
  void* stream_ = nullptr;  // PaStream
};

}  // namespace voice

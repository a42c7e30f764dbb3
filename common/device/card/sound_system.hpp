// What gives a program its sound cards: PortAudio (PaSession), or a sound server that is spoken to
// directly (common/device/pulse). Every member may block: supervisor only.
#pragma once

#include "common/core/result.hpp"
#include "common/device/card/card_lane.hpp"
#include "common/device/device.hpp"
#include "common/device/device_spec.hpp"
#include "common/device/latency.hpp"

#include <memory>
#include <string>
#include <vector>

namespace voice {

/// One running stream in one direction. A thread of the sound system's moves samples between the
/// card and the lane.
class CardStream {
 public:
  virtual ~CardStream() = default;
  CardStream(const CardStream&) = delete;
  CardStream& operator=(const CardStream&) = delete;

  [[nodiscard]] const std::shared_ptr<CardLane>& lane() const noexcept { return lane_; }
  /// False when the sound system itself has noticed that the stream has ended.
  [[nodiscard]] virtual bool is_active() const = 0;

 protected:
  explicit CardStream(std::shared_ptr<CardLane> lane) : lane_(std::move(lane)) {}

 private:
  std::shared_ptr<CardLane> lane_;
};

class SoundSystem {
 public:
  virtual ~SoundSystem() = default;

  [[nodiscard]] virtual std::vector<SoundCardInfo> cards() = 0;
  /// Opens and starts one of cards(). If its id has been emptied, a sound server's stream follows
  /// the default. The stream may not outlive this object. Fails with the reason, in words.
  [[nodiscard]] virtual expected<std::unique_ptr<CardStream>, std::string> open(
      const SoundCardInfo& card, Direction direction, AudioFormat format, Latency latency) = 0;
};

/// Connects to a sound server; null: none answers, or this program cannot speak to it.
using ConnectSoundServer = std::unique_ptr<SoundSystem> (*)();

}  // namespace voice

#include "common/device/card/sound_card.hpp"

#include "common/device/card/card_supervisor.hpp"

namespace voice {
namespace {

// Closing takes some 10 ms; a sound server that hangs must not keep the program from ending.
constexpr std::chrono::seconds stop_patience{2};

std::size_t index(Direction direction) {
  return direction == Direction::capture ? 0 : 1;
}

}  // namespace

SoundCard::SoundCard(std::optional<std::string> input, std::optional<std::string> output,
                     AudioFormat format, Latency latency, ConnectSoundServer connect)
    : shared_(std::make_shared<Shared>()),
      worker_([supervisor = std::make_shared<CardSupervisor>(
                   shared_, std::array{std::move(input), std::move(output)}, format, latency,
                   connect)](Worker::Control& control) { supervisor->run(control); },
              stop_patience) {}

std::shared_ptr<CardLane> SoundCard::lane(Direction direction) const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->sides[index(direction)].lane;
}

DeviceStatus SoundCard::status(Direction direction) const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->sides[index(direction)].status;
}

}  // namespace voice

#include "common/device/card/sound_session.hpp"
#include "common/device/device.hpp"
#include "common/device/pulse/pulse_system.hpp"

#include <chrono>

namespace voice {
namespace {

constexpr std::chrono::seconds patience{2};

}  // namespace

expected<std::vector<SoundCardInfo>, DeviceError> list_sound_cards() {
  const auto failed = [](const std::string& why) {
    return unexpected(DeviceError{"cannot list sound cards: " + why});
  };
  const auto session = SoundSession::open(connect_pulse, patience);
  if (!session) return failed(session.error());
  auto cards = session.value()->cards();
  if (!cards) return failed(cards.error());
  return *std::move(cards);
}

}  // namespace voice

#include "common/device/pa_session.hpp"

#include "common/device/host_quirks.hpp"

#include <portaudio.h>

namespace voice {
namespace {

std::timed_mutex& turns() {
  // Never destroyed: a thread that hangs inside the sound system may outlive main().
  static auto* const mutex = new std::timed_mutex;
  return *mutex;
}

std::vector<SoundCardInfo> enumerate() {
  std::vector<SoundCardInfo> cards;
  const PaDeviceIndex default_input = Pa_GetDefaultInputDevice();
  const PaDeviceIndex default_output = Pa_GetDefaultOutputDevice();
  for (PaDeviceIndex index = 0; index < Pa_GetDeviceCount(); ++index) {
    const PaDeviceInfo* const info = Pa_GetDeviceInfo(index);
    if (info == nullptr) continue;
    const PaHostApiInfo* const api = Pa_GetHostApiInfo(info->hostApi);
    cards.push_back({index, info->name, api != nullptr ? api->name : "", info->maxInputChannels,
                     info->maxOutputChannels, info->defaultSampleRate, index == default_input,
                     index == default_output});
  }
  return cards;
}

}  // namespace

expected<std::unique_ptr<PaSession>, std::string> PaSession::open(
    std::chrono::milliseconds patience) {
  std::unique_lock turn(turns(), patience);
  if (!turn.owns_lock())
    return unexpected(std::string("another call of this program has the sound system"));
  silence_host_libraries();
  if (auto why = host_unusable()) return unexpected(*std::move(why));
  const PaError error = Pa_Initialize();
  if (error != paNoError) {
    return unexpected(std::string("the sound system does not start: ") + Pa_GetErrorText(error));
  }
  return std::unique_ptr<PaSession>(new PaSession(std::move(turn)));
}

PaSession::PaSession(std::unique_lock<std::timed_mutex> turn)
    : turn_(std::move(turn)), cards_(enumerate()) {}

PaSession::~PaSession() {
  Pa_Terminate();
}

expected<std::vector<SoundCardInfo>, DeviceError> list_sound_cards() {
  const auto session = PaSession::open(std::chrono::seconds{2});
  if (!session) return unexpected(DeviceError{"cannot list sound cards: " + session.error()});
  return session.value()->cards();
}

}  // namespace voice

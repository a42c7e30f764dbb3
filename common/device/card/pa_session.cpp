#include "common/device/card/pa_session.hpp"

#include "common/device/card/card_stream.hpp"
#include "common/device/card/host_quirks.hpp"

#include <portaudio.h>

#include <condition_variable>
#include <mutex>

namespace voice {
namespace {

class Turns {
 public:
  bool take(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    if (!given_back_.wait_for(lock, patience, [this] { return !taken_; })) return false;
    taken_ = true;
    return true;
  }
  void give_back() {
    const std::lock_guard lock(mutex_);
    taken_ = false;
    given_back_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable given_back_;
  bool taken_ = false;
};

Turns& turns() {
  // Never destroyed: a thread that hangs inside the sound system may outlive main().
  static auto* const turns = new Turns;
  return *turns;
}

expected<void, std::string> initialise() {
  silence_host_libraries();
  if (auto why = host_unusable()) return unexpected(*std::move(why));
  const PaError error = Pa_Initialize();
  if (error == paNoError) return {};
  return unexpected(std::string("the sound system cannot be started: ") + Pa_GetErrorText(error));
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
  if (!turns().take(patience)) {
    return unexpected(std::string("another call of this program is using the sound system"));
  }
  if (auto ready = initialise(); !ready) {
    turns().give_back();
    return unexpected(ready.error());
  }
  return std::unique_ptr<PaSession>(new PaSession);
}

PaSession::PaSession() : cards_(enumerate()) {}

PaSession::~PaSession() {
  Pa_Terminate();
  turns().give_back();
}

expected<std::unique_ptr<CardStream>, std::string> PaSession::open(const SoundCardInfo& card,
                                                                   Direction direction,
                                                                   AudioFormat format,
                                                                   Latency latency) {
  return PortaudioStream::open(card, direction, format, latency);
}

}  // namespace voice

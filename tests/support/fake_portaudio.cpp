#include "tests/support/fake_portaudio.hpp"

#include <portaudio.h>

#include <algorithm>
#include <list>
#include <utility>

namespace voice::test {

struct Stream {
  FakeStream shown;
  PaStreamCallback* callback = nullptr;
  PaStreamInfo info{};
};

struct FakePortaudio::State {
  std::mutex mutex;
  std::vector<FakeCard> plugged;
  std::vector<FakeCard> seen;  // when the session began
  std::vector<PaDeviceInfo> infos;
  std::list<Stream> streams;
  std::vector<std::int16_t> played;
  int sessions = 0;
};

FakePortaudio::FakePortaudio() : state(*new State) {}

FakePortaudio& FakePortaudio::instance() {
  static FakePortaudio fake;
  return fake;
}

void FakePortaudio::plug(std::vector<FakeCard> cards) {
  const std::lock_guard lock(state.mutex);
  state.plugged = std::move(cards);
}

void FakePortaudio::run(std::size_t frames, std::int16_t level) {
  const std::lock_guard lock(state.mutex);
  for (Stream& stream : state.streams) {
    std::vector<std::int16_t> block(frames * static_cast<std::size_t>(stream.shown.channels),
                                    level);
    const bool capture = stream.shown.capture;
    stream.callback(capture ? block.data() : nullptr, capture ? nullptr : block.data(),
                    static_cast<unsigned long>(frames), nullptr, 0, stream.shown.user);
    if (!capture) state.played.insert(state.played.end(), block.begin(), block.end());
  }
}

void FakePortaudio::end_streams() {
  const std::lock_guard lock(state.mutex);
  for (Stream& stream : state.streams) stream.shown.active = false;
}

std::vector<FakeStream> FakePortaudio::streams() const {
  const std::lock_guard lock(state.mutex);
  std::vector<FakeStream> shown;
  for (const Stream& stream : state.streams) shown.push_back(stream.shown);
  return shown;
}

std::vector<std::int16_t> FakePortaudio::played() {
  const std::lock_guard lock(state.mutex);
  return std::exchange(state.played, {});
}

int FakePortaudio::sessions() const {
  const std::lock_guard lock(state.mutex);
  return state.sessions;
}

}  // namespace voice::test

namespace {

auto& state() {
  return voice::test::FakePortaudio::instance().state;
}

const PaHostApiInfo host_api{1, paInDevelopment, "Fake", 0, 0, 0};

}  // namespace

PaError Pa_Initialize() {
  const std::lock_guard lock(state().mutex);
  ++state().sessions;
  state().seen = state().plugged;
  state().infos.clear();
  for (const auto& card : state().seen) {
    PaDeviceInfo info{};
    info.structVersion = 2;
    info.name = card.name.c_str();
    info.maxInputChannels = info.maxOutputChannels = card.channels_max;
    info.defaultSampleRate = card.rates_hz.front();
    state().infos.push_back(info);
  }
  return paNoError;
}

PaError Pa_Terminate() {
  const std::lock_guard lock(state().mutex);
  state().streams.clear();
  return paNoError;
}

PaDeviceIndex Pa_GetDeviceCount() {
  return static_cast<PaDeviceIndex>(state().infos.size());
}
PaDeviceIndex Pa_GetDefaultInputDevice() {
  return state().infos.empty() ? paNoDevice : 0;
}
PaDeviceIndex Pa_GetDefaultOutputDevice() {
  return state().infos.empty() ? paNoDevice : 0;
}
const PaDeviceInfo* Pa_GetDeviceInfo(PaDeviceIndex device) {
  return &state().infos.at(static_cast<std::size_t>(device));
}
const PaHostApiInfo* Pa_GetHostApiInfo(PaHostApiIndex) {
  return &host_api;
}
const PaHostErrorInfo* Pa_GetLastHostErrorInfo() {
  return nullptr;
}
const char* Pa_GetErrorText(PaError error) {
  return error == paInvalidSampleRate ? "Invalid sample rate" : "Invalid number of channels";
}

PaError Pa_OpenStream(PaStream** stream, const PaStreamParameters* input,
                      const PaStreamParameters* output, double rate, unsigned long, PaStreamFlags,
                      PaStreamCallback* callback, void* user) {
  const std::lock_guard lock(state().mutex);
  const PaStreamParameters& parameters = input != nullptr ? *input : *output;
  const auto& card = state().seen.at(static_cast<std::size_t>(parameters.device));
  const int channels = parameters.channelCount;
  const int rate_hz = static_cast<int>(rate);
  if (channels < card.channels_min || channels > card.channels_max) return paInvalidChannelCount;
  if (std::find(card.rates_hz.begin(), card.rates_hz.end(), rate_hz) == card.rates_hz.end()) {
    return paInvalidSampleRate;
  }
  state().streams.push_back(
      {{parameters.device, channels, rate_hz, input != nullptr, true, user}, callback, {}});
  *stream = &state().streams.back();
  return paNoError;
}

PaError Pa_StartStream(PaStream*) {
  return paNoError;
}
PaError Pa_AbortStream(PaStream*) {
  return paNoError;
}
PaError Pa_CloseStream(PaStream* stream) {
  const std::lock_guard lock(state().mutex);
  state().streams.remove_if([stream](const auto& other) { return &other == stream; });
  return paNoError;
}
PaError Pa_IsStreamActive(PaStream* stream) {
  const std::lock_guard lock(state().mutex);
  return static_cast<voice::test::Stream*>(stream)->shown.active ? 1 : 0;
}
const PaStreamInfo* Pa_GetStreamInfo(PaStream* stream) {
  return &static_cast<voice::test::Stream*>(stream)->info;
}

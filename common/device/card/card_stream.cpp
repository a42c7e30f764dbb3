#include "common/device/card/card_stream.hpp"

#include "common/device/quiet_stderr.hpp"

#include <portaudio.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace voice {
namespace {

// Half a frame: a block adds its length to the delay, and 100 callbacks a second cost nothing.
constexpr int blocks_per_second = 100;
// Through ALSA's pulse plugin playback slips now and then below this, and no flag tells.
constexpr double alsa_latency_s = 0.1;
// What others call their safe latency, within reason: some say seconds.
constexpr double other_latency_s_max = 0.1;
constexpr int ring_s = 1;

// A host API that does not know when sound enters or leaves the card reports zero or nonsense.
constexpr double believable_latency_s_max = 1.0;

// The latency of the newest sample in the ring (capture), or of the next one put into it.
void learn_latency(CardLane& lane, bool capture, double block_s,
                   const PaStreamCallbackTimeInfo& info) noexcept {
  const double at = capture ? info.inputBufferAdcTime : info.outputBufferDacTime;
  if (at <= 0 || info.currentTime <= 0) return;
  const double apart_s =
      capture ? info.currentTime - at - block_s : at - info.currentTime + block_s;
  if (std::abs(apart_s) > believable_latency_s_max) return;
  // ALSA's pulse plugin dates a captured block in the future.
  lane.card_latency_s.store(std::max(apart_s, 0.0), std::memory_order_relaxed);
}

int callback(const void* input, void* output, unsigned long frames,
             const PaStreamCallbackTimeInfo* info, PaStreamCallbackFlags, void* user) {
  auto* const lane = static_cast<CardLane*>(user);
  if (info != nullptr) {
    learn_latency(*lane, input != nullptr, static_cast<double>(frames) / lane->rate_hz(), *info);
  }
  if (output != nullptr) lane->render(static_cast<std::int16_t*>(output), frames);
  if (input != nullptr) lane->record(static_cast<const std::int16_t*>(input), frames);
  return paContinue;
}

double suggested_latency_s(const PaDeviceInfo& info, Direction direction) {
  const double own = direction == Direction::capture ? info.defaultHighInputLatency
                                                     : info.defaultHighOutputLatency;
  const PaHostApiInfo* const api = Pa_GetHostApiInfo(info.hostApi);
  if (api != nullptr && api->type == paALSA) return alsa_latency_s;
  return std::min(own, other_latency_s_max);
}

struct Attempt {
  int channels;
  int rate_hz;
};

PaError try_open(const Attempt& attempt, const SoundCardInfo& card, Direction direction,
                 CardLane& lane, PaStream** stream) {
  const PaDeviceInfo* const info = Pa_GetDeviceInfo(card.index);
  if (info == nullptr) return paInvalidDevice;
  PaStreamParameters parameters{};
  parameters.device = card.index;
  parameters.channelCount = attempt.channels;
  parameters.sampleFormat = paInt16;
  parameters.suggestedLatency = suggested_latency_s(*info, direction);
  const bool capture = direction == Direction::capture;
  const PaError error = Pa_OpenStream(
      stream, capture ? &parameters : nullptr, capture ? nullptr : &parameters, attempt.rate_hz,
      static_cast<unsigned long>(attempt.rate_hz / blocks_per_second), paNoFlag, callback, &lane);
  if (error != paNoError) return error;
  if (const PaStreamInfo* const opened = Pa_GetStreamInfo(*stream)) {
    // ALSA reports the length of a microphone's whole buffer, but a block arrives as soon as it is
    // full.
    lane.card_latency_s = capture ? 0.0 : opened->outputLatency;
  }
  return paNoError;
}

std::string reason(PaError error) {
  const PaHostErrorInfo* const host = Pa_GetLastHostErrorInfo();
  if (error == paUnanticipatedHostError && host != nullptr && host->errorText != nullptr &&
      *host->errorText != '\0') {
    return host->errorText;
  }
  return Pa_GetErrorText(error);
}

}  // namespace

expected<std::unique_ptr<CardStream>, std::string> CardStream::open(const SoundCardInfo& card,
                                                                    Direction direction,
                                                                    AudioFormat format) {
  const int channels_max =
      direction == Direction::capture ? card.input_channels_max : card.output_channels_max;
  const int own_rate_hz = static_cast<int>(std::lround(card.default_rate_hz));
  const std::array<Attempt, 5> attempts = {{{1, format.rate_hz()},
                                            {2, format.rate_hz()},
                                            {1, own_rate_hz},
                                            {2, own_rate_hz},
                                            {channels_max, own_rate_hz}}};
  const QuietStderr quiet;
  PaError error = paInvalidDevice;
  for (const Attempt& attempt : attempts) {
    if (attempt.channels > channels_max || attempt.rate_hz < blocks_per_second) continue;
    std::unique_ptr<CardStream> opened(new CardStream);
    opened->lane_ =
        std::make_shared<CardLane>(attempt.rate_hz, static_cast<std::size_t>(attempt.channels),
                                   static_cast<std::size_t>(attempt.rate_hz) * ring_s);
    PaStream* stream = nullptr;
    error = try_open(attempt, card, direction, *opened->lane_, &stream);
    if (error != paNoError) continue;
    opened->stream_ = stream;
    error = Pa_StartStream(stream);
    if (error == paNoError) return opened;
  }
  return unexpected("'" + card.name + "' cannot be opened: " + reason(error));
}

CardStream::~CardStream() {
  if (stream_ == nullptr) return;
  // Abort, not stop: stopping waits until everything has been played, for ever when the sound
  // server has gone.
  Pa_AbortStream(stream_);
  Pa_CloseStream(stream_);
}

bool CardStream::is_active() const {
  return Pa_IsStreamActive(stream_) == 1;
}

}  // namespace voice

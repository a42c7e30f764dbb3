#include "common/device/card/card_stream.hpp"

#include "common/device/quiet_stderr.hpp"

#include <portaudio.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace voice {
namespace {

// Below this, playback through ALSA's plugins (pulse) skips now and then, and no flag reports it.
constexpr double plugin_latency_s = 0.1;
// Of other cards, the latency that they call safe, up to this: some say seconds.
constexpr double latency_s_max = 0.1;
constexpr double safe_latency_s_max = 0.3;
constexpr int ring_s = 1;

// A host API that does not know when sound enters or leaves the card reports zero or nonsense.
constexpr double believable_latency_s_max = 1.0;

// The latency of the newest sample in the ring (capture), or of the next one put into it. It grows
// (capture) or shrinks by a block until the next one: what is meant is the mean.
void learn_latency(CardLane& lane, bool capture, double block_s,
                   const PaStreamCallbackTimeInfo& info) noexcept {
  const double at = capture ? info.inputBufferAdcTime : info.outputBufferDacTime;
  if (at <= 0 || info.currentTime <= 0) return;
  const double apart_s =
      capture ? info.currentTime - at - block_s / 2 : at - info.currentTime + block_s / 2;
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

// PortAudio names ALSA's hardware "… (hw:0,0)"; everything else there is a plugin.
bool is_alsa_plugin(const PaDeviceInfo& info) {
  const PaHostApiInfo* const api = Pa_GetHostApiInfo(info.hostApi);
  return api != nullptr && api->type == paALSA &&
         std::string_view(info.name).find("(hw:") == std::string_view::npos;
}

double suggested_latency_s(const PaDeviceInfo& info, Direction direction, Latency latency) {
  const bool capture = direction == Direction::capture;
  const double low = capture ? info.defaultLowInputLatency : info.defaultLowOutputLatency;
  const double high = capture ? info.defaultHighInputLatency : info.defaultHighOutputLatency;
  const bool is_plugin = is_alsa_plugin(info);
  switch (latency) {
    case Latency::low:
      return is_plugin ? plugin_latency_s / 2 : std::min(low, latency_s_max);
    case Latency::normal:
      return is_plugin ? plugin_latency_s : std::min(high, latency_s_max);
    case Latency::safe:
      break;
  }
  return std::clamp(2 * high, 2 * plugin_latency_s, safe_latency_s_max);
}

struct Attempt {
  int channels;
  int rate_hz;
};

PaError try_open(const Attempt& attempt, const SoundCardInfo& card, Direction direction,
                 Latency latency, CardLane& lane, PaStream** stream) {
  const PaDeviceInfo* const info = Pa_GetDeviceInfo(card.index);
  if (info == nullptr) return paInvalidDevice;
  PaStreamParameters parameters{};
  parameters.device = card.index;
  parameters.channelCount = attempt.channels;
  parameters.sampleFormat = paInt16;
  parameters.suggestedLatency = suggested_latency_s(*info, direction, latency);
  const bool capture = direction == Direction::capture;
  const int block = attempt.rate_hz / blocks_per_second(latency);
  const PaError error =
      Pa_OpenStream(stream, capture ? &parameters : nullptr, capture ? nullptr : &parameters,
                    attempt.rate_hz, static_cast<unsigned long>(block), paNoFlag, callback, &lane);
  if (error != paNoError) return error;
  if (const PaStreamInfo* const opened = Pa_GetStreamInfo(*stream)) {
    // ALSA reports the length of a microphone's whole buffer, but a block arrives as soon as it is
    // full.
    const double half_a_block_s = 0.5 / blocks_per_second(latency);
    lane.card_latency_s =
        capture ? half_a_block_s : std::max(opened->outputLatency, half_a_block_s);
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

expected<std::unique_ptr<CardStream>, std::string> PortaudioStream::open(const SoundCardInfo& card,
                                                                         Direction direction,
                                                                         AudioFormat format,
                                                                         Latency latency) {
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
    if (attempt.channels > channels_max || attempt.rate_hz < rate_hz_min) continue;
    auto lane =
        std::make_shared<CardLane>(attempt.rate_hz, static_cast<std::size_t>(attempt.channels),
                                   static_cast<std::size_t>(attempt.rate_hz) * ring_s);
    std::unique_ptr<PortaudioStream> opened(new PortaudioStream(std::move(lane)));
    PaStream* stream = nullptr;
    error = try_open(attempt, card, direction, latency, *opened->lane(), &stream);
    if (error != paNoError) continue;
    opened->stream_ = stream;
    error = Pa_StartStream(stream);
    if (error == paNoError) return opened;
  }
  return unexpected(reason(error));
}

PortaudioStream::~PortaudioStream() {
  if (stream_ == nullptr) return;
  // Abort, not stop: stopping waits until everything has been played, for ever when the sound
  // server has gone.
  Pa_AbortStream(stream_);
  Pa_CloseStream(stream_);
}

bool PortaudioStream::is_active() const {
  return Pa_IsStreamActive(stream_) == 1;
}

}  // namespace voice

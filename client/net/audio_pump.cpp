#include "client/net/audio_pump.hpp"

namespace voicecli {
namespace {

// One pump never handles more than a second of sound, whatever a device wants.
constexpr int frames_per_pump_max = voice::frames_per_second;

constexpr std::array<std::int16_t, voice::rate_hz_max / voice::frames_per_second> silence{};

StreamMoment moment_of(const voice::DeviceStatus& status, voice::Duration latency) {
  return {status.state == voice::DeviceState::running, status.starts, status.gap_samples, latency};
}

}  // namespace

AudioPump::AudioPump(voice::Devices devices, std::shared_ptr<voice::WavRecorder> recorder,
                     voice::AudioFormat format, std::unique_ptr<VoiceProcessor> processor)
    : devices_(std::move(devices)),
      recorder_(std::move(recorder)),
      format_(format),
      silence_clock_(format) {
  if (processor) voice_.emplace(format, std::move(processor));
}

// Null between the announcement of another rate and Welcome, while the devices still have the rate
// of the call before.
Call* AudioPump::at_our_rate(Call* call) const noexcept {
  return call != nullptr && call->format() == format_ ? call : nullptr;
}

void AudioPump::microphone(Call* call, voice::TimePoint now) {
  call = at_our_rate(call);
  if (voice_) return process_microphone(call, now);
  for (int i = 0; i < frames_per_pump_max; ++i) {
    auto space = call != nullptr ? call->capture_space() : std::span<std::int16_t>{};
    const bool is_wanted = !space.empty();
    if (!is_wanted) space = discarded_;
    const std::size_t count =
        devices_.capture->read(space.first(format_.samples_per_frame_max()), now);
    if (count == 0) break;
    if (is_wanted) call->captured(count);
  }
  if (devices_.capture->status().state == voice::DeviceState::ended) end_capture(call);
}

void AudioPump::process_microphone(Call* call, voice::TimePoint now) {
  const voice::DeviceStatus microphone = devices_.capture->status();
  voice_->observe(moment_of(devices_.playback->status(), devices_.playback->latency()),
                  moment_of(microphone, devices_.capture->latency()));
  const auto space = std::span{discarded_}.first(format_.samples_per_frame_max());
  for (int i = 0; i < frames_per_pump_max; ++i) {
    const std::size_t count = devices_.capture->read(space, now);
    if (count == 0) break;
    process(space.first(count), call);
  }
  if (microphone.state == voice::DeviceState::ended) end_capture(call);
}

void AudioPump::process(std::span<const std::int16_t> pcm, Call* call) {
  const auto voice = voice_->process(pcm);
  if (call != nullptr) call->capture(voice.pcm, voice.is_speech);
}

void AudioPump::end_capture(Call* call) {
  if (capture_ended_) return;
  capture_ended_ = true;
  // Pushes out the last block, which was not full, and what the filters hold.
  if (voice_) process(std::span{silence}.first(format_.samples_per_frame()), call);
  if (call != nullptr) call->capture_ended();
}

void AudioPump::loudspeaker(Call* call, Loudness loudness, voice::TimePoint now) {
  call = at_our_rate(call);
  for (int i = 0; i < frames_per_pump_max && devices_.playback->wanted(now) > 0; ++i) {
    const auto frame = next_frame(call, loudness, now);
    devices_.playback->write(frame, now);
    if (voice_) voice_->played(frame);
    if (recorder_) recorder_->write(frame);
  }
}

std::span<const std::int16_t> AudioPump::next_frame(Call* call, Loudness loudness,
                                                    voice::TimePoint now) {
  if (call != nullptr) {
    const auto frame = call->play(loudness, now);
    if (!frame.empty()) return frame;
  }
  return std::span{silence}.first(silence_clock_.next());
}

}  // namespace voicecli

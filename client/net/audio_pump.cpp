#include "client/net/audio_pump.hpp"

namespace voicecli {
namespace {

// One pump never does more than a second of work, whatever a device wants.
constexpr int frames_per_pump_max = voice::frames_per_second;

constexpr std::array<std::int16_t, voice::rate_hz_max / voice::frames_per_second> silence{};

}  // namespace

AudioPump::AudioPump(voice::Devices devices, std::shared_ptr<voice::WavRecorder> recorder,
                     voice::AudioFormat format)
    : devices_(std::move(devices)),
      recorder_(std::move(recorder)),
      format_(format),
      silence_clock_(format) {}

void AudioPump::microphone(Call* call, voice::TimePoint now) {
  for (int i = 0; i < frames_per_pump_max; ++i) {
    auto space = call != nullptr ? call->capture_space() : std::span<std::int16_t>{};
    const bool is_wanted = !space.empty();
    if (!is_wanted) space = discarded_;
    const std::size_t count =
        devices_.capture->read(space.first(format_.samples_per_frame_max()), now);
    if (count == 0) break;
    if (is_wanted) call->captured(count);
  }
  if (capture_ended_ || devices_.capture->status().state != voice::DeviceState::ended) return;
  capture_ended_ = true;
  if (call != nullptr) call->capture_ended();
}

void AudioPump::loudspeaker(Call* call, Loudness loudness, voice::TimePoint now) {
  for (int i = 0; i < frames_per_pump_max && devices_.playback->wanted(now) > 0; ++i) {
    const auto frame = next_frame(call, loudness, now);
    devices_.playback->write(frame, now);
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

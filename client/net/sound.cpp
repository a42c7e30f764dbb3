#include "client/net/sound.hpp"

#include "client/net/file_name.hpp"

namespace voicecli {

voice::expected<void, voice::DeviceError> Sound::open(voice::AudioFormat format,
                                                      voice::TimePoint now) {
  if (pump_ && pump_->format() == format) return {};
  pump_.reset();  // a sound card may be open only once
  const int part = parts_ + 1;
  auto devices =
      voice::open_devices(options_.input, file_name_of_part(options_.output, part), format, now);
  if (!devices) return voice::unexpected(devices.error());
  auto recorder = open_recorder(format, part);
  if (!recorder) return voice::unexpected(recorder.error());
  pump_.emplace(std::move(*devices), std::move(*recorder), format);
  parts_ = part;
  recording_error_told_ = false;
  return {};
}

voice::expected<std::optional<voice::WavWriter>, voice::DeviceError> Sound::open_recorder(
    voice::AudioFormat format, int part) {
  if (options_.record.empty()) return std::nullopt;
  const std::string name = file_name_of_part(options_.record, part);
  auto writer = voice::WavWriter::open(name, format);
  if (writer) {
    emit_({"recording", {{"file", name}}, {}});
    return std::move(*writer);
  }
  if (part == 1) return voice::unexpected(writer.error());
  // The disk has become full during the call, and a call is worth more than its recording.
  recording_failed(writer.error().message);
  return std::nullopt;
}

void Sound::recording_failed(const std::string& reason) {
  recording_failed_ = true;
  emit_({"recording_failed", {{"reason", reason}}, {}});
}

void Sound::watch() {
  if (!pump_) return;
  if (auto event = input_watch_.changed(pump_->capture().status())) emit_(std::move(*event));
  if (auto event = output_watch_.changed(pump_->playback().status())) emit_(std::move(*event));
  if (pump_->recording_error() && !recording_error_told_) {
    recording_error_told_ = true;
    recording_failed(*pump_->recording_error());
  }
}

bool Sound::loudspeaker_failed() const {
  return pump_ && pump_->playback().status().state == voice::DeviceState::failed;
}

}  // namespace voicecli

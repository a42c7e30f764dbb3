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
  std::optional<voice::WavWriter> recorder;
  if (!options_.record.empty()) {
    const std::string name = file_name_of_part(options_.record, part);
    auto writer = voice::WavWriter::open(name, format);
    if (!writer) return voice::unexpected(writer.error());
    recorder.emplace(std::move(*writer));
    emit_({"recording", {{"file", name}}, {}});
  }
  pump_.emplace(std::move(*devices), std::move(recorder), format);
  parts_ = part;
  recording_error_told_ = false;
  return {};
}

void Sound::watch() {
  if (!pump_) return;
  if (auto event = input_watch_.changed(pump_->capture().status())) emit_(std::move(*event));
  if (auto event = output_watch_.changed(pump_->playback().status())) emit_(std::move(*event));
  if (pump_->recording_error() && !recording_error_told_) {
    recording_error_told_ = true;
    emit_({"recording_failed", {{"reason", *pump_->recording_error()}}, {}});
  }
}

bool Sound::loudspeaker_failed() const {
  return pump_ && pump_->playback().status().state == voice::DeviceState::failed;
}

}  // namespace voicecli

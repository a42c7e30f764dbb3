#include "common/device/file/file_playback.hpp"

namespace voice {

FilePlayback::FilePlayback(std::shared_ptr<WavRecorder> file, AudioFormat format)
    : file_(std::move(file)), pacer_(format, Duration::zero(), playback_backlog_max) {}

FilePlayback::~FilePlayback() {
  file_->finish();
}

void FilePlayback::write(std::span<const std::int16_t> pcm, TimePoint) {
  pacer_.take(pcm.size());
  file_->write(pcm);
}

DeviceStatus FilePlayback::status() const {
  const WavRecorder::Status file = file_->status();
  switch (file.state) {
    case WavRecorder::State::opening:
      return {DeviceState::waiting, file.path + ": the disk has not created it yet",
              file.missing_samples};
    case WavRecorder::State::failed:
      return {DeviceState::failed, file.reason, file.missing_samples};
    case WavRecorder::State::running:
    case WavRecorder::State::finished:
      break;
  }
  return {DeviceState::running, file.path, file.missing_samples};
}

}  // namespace voice

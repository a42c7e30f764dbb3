#include "common/device/file_playback.hpp"

namespace voice {

FilePlayback::FilePlayback(WavWriter writer, std::string path, AudioFormat format)
    : writer_(std::move(writer)),
      pacer_(format, Duration::zero(), playback_backlog_max),
      status_{DeviceState::running, std::move(path), 0} {}

void FilePlayback::write(std::span<const std::int16_t> pcm, TimePoint) {
  pacer_.take(pcm.size());
  if (status_.state == DeviceState::failed) {
    status_.gap_samples += pcm.size();
    return;
  }
  const auto written = writer_.write(pcm);
  if (written) return;
  status_.state = DeviceState::failed;
  status_.detail = written.error().message;
  status_.gap_samples += pcm.size();
}

}  // namespace voice

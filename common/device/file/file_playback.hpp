// A loudspeaker that is a WAV file: what a participant hears is written at exactly the call's pace.
#pragma once

#include "common/device/device.hpp"
#include "common/device/file/wav_recorder.hpp"
#include "common/device/pacer.hpp"

#include <memory>

namespace voice {

class FilePlayback final : public PlaybackDevice {
 public:
  FilePlayback(std::shared_ptr<WavRecorder> file, AudioFormat format);
  /// Does not wait for the disk; another owner of the file may.
  ~FilePlayback() override;

  [[nodiscard]] std::size_t wanted(TimePoint now) override { return pacer_.due(now); }
  /// A file that cannot be written any further turns the state to failed; the call goes on at its
  /// pace.
  void write(std::span<const std::int16_t> pcm, TimePoint now) override;
  [[nodiscard]] Duration latency() const override { return Duration::zero(); }
  [[nodiscard]] DeviceStatus status() const override;

 private:
  std::shared_ptr<WavRecorder> file_;
  Pacer pacer_;
};

}  // namespace voice

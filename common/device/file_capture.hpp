// A microphone that is a sound file of any format, rate and channel count libsndfile reads: mixed
// down to mono, resampled to the call's rate and paced by `now`. Reads the file piece by piece.
// 16-bit mono at the call's rate passes bit by bit.
#pragma once

#include "common/device/device.hpp"
#include "common/device/pacer.hpp"
#include "common/device/resampler.hpp"

namespace voice {

class FileCapture final : public CaptureDevice {
 public:
  [[nodiscard]] static expected<std::unique_ptr<FileCapture>, DeviceError> open(
      const std::string& path, AudioFormat format);
  ~FileCapture() override;

  std::size_t read(std::span<std::int16_t> out, TimePoint now) override;
  [[nodiscard]] DeviceStatus status() const override { return status_; }

 private:
  struct Source;  // the open file
  FileCapture(std::unique_ptr<Source> source, const std::string& path, AudioFormat format);

  std::size_t produce(std::span<std::int16_t> out);
  void refill();

  std::unique_ptr<Source> source_;
  Resampler resampler_;
  Pacer pacer_;
  DeviceStatus status_;
  std::vector<std::int16_t> mono_;  // the next samples at the file's rate …
  std::size_t mono_used_ = 0;       // … of which this many are used up
  bool file_ended_ = false;
};

}  // namespace voice

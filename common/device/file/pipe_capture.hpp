// A microphone that is a pipe (`-`, stdin, or a named pipe): raw little-endian 16-bit mono at the
// call's rate. A stored source is read at the call's pace, a live one as a sound card is: all that
// has come.
#pragma once

#include "common/device/device.hpp"
#include "common/device/file/pipe_source.hpp"
#include "common/device/pacer.hpp"

#include <memory>

namespace voice {

class PipeCapture final : public CaptureDevice {
 public:
  /// @param source read since before the call.
  PipeCapture(std::shared_ptr<PipeSource> source, AudioFormat format);
  /// @param descriptor stays open and belongs to the caller; read from now on.
  PipeCapture(int descriptor, AudioFormat format)
      : PipeCapture(std::make_shared<PipeSource>(descriptor), format) {}

  std::size_t read(std::span<std::int16_t> out, TimePoint now) override;
  [[nodiscard]] Duration latency() const override { return source_->waited(); }
  [[nodiscard]] DeviceStatus status() const override;

 private:
  std::shared_ptr<PipeSource> source_;
  Pacer pacer_;
  DeviceState state_ = DeviceState::running;
};

}  // namespace voice

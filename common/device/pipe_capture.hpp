// A microphone that is a pipe (`-`, stdin): raw little-endian 16-bit mono at the call's rate. A
// thread of its own reads ahead by a fifth of a second and no more, so a program that makes sound
// faster than it is spoken is held back by its full pipe.
#pragma once

#include "common/background/worker.hpp"
#include "common/core/spsc_ring.hpp"
#include "common/device/device.hpp"
#include "common/device/pacer.hpp"

#include <atomic>
#include <memory>

namespace voice {

class PipeCapture final : public CaptureDevice {
 public:
  /// @param descriptor stays open and belongs to the caller.
  PipeCapture(int descriptor, AudioFormat format);

  std::size_t read(std::span<std::int16_t> out, TimePoint now) override;
  [[nodiscard]] DeviceStatus status() const override;

 private:
  enum class Source : std::uint8_t { open, closed, failed };
  struct Shared {
    explicit Shared(std::size_t capacity) : ring(capacity) {}
    SpscRing<std::int16_t> ring;
    std::atomic<Source> source{Source::open};
    std::string error;  // written once, before `source` becomes failed
  };
  static void pump(int descriptor, Shared& shared, Worker::Control& control);

  std::shared_ptr<Shared> shared_;
  Pacer pacer_;
  DeviceState state_ = DeviceState::running;
  Worker worker_;
};

}  // namespace voice

// A loudspeaker that is a pipe (`-`, stdout): raw little-endian 16-bit mono at the call's rate, at
// the call's pace. A thread of its own writes; a reader that is slow loses the oldest sound, a
// reader that has gone ends it.
#pragma once

#include "common/background/worker.hpp"
#include "common/device/device.hpp"
#include "common/device/pacer.hpp"

#include <memory>
#include <mutex>

namespace voice {

class PipePlayback final : public PlaybackDevice {
 public:
  /// @param descriptor stays open and belongs to the caller.
  PipePlayback(int descriptor, AudioFormat format);

  [[nodiscard]] std::size_t wanted(TimePoint now) override { return pacer_.due(now); }
  void write(std::span<const std::int16_t> pcm, TimePoint now) override;
  [[nodiscard]] Duration latency() const override;
  [[nodiscard]] DeviceStatus status() const override;

 private:
  struct Shared {
    std::mutex mutex;  // held for copying only, never during a write
    std::vector<std::int16_t> queue;
    DeviceStatus status{DeviceState::running, "stdout", 0};
  };
  static void pump(int descriptor, Shared& shared, std::size_t queue_samples_max,
                   Worker::Control& control);

  AudioFormat format_;
  std::size_t queue_samples_max_;
  std::shared_ptr<Shared> shared_;
  Pacer pacer_;
  Worker worker_;
};

}  // namespace voice

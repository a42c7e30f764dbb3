// A loudspeaker that is a pipe (`-`, stdout): raw little-endian 16-bit mono at the call's rate. A
// pipe is drained like a sound card, at the pace of its reader (ReaderPace); files and sockets are
// written at the call's pace. A thread of its own writes; a reader that is slow loses the oldest
// sound, a reader that has gone ends it. What has piled up because the reader came late is dropped
// within two seconds.
#pragma once

#include "common/background/worker.hpp"
#include "common/device/device.hpp"
#include "common/device/file/reader_pace.hpp"
#include "common/device/pacer.hpp"
#include "common/playout/standing_queue.hpp"

#include <memory>
#include <mutex>

namespace voice {

class PipePlayback final : public PlaybackDevice {
 public:
  /// @param descriptor stays open and belongs to the caller.
  PipePlayback(int descriptor, AudioFormat format);

  [[nodiscard]] std::size_t wanted(TimePoint now) override;
  void write(std::span<const std::int16_t> pcm, TimePoint now) override;
  [[nodiscard]] Duration latency() const override;
  [[nodiscard]] DeviceStatus status() const override;

 private:
  struct Shared {
    std::mutex mutex;  // held for copying only, never during a write
    std::vector<std::int16_t> queue;
    std::size_t moving_samples = 0;  // from the queue to the pipe, at this moment
    // What is in the pipe can no longer be dropped, so little is put there before it is read.
    std::size_t pipe_samples_max = 0;
    DeviceStatus status{DeviceState::running, "stdout", 0};
  };
  static void pump(int descriptor, Shared& shared, Worker::Control& control);
  // The mutex is held.
  [[nodiscard]] std::size_t held_samples() const;
  void allow_in_pipe();
  void drop_oldest(std::size_t samples);
  void drop_what_is_late(std::size_t held, TimePoint now);

  int descriptor_;
  bool is_counted_;  // whether the system says how much has not been read yet
  AudioFormat format_;
  std::size_t queue_samples_max_;
  std::shared_ptr<Shared> shared_;
  Pacer pacer_;      // of what is not counted
  ReaderPace pace_;  // of a pipe
  StandingQueue standing_;
  std::size_t surplus_samples_ = 0;  // to be dropped as soon as they are in the queue
  Worker worker_;
};

}  // namespace voice

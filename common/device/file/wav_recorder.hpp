// A WAV file written by a thread of its own, so that a disk that is slow, frozen or full never
// holds up the call: samples go into a bounded queue, and what does not fit is counted. Where
// samples are missing, silence is written instead, so that the file keeps its time line.
#pragma once

#include "common/audio/audio_format.hpp"
#include "common/background/worker.hpp"
#include "common/core/spsc_ring.hpp"
#include "common/core/time.hpp"
#include "common/device/file/wav_writer.hpp"

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>

namespace voice {

class WavRecorder {
 public:
  enum class State : std::uint8_t {
    opening,  // the file has not been created yet
    running,
    failed,    // `reason` says why, also that it could not be closed; what is in the file stays
    finished,  // after finish(): all is written and the file is closed
  };
  struct Status {
    State state = State::opening;
    std::string path;    // of the file; while it is opening: as it was asked for
    std::string reason;  // when failed
    std::uint64_t missing_samples = 0;
  };

  using Open = std::function<expected<WavWriter, DeviceError>()>;

  /// Creates the file in the background: `path`, or the next free number beside it.
  WavRecorder(const std::string& path, AudioFormat format);
  /// The same, created by `open`, which may block.
  WavRecorder(const std::string& path, AudioFormat format, Open open);
  /// Waits 2 s at most for what is queued to be written.
  ~WavRecorder();
  WavRecorder(const WavRecorder&) = delete;
  WavRecorder& operator=(const WavRecorder&) = delete;

  /// Waits until the file is created or has failed, `patience` at most. Returns the status.
  Status wait_until_open(Duration patience);

  /// One thread only. Appends; never blocks.
  void write(std::span<const std::int16_t> pcm);

  /// No more will be written: what is queued is written and the file is closed, in the background.
  void finish();
  /// After finish(): waits until it is done or has failed, `patience` at most. What is still queued
  /// counts as missing in the status that it returns.
  Status wait_until_finished(Duration patience);

  [[nodiscard]] Status status() const;

 private:
  struct Shared {
    explicit Shared(std::size_t capacity) : queue(capacity) {}
    SpscRing<std::int16_t> queue;
    mutable std::mutex mutex;  // held for copying only, never while the disk is touched
    std::condition_variable changed;
    Status status;
    bool finishing = false;
  };
  static void run(Shared& shared, const Open& open, Worker::Control& control);
  [[nodiscard]] bool has_failed() const;

  std::shared_ptr<Shared> shared_;
  std::size_t owed_silence_ = 0;  // for samples that did not fit; writing thread only
  Worker worker_;
};

}  // namespace voice

// A microphone that is a sound file (sound_file_reader.hpp): resampled to the call's rate and paced
// by `now`. A thread of its own reads ahead, so a file system that hangs makes silence, not a dead
// call; the file goes on where it was. 16-bit mono at the call's rate passes bit by bit.
#pragma once

#include "common/background/worker.hpp"
#include "common/core/spsc_ring.hpp"
#include "common/device/device.hpp"
#include "common/device/pacer.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>

namespace voice {

/// Whether `path` can be heard: opens it. May block for as long as its file system does.
[[nodiscard]] expected<void, DeviceError> check_sound_file(const std::string& path);

class FileCapture final : public CaptureDevice {
 public:
  /// Waits half a second at most for the file system; what it says later is in the status.
  [[nodiscard]] static expected<std::unique_ptr<FileCapture>, DeviceError> open(
      const std::string& path, AudioFormat format);

  std::size_t read(std::span<std::int16_t> out, TimePoint now) override;
  [[nodiscard]] DeviceStatus status() const override;

 private:
  enum class Progress : std::uint8_t { opening, reading, ended, failed };
  struct Shared {
    explicit Shared(std::size_t capacity) : ring(capacity) {}
    SpscRing<std::int16_t> ring;  // at the call's rate
    mutable std::mutex mutex;     // held for copying only, never while the file is touched
    std::condition_variable changed;
    Progress progress = Progress::opening;
    bool is_primed = false;  // enough is read ahead to begin
    std::string remark;      // on the file; why, when failed
  };
  FileCapture(std::string path, AudioFormat format);
  static void run(Shared& shared, const std::string& path, AudioFormat format,
                  Worker::Control& control);
  static bool push_all(Shared& shared, std::span<const std::int16_t> pcm, Worker::Control& control);
  [[nodiscard]] Progress progress() const;

  std::string path_;
  std::shared_ptr<Shared> shared_;
  Pacer pacer_;
  bool has_ended_ = false;
  std::uint64_t gap_samples_ = 0;
  Worker worker_;
};

}  // namespace voice

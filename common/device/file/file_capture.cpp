#include "common/device/file/file_capture.hpp"

#include "common/device/file/sound_file_reader.hpp"
#include "common/device/resampler.hpp"

#include <algorithm>
#include <array>

namespace voice {
namespace {

// A file system may hang for this long before there is a gap in the sound.
constexpr std::size_t read_ahead_s = 10;
constexpr std::chrono::milliseconds open_patience{500};
constexpr std::chrono::milliseconds full_ring_pause{100};
// Longer than reading a piece takes; a thread that hangs in the file system is abandoned.
constexpr std::chrono::milliseconds stop_patience{500};
constexpr std::size_t piece_samples = 1024;

}  // namespace

expected<void, DeviceError> check_sound_file(const std::string& path) {
  const auto reader = SoundFileReader::open(path);
  if (!reader) return unexpected(DeviceError{reader.error()});
  return {};
}

expected<std::unique_ptr<FileCapture>, DeviceError> FileCapture::open(const std::string& path,
                                                                      AudioFormat format) {
  std::unique_ptr<FileCapture> capture(new FileCapture(path, format));
  Shared& shared = *capture->shared_;
  std::unique_lock lock(shared.mutex);
  shared.changed.wait_for(lock, open_patience, [&shared] { return shared.is_primed; });
  if (shared.progress == Progress::failed) {
    return unexpected(DeviceError{"input: " + shared.remark});
  }
  lock.unlock();
  return capture;
}

FileCapture::FileCapture(std::string path, AudioFormat format)
    : path_(std::move(path)),
      shared_(std::make_shared<Shared>(read_ahead_s * static_cast<std::size_t>(format.rate_hz()))),
      pacer_(format, capture_lead, capture_backlog_max),
      worker_([shared = shared_, name = path_,
               format](Worker::Control& control) { run(*shared, name, format, control); },
              stop_patience) {}

bool FileCapture::push_all(Shared& shared, std::span<const std::int16_t> pcm,
                           Worker::Control& control) {
  while (!control.stop_requested()) {
    pcm = pcm.subspan(shared.ring.push(pcm));
    if (pcm.empty()) return true;
    {
      const std::lock_guard lock(shared.mutex);
      shared.is_primed = true;
      shared.changed.notify_all();
    }
    control.wait(full_ring_pause);
  }
  return false;
}

void FileCapture::run(Shared& shared, const std::string& path, AudioFormat format,
                      Worker::Control& control) {
  const auto tell = [&shared](Progress progress, std::string remark) {
    const std::lock_guard lock(shared.mutex);
    shared.progress = progress;
    shared.remark = std::move(remark);
    shared.is_primed = progress != Progress::reading;
    shared.changed.notify_all();
  };
  const auto reader = SoundFileReader::open(path);
  if (!reader) return tell(Progress::failed, reader.error());
  tell(Progress::reading, (*reader)->remark());
  Resampler resampler((*reader)->rate_hz(), format.rate_hz());
  std::vector<std::int16_t> mono;
  std::array<std::int16_t, piece_samples> resampled{};
  for (bool file_ended = false; !file_ended;) {
    (*reader)->read(mono);
    file_ended = mono.empty();
    // What is still inside the filter comes out when silence goes in.
    if (file_ended) mono.assign(resampler.delay_samples(), 0);
    std::span<const std::int16_t> rest(mono);
    while (!rest.empty()) {
      const auto step = resampler.process(rest, resampled);
      if (!push_all(shared, std::span(resampled).first(step.produced), control)) return;
      rest = rest.subspan(step.consumed);
    }
  }
  tell(Progress::ended, (*reader)->remark());
}

FileCapture::Progress FileCapture::progress() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->progress;
}

std::size_t FileCapture::read(std::span<std::int16_t> out, TimePoint now) {
  // Asked before the ring is read, so that what was read from the file before its end is not
  // missed.
  const Progress progress = this->progress();
  if (progress == Progress::opening || progress == Progress::failed) return 0;
  const std::size_t due = std::min(out.size(), pacer_.due(now));
  const std::size_t count = shared_->ring.pop(out.first(due));
  pacer_.take(count);
  if (count == due) return count;
  if (progress == Progress::ended) {
    has_ended_ = true;
  } else {
    // The file system hangs: plays silence, and does not play faster afterwards.
    pacer_.take(due - count);
    gap_samples_ += due - count;
  }
  return count;
}

DeviceStatus FileCapture::status() const {
  const std::lock_guard lock(shared_->mutex);
  switch (shared_->progress) {
    case Progress::opening:
      return {DeviceState::waiting, path_ + ": its file system does not answer yet", gap_samples_};
    case Progress::failed:
      return {DeviceState::failed, shared_->remark, gap_samples_};
    case Progress::reading:
    case Progress::ended:
      break;
  }
  // A remark about the end is not due before the end has been played.
  const DeviceState state = has_ended_ ? DeviceState::ended : DeviceState::running;
  return {state, path_ + shared_->remark, gap_samples_};
}

}  // namespace voice

#include "common/device/file/pipe_playback.hpp"

#include "common/device/file/byte_pipe.hpp"

#include <algorithm>

namespace voice {
namespace {

constexpr std::size_t queue_frames = 10;  // 200 ms, the age limit of audio
// What is in the pipe can no longer be dropped, so little is put there before it is read.
constexpr std::size_t pipe_frames = 5;
constexpr std::chrono::milliseconds full_pipe_pause{5};
constexpr std::chrono::milliseconds empty_queue_pause{100};
// At the end, what is queued is still written as long as the reader goes on taking it.
constexpr int stop_attempts_max = 6;  // of 50 ms each
constexpr std::chrono::milliseconds stop_patience{3000};

void append_little_endian(std::vector<std::uint8_t>& bytes, std::span<const std::int16_t> pcm) {
  for (const std::int16_t sample : pcm) {
    const auto bits = static_cast<std::uint16_t>(sample);
    bytes.push_back(static_cast<std::uint8_t>(bits));
    bytes.push_back(static_cast<std::uint8_t>(bits >> 8));
  }
}

// Writes all of `bytes`. `not_ready`: gave up, because the worker is to stop and nobody reads.
PipeResult write_all(int descriptor, std::span<const std::uint8_t> bytes,
                     Worker::Control& control) {
  int attempts = 0;
  while (!bytes.empty()) {
    PipeResult result = write_some(descriptor, bytes);
    if (result.outcome == PipeOutcome::moved) {
      bytes = bytes.subspan(result.bytes);
      attempts = 0;
    } else if (result.outcome != PipeOutcome::not_ready ||
               (control.stop_requested() && ++attempts > stop_attempts_max)) {
      return result;
    }
  }
  return {PipeOutcome::moved, 0, {}};
}

}  // namespace

PipePlayback::PipePlayback(int descriptor, AudioFormat format)
    : format_(format),
      queue_samples_max_(queue_frames * format.samples_per_frame_max()),
      shared_(std::make_shared<Shared>()),
      pacer_(format, Duration::zero(), playback_backlog_max),
      standing_(format.samples_per_frame_max()),
      worker_([descriptor, shared = shared_,
               format](Worker::Control& control) { pump(descriptor, *shared, format, control); },
              stop_patience) {}

void PipePlayback::pump(int descriptor, Shared& shared, AudioFormat format,
                        Worker::Control& control) {
  constexpr std::size_t piece_samples =
      256;  // small, so that the rest can still be dropped when it grows old
  std::vector<std::uint8_t> bytes;
  block_pipe_signal();
  const std::size_t frame_samples = format.samples_per_frame_max();
  prepare_output_pipe(descriptor, queue_frames * frame_samples * 2);
  // Sockets and terminals count something else.
  const bool is_counted = is_pipe(descriptor);
  while (true) {
    bytes.clear();
    // At the end everything is written that fits.
    const std::size_t in_pipe = is_counted ? waiting_bytes(descriptor) / 2 : 0;
    const bool has_room = in_pipe < pipe_frames * frame_samples || control.stop_requested();
    {
      const std::lock_guard lock(shared.mutex);
      shared.in_pipe_samples = in_pipe;
      const std::size_t count = has_room ? std::min(piece_samples, shared.queue.size()) : 0;
      append_little_endian(bytes, std::span(shared.queue).first(count));
      shared.queue.erase(shared.queue.begin(), shared.queue.begin() + static_cast<long>(count));
    }
    if (bytes.empty()) {
      if (has_room && control.stop_requested()) return;
      control.wait(has_room && in_pipe == 0 ? empty_queue_pause : full_pipe_pause);
      continue;
    }
    const auto result = write_all(descriptor, bytes, control);
    if (result.outcome == PipeOutcome::moved) continue;
    const std::lock_guard lock(shared.mutex);
    shared.status.state = DeviceState::failed;
    shared.status.detail = result.outcome == PipeOutcome::failed ? "stdout: " + result.error
                                                                 : "stdout: its reader has gone";
    return;
  }
}

void PipePlayback::drop_oldest(std::size_t samples) {
  auto& queue = shared_->queue;
  queue.erase(queue.begin(), queue.begin() + static_cast<long>(samples));
  shared_->status.gap_samples += samples;
}

void PipePlayback::write(std::span<const std::int16_t> pcm, TimePoint now) {
  pacer_.take(pcm.size());
  {
    const std::lock_guard lock(shared_->mutex);
    auto& queue = shared_->queue;
    if (shared_->status.state == DeviceState::failed) {
      shared_->status.gap_samples += pcm.size();
      return;
    }
    const std::size_t held = queue.size() + shared_->in_pipe_samples;
    if (const std::size_t surplus = standing_.surplus(held, now)) surplus_samples_ = surplus;
    queue.insert(queue.end(), pcm.begin(), pcm.end());
    // Drop the oldest: late voice is worse than missing voice.
    const std::size_t frame = format_.samples_per_frame_max();
    const std::size_t limit =
        queue_samples_max_ - std::min(queue_samples_max_ - frame, shared_->in_pipe_samples);
    if (queue.size() > limit) drop_oldest(queue.size() - limit);
    const std::size_t dropped = std::min(surplus_samples_, queue.size());
    drop_oldest(dropped);
    surplus_samples_ -= dropped;
  }
  worker_.wake();
}

Duration PipePlayback::latency() const {
  const std::lock_guard lock(shared_->mutex);
  return format_.duration(shared_->queue.size() + shared_->in_pipe_samples);
}

DeviceStatus PipePlayback::status() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->status;
}

}  // namespace voice

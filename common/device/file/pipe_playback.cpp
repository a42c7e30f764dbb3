#include "common/device/file/pipe_playback.hpp"

#include "common/device/file/byte_pipe.hpp"

#include <algorithm>

namespace voice {
namespace {

constexpr std::size_t queue_frames = 10;  // 200 ms, the age limit of audio
// Small, so that the rest can still be dropped when it grows old; one write.
constexpr std::size_t piece_samples = 256;
// Much more than may wait there: once the next page has been begun, a page takes no more, and it
// counts as full until it has been read to its end.
constexpr std::size_t pipe_bytes = 32768;
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
    : descriptor_(descriptor),
      // For sockets and terminals, the system counts something else.
      is_counted_(is_pipe(descriptor)),
      format_(format),
      queue_samples_max_(queue_frames * format.samples_per_frame_max()),
      shared_(std::make_shared<Shared>()),
      pacer_(format, Duration::zero(), playback_backlog_max),
      pace_(format),
      standing_(format.samples_per_frame_max()),
      worker_([descriptor,
               shared = shared_](Worker::Control& control) { pump(descriptor, *shared, control); },
              stop_patience) {
  const std::lock_guard lock(shared_->mutex);
  allow_in_pipe();
}

void PipePlayback::pump(int descriptor, Shared& shared, Worker::Control& control) {
  std::vector<std::uint8_t> bytes;
  block_pipe_signal();
  prepare_output_pipe(descriptor, pipe_bytes);
  const bool is_counted = is_pipe(descriptor);
  while (true) {
    bytes.clear();
    const std::size_t in_pipe = is_counted ? waiting_bytes(descriptor) / 2 : 0;
    bool has_room = false;
    {
      const std::lock_guard lock(shared.mutex);
      // At the end everything is written that fits.
      has_room = in_pipe < shared.pipe_samples_max || control.stop_requested();
      const std::size_t count = has_room ? std::min(piece_samples, shared.queue.size()) : 0;
      append_little_endian(bytes, std::span(shared.queue).first(count));
      shared.queue.erase(shared.queue.begin(), shared.queue.begin() + static_cast<long>(count));
      shared.moving_samples = count;
    }
    if (bytes.empty()) {
      if (has_room && control.stop_requested()) return;
      control.wait(has_room ? empty_queue_pause : full_pipe_pause);
      continue;
    }
    const auto result = write_all(descriptor, bytes, control);
    const std::lock_guard lock(shared.mutex);
    shared.moving_samples = 0;
    if (result.outcome == PipeOutcome::moved) continue;
    shared.status.state = DeviceState::failed;
    shared.status.detail = result.outcome == PipeOutcome::failed ? "stdout: " + result.error
                                                                 : "stdout: its reader has gone";
    return;
  }
}

std::size_t PipePlayback::held_samples() const {
  const std::size_t in_pipe = is_counted_ ? waiting_bytes(descriptor_) / 2 : 0;
  return shared_->queue.size() + shared_->moving_samples + in_pipe;
}

std::size_t PipePlayback::wanted(TimePoint now) {
  const std::lock_guard lock(shared_->mutex);
  if (!is_counted_ || shared_->status.state == DeviceState::failed) return pacer_.due(now);
  const bool was_slow = pace_.is_slow();
  const std::size_t wanted = pace_.wanted(held_samples(), now);
  if (was_slow != pace_.is_slow()) {
    standing_ = StandingQueue(format_.samples_per_frame_max());
    surplus_samples_ = 0;
  }
  allow_in_pipe();
  return wanted;
}

// A frame is written when less than the target is held.
void PipePlayback::allow_in_pipe() {
  shared_->pipe_samples_max = pace_.target_samples() + format_.samples_per_frame_max();
}

void PipePlayback::drop_oldest(std::size_t samples) {
  auto& queue = shared_->queue;
  queue.erase(queue.begin(), queue.begin() + static_cast<long>(samples));
  shared_->status.gap_samples += samples;
}

// Drop the oldest: late voice is worse than missing voice.
void PipePlayback::drop_what_is_late(std::size_t held, TimePoint now) {
  const std::size_t queued = shared_->queue.size();
  if (held > queue_samples_max_) drop_oldest(std::min(queued, held - queue_samples_max_));
  if (is_counted_ && !pace_.is_slow()) return;
  if (const std::size_t surplus = standing_.surplus(held, now)) surplus_samples_ = surplus;
  const std::size_t dropped = std::min(surplus_samples_, shared_->queue.size());
  drop_oldest(dropped);
  surplus_samples_ -= dropped;
}

void PipePlayback::write(std::span<const std::int16_t> pcm, TimePoint now) {
  pacer_.take(pcm.size());
  pace_.written(pcm.size());
  {
    const std::lock_guard lock(shared_->mutex);
    if (shared_->status.state == DeviceState::failed) {
      shared_->status.gap_samples += pcm.size();
      return;
    }
    const std::size_t held = held_samples();
    shared_->queue.insert(shared_->queue.end(), pcm.begin(), pcm.end());
    drop_what_is_late(held + pcm.size(), now);
  }
  worker_.wake();
}

Duration PipePlayback::latency() const {
  const std::lock_guard lock(shared_->mutex);
  return format_.duration(held_samples());
}

DeviceStatus PipePlayback::status() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->status;
}

}  // namespace voice

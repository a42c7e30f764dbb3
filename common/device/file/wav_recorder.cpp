#include "common/device/file/wav_recorder.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace voice {
namespace {

// A disk may take no writes for this long before samples are lost.
constexpr std::size_t queue_s = 30;
constexpr std::chrono::milliseconds empty_queue_pause{100};
constexpr std::chrono::seconds stop_patience{2};
constexpr std::size_t piece_samples = 4096;

}  // namespace

WavRecorder::WavRecorder(const std::string& path, AudioFormat format)
    : WavRecorder(path, format, [path, format] { return WavWriter::open(path, format); }) {}

WavRecorder::WavRecorder(const std::string& path, AudioFormat format, Open open)
    : shared_(std::make_shared<Shared>(queue_s * static_cast<std::size_t>(format.rate_hz()))),
      worker_([shared = shared_,
               open = std::move(open)](Worker::Control& control) { run(*shared, open, control); },
              stop_patience) {
  const std::lock_guard lock(shared_->mutex);
  if (shared_->status.path.empty()) shared_->status.path = path;
}

WavRecorder::~WavRecorder() {
  finish();
}

void WavRecorder::run(Shared& shared, const Open& open, Worker::Control& control) {
  const auto tell = [&shared](State state, const std::string& text) {
    const std::lock_guard lock(shared.mutex);
    shared.status.state = state;
    (state == State::failed ? shared.status.reason : shared.status.path) = text;
    shared.changed.notify_all();
  };
  auto opened = open();
  if (!opened) return tell(State::failed, opened.error().message);
  const std::string name = opened->path();
  tell(State::running, name);
  std::array<std::int16_t, piece_samples> piece{};
  while (true) {
    // Asked before the queue is read, so that what was queued before finish() is not missed.
    const bool last = [&shared] {
      const std::lock_guard lock(shared.mutex);
      return shared.finishing;
    }();
    const std::size_t count = shared.queue.pop(piece);
    if (count == 0 && last) break;
    if (count == 0) {
      control.wait(empty_queue_pause);
      continue;
    }
    const auto written = opened->write(std::span(piece).first(count));
    if (written) continue;
    const std::lock_guard lock(shared.mutex);
    shared.status.missing_samples += count + shared.queue.drop(shared.queue.size());
    shared.status.state = State::failed;
    shared.status.reason = written.error().message;
    shared.changed.notify_all();
    return;
  }
  const auto closed = opened->close();
  closed ? tell(State::finished, name) : tell(State::failed, closed.error().message);
}

void WavRecorder::write(std::span<const std::int16_t> pcm) {
  constexpr std::array<std::int16_t, piece_samples> silence{};
  const bool failed = has_failed();
  auto& queue = shared_->queue;
  while (!failed && owed_silence_ > 0) {
    const std::size_t pushed =
        queue.push(std::span(silence).first(std::min(owed_silence_, silence.size())));
    owed_silence_ -= pushed;
    if (pushed == 0) break;
  }
  const std::size_t stored = failed || owed_silence_ > 0 ? 0 : queue.push(pcm);
  if (stored < pcm.size()) {
    owed_silence_ += pcm.size() - stored;
    const std::lock_guard lock(shared_->mutex);
    shared_->status.missing_samples += pcm.size() - stored;
  }
  worker_.wake();
}

void WavRecorder::finish() {
  {
    const std::lock_guard lock(shared_->mutex);
    shared_->finishing = true;
  }
  worker_.wake();
}

WavRecorder::Status WavRecorder::wait_until_open(Duration patience) {
  std::unique_lock lock(shared_->mutex);
  shared_->changed.wait_for(lock, patience,
                            [this] { return shared_->status.state != State::opening; });
  return shared_->status;
}

WavRecorder::Status WavRecorder::wait_until_finished(Duration patience) {
  std::unique_lock lock(shared_->mutex);
  const auto is_over = [this] {
    return shared_->status.state == State::finished || shared_->status.state == State::failed;
  };
  shared_->changed.wait_for(lock, patience, is_over);
  Status status = shared_->status;
  if (status.state != State::finished) status.missing_samples += shared_->queue.size();
  return status;
}

bool WavRecorder::has_failed() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->status.state == State::failed;
}

WavRecorder::Status WavRecorder::status() const {
  const std::lock_guard lock(shared_->mutex);
  Status status = shared_->status;
  // What was queued at the moment of the failure is never written.
  if (status.state == State::failed) status.missing_samples += shared_->queue.size();
  return status;
}

}  // namespace voice

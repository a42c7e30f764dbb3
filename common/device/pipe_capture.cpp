#include "common/device/pipe_capture.hpp"

#include "common/core/bytes.hpp"
#include "common/device/byte_pipe.hpp"

#include <array>

namespace voice {
namespace {

constexpr std::size_t ring_frames = 10;  // 200 ms
constexpr std::chrono::milliseconds full_ring_pause{5};
// Several times the moment a read may wait; a read that cannot be bounded (Windows) is left behind.
constexpr std::chrono::milliseconds stop_patience{500};

std::int16_t sample_at(const std::uint8_t* bytes) {
  return static_cast<std::int16_t>(
      static_cast<std::uint16_t>(bytes[0] | (unsigned{bytes[1]} << 8)));
}

}  // namespace

PipeCapture::PipeCapture(int descriptor, AudioFormat format)
    : shared_(std::make_shared<Shared>(ring_frames * format.samples_per_frame_max())),
      pacer_(format, capture_lead, capture_backlog_max),
      worker_([descriptor,
               shared = shared_](Worker::Control& control) { pump(descriptor, *shared, control); },
              stop_patience) {}

void PipeCapture::pump(int descriptor, Shared& shared, Worker::Control& control) {
  std::array<std::uint8_t, 1024> bytes{};
  std::array<std::int16_t, bytes.size() / 2> samples{};
  std::size_t held = 0;  // half a sample that came at the end of a read
  prepare_pipe(descriptor, shared.ring.capacity() * 2);
  while (!control.stop_requested()) {
    const std::size_t room = shared.ring.capacity() - shared.ring.size();
    if (room == 0) {
      control.wait(full_ring_pause);
      continue;
    }
    const std::size_t want = std::min(bytes.size(), room * 2);
    const auto result = read_some(descriptor, std::span(bytes).first(want).subspan(held));
    if (result.outcome == PipeOutcome::closed) {
      shared.source.store(Source::closed, std::memory_order_release);
      return;
    }
    if (result.outcome == PipeOutcome::failed) {
      shared.error = result.error;
      shared.source.store(Source::failed, std::memory_order_release);
      return;
    }
    held += result.bytes;
    const std::size_t whole = held / 2;
    for (std::size_t i = 0; i < whole; ++i) samples[i] = sample_at(&bytes[2 * i]);
    shared.ring.push(std::span(samples).first(whole));
    if (held % 2 != 0) bytes[0] = bytes[held - 1];
    held %= 2;
  }
}

std::size_t PipeCapture::read(std::span<std::int16_t> out, TimePoint now) {
  // Asked before the ring is emptied: what the thread pushed before it ended is then surely seen.
  const Source source = shared_->source.load(std::memory_order_acquire);
  const std::size_t due = std::min(out.size(), pacer_.due(now));
  const std::size_t count = shared_->ring.pop(out.first(due));
  pacer_.take(count);
  if (source != Source::open && count < due) {
    state_ = source == Source::closed ? DeviceState::ended : DeviceState::failed;
  }
  return count;
}

DeviceStatus PipeCapture::status() const {
  if (state_ == DeviceState::failed) return {state_, "stdin: " + shared_->error, 0};
  return {state_, "stdin", 0};
}

}  // namespace voice

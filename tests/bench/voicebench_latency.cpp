#include "tests/bench/voicebench_latency.hpp"

#include <algorithm>
#include <cmath>

namespace voicebench {
namespace {

constexpr std::size_t marker = 0;
constexpr std::chrono::seconds patience{2};
// Long enough for any jitter buffer to run dry: what it still holds is no longer than the time
// until the trial was heard.
constexpr std::chrono::milliseconds pause{150};

/// The first moment after `earliest` at the trial's offset within a frame. The ticks of a server
/// are also 20 ms apart, at an unknown offset. Multiples of the golden ratio fill the 20 ms evenly,
/// however many there are; with random offsets, the median of a hundred would vary by a
/// millisecond.
TimePoint moment_of(std::size_t trial, TimePoint earliest) noexcept {
  constexpr double golden_ratio = 0.6180339887498949;
  const double turns = static_cast<double>(trial) * golden_ratio;
  const auto phase = std::chrono::duration_cast<Duration>(
      (turns - std::floor(turns)) *
      std::chrono::duration<double, std::nano>(voice::frame_duration));
  const Duration since = earliest.time_since_epoch() - phase;
  const Duration wait = voice::frame_duration - since % Duration{voice::frame_duration};
  return earliest + wait;
}

}  // namespace

LatencyProbe::LatencyProbe(Crowd& crowd, std::size_t trials)
    : crowd_(crowd), trials_(trials), speech_(crowd.format()), heard_(crowd.receivers(), 0) {
  end();
}

void LatencyProbe::slot() {
  if (done()) return;
  if (running_) {
    collect();
    if (missing_ == 0 || now() - sent_ > patience) return end();
    if (now() >= next_) {
      crowd_.peer(marker).send(speech_.next(Sound::silence));
      next_ += voice::frame_duration;
    }
    return;
  }
  // The trial's moment may be anywhere in the slot, not only at its beginning.
  if (next_ - now() >= slot_duration) return;
  std::this_thread::sleep_until(next_);
  start();
}

void LatencyProbe::start() {
  static_cast<void>(crowd_.take_loud_frames());  // late ones of the previous trial
  running_ = true;
  missing_ = crowd_.receivers() - 1;
  first_heard_ = patience;
  const auto message = speech_.next(Sound::loud);
  sent_ = now();
  crowd_.peer(marker).send(message);
  next_ = sent_ + voice::frame_duration;
}

void LatencyProbe::collect() {
  for (const LoudFrame& loud : crowd_.take_loud_frames()) {
    if (loud.receiver == marker || heard_[loud.receiver] == trial_) continue;
    heard_[loud.receiver] = trial_;
    --missing_;
    const Duration latency = loud.arrival - sent_;
    first_heard_ = std::min(first_heard_, latency);
    each_.add(latency);
  }
}

void LatencyProbe::end() {
  if (running_) {
    missed_ += missing_;
    if (first_heard_ < patience) first_.add(first_heard_);
  }
  running_ = false;
  ++trial_;
  const Duration drain = sent_ == TimePoint{} ? Duration{0} : now() - sent_;
  next_ = moment_of(trial_, now() + pause + drain);
}

}  // namespace voicebench

#include "tests/bench/voicebench_latency.hpp"

#include <algorithm>

namespace voicebench {
namespace {

constexpr std::size_t marker = 0;
constexpr std::chrono::seconds patience{2};
// Long enough for any jitter buffer to run dry: what it still holds is no longer than what the
// trial took to be heard.
constexpr std::chrono::milliseconds pause{150};

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
  // The trial's moment lies anywhere in the slot, not only where slots begin.
  if (next_ - now() >= slot_duration) return;
  std::this_thread::sleep_until(next_);
  start();
}

void LatencyProbe::start() {
  static_cast<void>(crowd_.take_loud_frames());  // late ones of the trial before
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
  std::uniform_int_distribution<int> phase_us(0, 20'000);
  const Duration drain = sent_ == TimePoint{} ? Duration{0} : now() - sent_;
  next_ = now() + pause + drain + std::chrono::microseconds{phase_us(random_)};
}

}  // namespace voicebench

#include "tests/bench/sound/client_ends.hpp"

#include <array>

namespace bench {
namespace {

using voice::Duration;

constexpr std::chrono::milliseconds way{3};
// CardPlayback's: a block, the next pump, and 10 ms of lateness.
constexpr std::chrono::milliseconds ring_held{25};

// What has passed by a clock that is too fast, in whole blocks.
Duration by_clock(Duration now, double ppm, Duration block) {
  const auto passed = std::chrono::duration_cast<Duration>(now * (1 + ppm * 1e-6));
  return passed / block * block;
}

}  // namespace

MicrophoneEnd::MicrophoneEnd(double ppm, Duration lump) : ppm_(ppm), lump_(lump) {}

std::size_t MicrophoneEnd::pump(Duration now) {
  const auto all =
      std::chrono::duration_cast<std::chrono::microseconds>(by_clock(now, ppm_, lump_));
  const auto captured = static_cast<std::size_t>(all.count() * format_.rate_hz() / 1'000'000);
  const std::vector<std::int16_t> pcm(captured - captured_);
  smoother_.push(pcm);
  captured_ = captured;
  const voice::TimePoint time{now};
  const bool has_frame = smoother_.size_samples() >= format_.samples_per_frame_max();
  if (schedule_.next() <= time && phase_.puts_off(has_frame)) schedule_.shift(pump_period);
  std::size_t sent = 0;
  bool is_ticked = false;
  for (; schedule_.take(time); is_ticked = true) {
    for (std::size_t due = smoother_.frames_due(); due > 0; --due, ++sent) (void)smoother_.take();
  }
  if (!is_ticked) return 0;
  schedule_.shift(-phase_.after_tick(format_.duration(smoother_.size_samples())));
  return sent;
}

bool LoudspeakerEnd::takes(Duration now) {
  const Duration held = frames_ * voice::frame_duration - by_clock(now, ppm_, card_block);
  if (held >= ring_held) return false;
  held_ = std::max(held, Duration::zero());
  ++frames_;
  return true;
}

Arrivals arrivals_from_source(std::size_t packets, double ppm, Duration lump) {
  MicrophoneEnd end(ppm, lump);
  Arrivals arrivals;
  for (Duration now{0}; arrivals.size() < packets; now += pump_period) {
    arrivals.insert(arrivals.end(), end.pump(now), now + way);
  }
  arrivals.resize(packets);
  return arrivals;
}

Takes takes_of_card(Duration length, double ppm) {
  LoudspeakerEnd end(ppm);
  Takes takes;
  for (Duration now{0}; now < length; now += pump_period) {
    while (end.takes(now)) takes.push_back(now);
  }
  return takes;
}

}  // namespace bench

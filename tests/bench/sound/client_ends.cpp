#include "tests/bench/sound/client_ends.hpp"

#include <array>

namespace bench {
namespace {

using voice::Duration;

constexpr std::chrono::milliseconds way{3};
// CardPlayback's: a block, the next pump, and 10 ms of lateness.
constexpr std::chrono::milliseconds ring_held{25};
// After that, a reader of stdout has shown how it reads.
constexpr std::chrono::seconds settled{10};

// The time that has passed by a clock that is too fast, in whole blocks.
Duration by_clock(Duration now, double ppm, Duration block) {
  const auto passed = std::chrono::duration_cast<Duration>(now * (1 + ppm * 1e-6));
  return passed / block * block;
}

// A device plays one frame after another by its own clock, whenever it received them.
Duration heard_at(std::size_t frames, double ppm) {
  const auto played = static_cast<int>(frames) * voice::frame_duration;
  return std::chrono::duration_cast<Duration>(played / (1 + ppm * 1e-6));
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
  phase_.look(has_frame, time);
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

// Missing sound is played as silence.
void ReaderEnd::read(Duration now) {
  const bool reads_ahead = reader_.reserve > Duration::zero();
  if (!began_ && read_ >= reader_.reserve) began_ = now;
  if (!began_) {
    read_ = std::min(given_, reader_.reserve);
    return;
  }
  const Duration played = by_clock(now - *began_, reader_.ppm, reader_.lump) - missed_;
  if (reads_ahead) {
    missed_ += std::max(played - read_, Duration::zero());
    const Duration room = reader_.reserve - (read_ - std::min(played, read_));
    if (room >= reader_.lump) read_ += std::min(room, given_ - read_);
  } else {
    read_ = std::min(played + reader_.lump, given_);
    missed_ += played + reader_.lump - read_;
  }
}

bool ReaderEnd::takes(Duration now) {
  read(now);
  const Duration sample = Duration{voice::frame_duration} / 160;
  const auto held = static_cast<std::size_t>((given_ - read_) / sample);
  if (pace_.wanted(held, voice::TimePoint{now}) == 0) return false;
  pace_.written(160);
  given_ += voice::frame_duration;
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
    while (end.takes(now)) takes.push_back({now, heard_at(takes.size(), ppm)});
  }
  return takes;
}

Reading takes_of_reader(Duration length, const Reader& reader) {
  ReaderEnd end(reader);
  Reading reading;
  Duration missed_before{0};
  for (Duration now{0}; now < length; now += pump_period) {
    while (end.takes(now)) {
      reading.takes.push_back({now, heard_at(reading.takes.size(), reader.ppm)});
    }
    if (now <= settled) missed_before = end.missed();
  }
  reading.missed = end.missed() - missed_before;
  return reading;
}

}  // namespace bench

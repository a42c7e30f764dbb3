#include "common/device/card/card_playback.hpp"

#include <algorithm>

namespace voice {
namespace {

constexpr std::size_t piece_samples = 512;
// The supervisor notices this, too, but a sound system that hangs may hold it up; the call goes on.
constexpr std::chrono::milliseconds silence_max{1200};
// A card takes its whole buffer at once when it starts; that says nothing about its usual pace.
constexpr std::uint64_t callbacks_settling = 50;
// The usual lateness of a busy machine is worth a fuller ring; a stall once an hour is not.
constexpr std::chrono::milliseconds lateness_max{60};

}  // namespace

CardPlayback::CardPlayback(std::shared_ptr<SoundCard> card, AudioFormat format, SoundTiming timing)
    : card_(std::move(card)),
      format_(format),
      timing_(timing),
      pacer_(format, Duration::zero(), playback_backlog_max),
      resampler_(format.rate_hz(), format.rate_hz()),
      resampled_(piece_samples),
      target_(format.rate_hz(), 0) {}

void CardPlayback::change_to(std::shared_ptr<CardLane> lane) {
  if (lane_) gap_samples_ += lane_->gap_samples_at(format_);
  lane_ = std::move(lane);
  callbacks_seen_ = 0;
  owed_samples_ = 0;
  if (!lane_) return;
  ++starts_;
  resampler_ = Resampler(format_.rate_hz(), lane_->rate_hz());
  const int block = lane_->rate_hz() / blocks_per_second(timing_.latency);
  target_ = PlaybackTarget(lane_->rate_hz(), static_cast<std::size_t>(block),
                           {timing_.writer_interval, writer_lateness(timing_.latency)});
}

bool CardPlayback::follow(TimePoint now) {
  auto lane = card_->lane(Direction::playback);
  const bool is_new = lane != lane_;
  if (is_new) change_to(std::move(lane));
  const std::uint64_t callbacks = lane_ ? lane_->callbacks.load(std::memory_order_relaxed) : 0;
  if (is_new || callbacks != callbacks_seen_) callbacks_seen_at_ = now;
  callbacks_seen_ = callbacks;
  const bool calls = lane_ && now - callbacks_seen_at_ <= silence_max;
  if (card_calls_ && !calls) {
    pacer_.restart();
    // What is in the ring will be old when the card continues.
    if (lane_) lane_->stale.store(true, std::memory_order_relaxed);
  }
  card_calls_ = calls;
  return calls;
}

std::size_t CardPlayback::wanted(TimePoint now) {
  if (!follow(now)) return pacer_.due(now);
  const bool was_full = owed_samples_ == 0 && callbacks_seen_ > callbacks_settling &&
                        now - wanted_at_ <= lateness_max;
  target_.observe(
      {lane_->gap_samples.load(std::memory_order_relaxed), lane_->ring.size(), was_full}, now);
  wanted_at_ = now;
  const std::size_t missing = target_.samples() - std::min(target_.samples(), lane_->ring.size());
  const auto card_rate_hz = static_cast<std::size_t>(lane_->rate_hz());
  const auto rate_hz = static_cast<std::size_t>(format_.rate_hz());
  owed_samples_ = (missing * rate_hz + card_rate_hz - 1) / card_rate_hz;
  return owed_samples_;
}

void CardPlayback::write(std::span<const std::int16_t> pcm, TimePoint now) {
  if (!follow(now)) return pacer_.take(pcm.size());
  owed_samples_ -= std::min(owed_samples_, pcm.size());
  while (!pcm.empty()) {
    const auto step = resampler_.process(pcm, resampled_);
    const std::size_t stored = lane_->ring.push(std::span(resampled_).first(step.produced));
    gap_samples_ += lane_->samples_at(format_, step.produced - stored);
    pcm = pcm.subspan(step.consumed);
  }
}

Duration CardPlayback::latency() const {
  if (!card_calls_) return Duration::zero();
  const double ring_s = static_cast<double>(lane_->ring.size()) / lane_->rate_hz();
  const double filter_s = static_cast<double>(resampler_.delay_samples()) / format_.rate_hz();
  return std::chrono::duration_cast<Duration>(
      std::chrono::duration<double>(ring_s + filter_s + lane_->card_latency_s.load()));
}

DeviceStatus CardPlayback::status() const {
  DeviceStatus status = card_->status(Direction::playback);
  status.gap_samples = gap_samples_;
  if (lane_) status.gap_samples += lane_->gap_samples_at(format_);
  status.starts = starts_;
  return status;
}

}  // namespace voice

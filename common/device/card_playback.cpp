#include "common/device/card_playback.hpp"

namespace voice {
namespace {

constexpr std::size_t piece_samples = 512;
constexpr std::size_t blocks_per_second =
    100;  // what the card is asked for, until it shows its own way

}  // namespace

CardPlayback::CardPlayback(std::shared_ptr<SoundCard> card, AudioFormat format)
    : card_(std::move(card)),
      format_(format),
      pacer_(format, Duration::zero(), playback_backlog_max),
      resampler_(format.rate_hz(), format.rate_hz()),
      target_(format.rate_hz(), 0),
      resampled_(piece_samples) {}

void CardPlayback::follow(const std::shared_ptr<CardLane>& lane) {
  if (lane == lane_) return;
  if (lane_) gap_samples_ += lane_->gap_samples.load(std::memory_order_relaxed);
  lane_ = lane;
  pacer_.restart();
  was_filled_ = false;
  if (!lane_) return;
  resampler_ = Resampler(format_.rate_hz(), lane_->rate_hz());
  target_ = PlaybackTarget(lane_->rate_hz(),
                           static_cast<std::size_t>(lane_->rate_hz()) / blocks_per_second);
}

std::size_t CardPlayback::wanted(TimePoint now) {
  follow(card_->lane(Direction::playback));
  if (!lane_) return pacer_.due(now);
  target_.observe(lane_->gap_samples.load(std::memory_order_relaxed), was_filled_);
  const std::size_t fill = lane_->ring.size();
  if (fill >= target_.samples()) return 0;
  const auto card_rate_hz = static_cast<std::size_t>(lane_->rate_hz());
  const auto rate_hz = static_cast<std::size_t>(format_.rate_hz());
  return ((target_.samples() - fill) * rate_hz + card_rate_hz - 1) / card_rate_hz;
}

void CardPlayback::write(std::span<const std::int16_t> pcm, TimePoint) {
  follow(card_->lane(Direction::playback));
  if (!lane_) return pacer_.take(pcm.size());
  while (!pcm.empty()) {
    const auto step = resampler_.process(pcm, resampled_);
    const std::size_t stored = lane_->ring.push(std::span(resampled_).first(step.produced));
    gap_samples_ += step.produced - stored;
    pcm = pcm.subspan(step.consumed);
  }
  was_filled_ = lane_->ring.size() + piece_samples / 2 >= target_.samples();
}

Duration CardPlayback::latency() const {
  if (!lane_) return Duration::zero();
  const double ring_s = static_cast<double>(lane_->ring.size()) / lane_->rate_hz();
  return std::chrono::duration_cast<Duration>(
      std::chrono::duration<double>(ring_s + lane_->card_latency_s.load()));
}

DeviceStatus CardPlayback::status() const {
  DeviceStatus status = card_->status(Direction::playback);
  status.gap_samples = gap_samples_;
  if (lane_) status.gap_samples += lane_->gap_samples.load(std::memory_order_relaxed);
  return status;
}

}  // namespace voice

#include "common/device/card/card_capture.hpp"

namespace voice {
namespace {

// Sound older than this is dropped; some cards deliver bursts of 80 ms and more.
constexpr int age_ms_max = 300;
// In that case something was stopped, and only this much is kept, the newest: what is handed out
// stays as delay until the next pause.
constexpr int kept_ms = 60;
constexpr std::size_t piece_samples = 512;

}  // namespace

CardCapture::CardCapture(std::shared_ptr<SoundCard> card, AudioFormat format)
    : card_(std::move(card)), format_(format), resampler_(format.rate_hz(), format.rate_hz()) {
  taken_.reserve(piece_samples);
}

void CardCapture::follow(const std::shared_ptr<CardLane>& lane) {
  if (lane == lane_) return;
  if (lane_) gap_samples_ += lane_->gap_samples_at(format_);
  lane_ = lane;
  if (lane_) resampler_ = Resampler(lane_->rate_hz(), format_.rate_hz());
  if (lane_) ++starts_;
  taken_.clear();
  taken_used_ = 0;
}

std::size_t CardCapture::read(std::span<std::int16_t> out, TimePoint) {
  follow(card_->lane(Direction::capture));
  if (!lane_) return 0;
  auto& ring = lane_->ring;
  const auto samples_max = static_cast<std::size_t>(lane_->rate_hz() * age_ms_max / 1000);
  if (ring.size() > samples_max) {
    const std::size_t dropped =
        ring.drop(ring.size() - static_cast<std::size_t>(lane_->rate_hz() * kept_ms / 1000));
    gap_samples_ += lane_->samples_at(format_, dropped);
  }
  std::size_t filled = 0;
  while (filled < out.size()) {
    if (taken_used_ == taken_.size()) {
      taken_.resize(piece_samples);
      taken_.resize(ring.pop(taken_));
      taken_used_ = 0;
      if (taken_.empty()) break;
    }
    const auto step =
        resampler_.process(std::span(taken_).subspan(taken_used_), out.subspan(filled));
    taken_used_ += step.consumed;
    filled += step.produced;
  }
  return filled;
}

Duration CardCapture::latency() const {
  if (!lane_) return Duration::zero();
  const std::size_t held =
      lane_->ring.size() + taken_.size() - taken_used_ + resampler_.delay_samples();
  const double held_s = static_cast<double>(held) / lane_->rate_hz();
  return std::chrono::duration_cast<Duration>(
      std::chrono::duration<double>(held_s + lane_->card_latency_s.load()));
}

DeviceStatus CardCapture::status() const {
  DeviceStatus status = card_->status(Direction::capture);
  status.gap_samples = gap_samples_;
  if (lane_) status.gap_samples += lane_->gap_samples_at(format_);
  status.starts = starts_;
  return status;
}

}  // namespace voice

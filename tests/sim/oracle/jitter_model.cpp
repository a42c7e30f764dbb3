#include "tests/sim/oracle/jitter_model.hpp"

#include "tests/sim/oracle/ulaw_oracle.hpp"

#include <algorithm>

namespace sim {

std::size_t frame_samples(int rate_hz, std::uint64_t index) noexcept {
  const auto rate = static_cast<std::uint64_t>(rate_hz);
  return static_cast<std::size_t>((index + 1) * rate / 50 - index * rate / 50);
}

JitterModel::JitterModel(int rate_hz, int depth_packets) noexcept
    : frame_(static_cast<std::size_t>(rate_hz) / 50),
      frame_long_((static_cast<std::size_t>(rate_hz) + 49) / 50),
      depth_(static_cast<std::size_t>(depth_packets)) {}

void JitterModel::insert(std::optional<std::uint16_t> sequence, voice::Bytes ulaw) {
  if (sequence && !follow(*sequence)) return;
  ++accepted_;
  ulaw = ulaw.first(std::min(ulaw.size(), 4 * frame_long_));
  samples_.insert(samples_.end(), ulaw.begin(), ulaw.end());
  append(ulaw.size());
  keep_within(depth_ * frame_long_, depth_ / 2 * frame_long_);
  if (!playing_ && !samples_.empty() && samples_.size() >= depth_ / 2 * frame_long_) {
    start_playing();
  }
}

// One tick more than N: at 11025 Hz N long frames are more than N ticks take.
void JitterModel::append(std::size_t count) {
  if (count != 0) arrivals_.push_back({ticks_, count, depth_ + 1});
}

void JitterModel::start_playing() {
  playing_ = true;
  for (Arrival& arrival : arrivals_) arrival.tick = ticks_;
}

void JitterModel::erase_front(std::size_t count) {
  samples_.erase(samples_.begin(), samples_.begin() + static_cast<std::ptrdiff_t>(count));
  while (count != 0) {
    const std::size_t part = std::min(count, arrivals_.front().samples);
    arrivals_.front().samples -= part;
    count -= part;
    if (arrivals_.front().samples == 0) arrivals_.pop_front();
  }
}

bool JitterModel::follow(std::uint16_t sequence) {
  // Round the circle, whichever way is shorter.
  int ahead = last_ ? (sequence - *last_ + 65536) % 65536 : 1;
  if (ahead >= 32768) ahead -= 65536;
  if (ahead == 0 || (ahead < 0 && ahead >= -100)) return false;
  if (ahead > 1 && ahead <= 3000) {
    const auto missing = static_cast<std::size_t>(ahead - 1);
    lost_ += missing;
    if (playing_) {
      const std::size_t gap = std::min(missing * frame_, depth_ * frame_long_);
      samples_.insert(samples_.end(), gap, ulaw::silence);
      append(gap);
    }
  }
  last_ = sequence;
  return true;
}

void JitterModel::keep_within(std::size_t limit, std::size_t target) {
  if (samples_.size() <= limit) return;
  dropped_samples_ += samples_.size() - target;
  erase_front(samples_.size() - target);
}

std::size_t JitterModel::take(std::span<std::uint8_t> out) {
  std::fill(out.begin(), out.end(), ulaw::silence);
  ++ticks_;
  if (!playing_) return 0;
  const std::size_t count = std::min(out.size(), samples_.size());
  std::copy_n(samples_.begin(), count, out.begin());
  if (count != 0) {
    const Arrival& oldest = arrivals_.front();
    overdue_ = overdue_ || ticks_ - oldest.tick > oldest.ticks_max;
  }
  erase_front(count);
  playing_ = count == out.size();
  return count;
}

void JitterModel::set_depth(int depth_packets) {
  depth_ = static_cast<std::size_t>(depth_packets);
  keep_within(depth_ * frame_long_, depth_ / 2 * frame_long_);
}

void JitterModel::reset() {
  samples_.clear();
  arrivals_.clear();
  playing_ = false;
  last_.reset();
}

}  // namespace sim

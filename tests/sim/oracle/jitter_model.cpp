#include "tests/sim/oracle/jitter_model.hpp"

#include "tests/sim/oracle/ulaw_oracle.hpp"

#include <algorithm>

namespace sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using voice::Insert;

constexpr std::size_t longest_packet_frames = 4;
constexpr std::size_t groups_max = 8;

}  // namespace

std::size_t frame_samples(int rate_hz, std::uint64_t index) noexcept {
  const auto rate = static_cast<std::uint64_t>(rate_hz);
  return static_cast<std::size_t>((index + 1) * rate / 50 - index * rate / 50);
}

JitterModel::JitterModel(int rate_hz, int depth_packets) noexcept
    : frame_(static_cast<std::size_t>(rate_hz) / 50),
      frame_long_((static_cast<std::size_t>(rate_hz) + 49) / 50),
      depth_(static_cast<std::size_t>(depth_packets)),
      depth_set_(depth_) {}

voice::Duration JitterModel::wait_max() const noexcept {
  return milliseconds{20 * static_cast<int>(depth_) + 200};
}

Insert JitterModel::insert(std::optional<PacketNumbers> numbers, voice::Bytes ulaw, TimePoint now) {
  if (numbers) {
    const Insert verdict = follow(*numbers, ulaw.size(), now);
    if (verdict != Insert::accepted) return verdict;
  }
  throw_away_old(now, wait_max());
  ++counters_.packets;
  const std::size_t longest = longest_packet_frames * frame_long_;
  if (ulaw.size() > longest) counters_.cut_samples += ulaw.size() - longest;
  ulaw = ulaw.first(std::min(ulaw.size(), longest));
  append(ulaw.size(), ulaw.data(), now);
  arrived_since_tick_ += ulaw.size();
  hold_lumps(ulaw.size(), now);
  const bool overflow = keep_within();
  if (overflow) ++counters_.overflows;
  if (!playing_ && !samples_.empty() && samples_.size() >= target()) {
    playing_ = true;
    ++counters_.primed;
  }
  return overflow ? Insert::overflow : Insert::accepted;
}

// Arrivals close to each other are recorded as one, with the time of the first.
void JitterModel::append(std::size_t count, const std::uint8_t* codes, TimePoint now) {
  if (count == 0) return;
  const bool joins =
      !samples_.empty() && (now - samples_.back().told < wait_max() / 6 || groups() == groups_max);
  const TimePoint told = joins ? samples_.back().told : now;
  for (std::size_t i = 0; i < count; ++i) {
    samples_.push_back({codes == nullptr ? ulaw::silence : codes[i], now, told, wait_max()});
  }
}

std::size_t JitterModel::groups() const {
  std::size_t count = 0;
  const TimePoint* before = nullptr;
  for (const Sample& sample : samples_) {
    if (before == nullptr || *before != sample.told) ++count;
    before = &sample.told;
  }
  return count;
}

void JitterModel::erase_front(std::size_t count) {
  samples_.erase(samples_.begin(), samples_.begin() + static_cast<std::ptrdiff_t>(count));
}

Insert JitterModel::follow(const PacketNumbers& numbers, std::size_t samples, TimePoint now) {
  if (now - last_numbers_at_ > seconds{5}) last_.reset();
  last_numbers_at_ = now;
  // The shorter way round the circle of 65536 numbers.
  int ahead = last_ ? (numbers.sequence - last_->sequence + 65536) % 65536 : 1;
  if (ahead >= 32768) ahead -= 65536;
  if (ahead == 0) return ++counters_.duplicates, Insert::duplicate;
  if (ahead < 0 && ahead >= -100) return ++counters_.late, Insert::late;
  if (ahead > 1 && ahead <= 3000) {
    const auto missing = static_cast<std::size_t>(ahead - 1);
    counters_.lost += missing;
    std::size_t gap = static_cast<std::uint32_t>(numbers.timestamp - last_->timestamp);
    if (gap == 0 || gap > missing * longest_packet_frames * frame_long_) gap = missing * frame_;
    if (playing_) append(std::min(gap, depth_ * frame_long_), nullptr, now);
  }
  last_ = {numbers.sequence, static_cast<std::uint32_t>(numbers.timestamp + samples)};
  return Insert::accepted;
}

void JitterModel::hold_lumps(std::size_t packet, TimePoint now) {
  if (samples_.size() <= depth_ * frame_long_ && depth_ == depth_set_) return;
  const std::size_t at_once = (arrived_since_tick_ + frame_long_ - 1) / frame_long_;
  const bool stalled = at_once > longest_packet_frames;
  const bool lump = !stalled && (at_once >= 3 || packet > frame_long_);
  if (lump && at_once + 2 > depth_set_) {
    lump_at_ = now;
    if (2 * at_once <= depth_) return;
    if (depth_ == depth_set_) {
      deepened_at_ = now;
      ++counters_.deepened;
    }
    use_depth(2 * at_once);
    return;
  }
  const bool by_mistake = stalled && now - deepened_at_ < milliseconds{20};
  if (by_mistake || now - lump_at_ > seconds{10}) use_depth(depth_set_);
}

void JitterModel::use_depth(std::size_t depth) {
  depth_ = depth;
  full_.clear();
  for (Sample& sample : samples_) sample.wait_max = std::max(sample.wait_max, wait_max());
}

bool JitterModel::keep_within() {
  if (samples_.size() <= depth_ * frame_long_) return false;
  counters_.dropped_samples += samples_.size() - target();
  erase_front(samples_.size() - target());
  return true;
}

// A group is dropped as a whole when its first sample has waited too long.
void JitterModel::throw_away_old(TimePoint now, Duration wait_max) {
  if (samples_.empty() || now - samples_.front().told <= wait_max) return;
  while (!samples_.empty() && now - samples_.front().told > wait_max) {
    samples_.pop_front();
    ++counters_.expired_samples;
  }
  if (samples_.size() < target()) playing_ = false;
}

std::size_t JitterModel::take(std::span<std::uint8_t> out, TimePoint now) {
  std::fill(out.begin(), out.end(), ulaw::silence);
  throw_away_old(now, wait_max());
  // The time after which N/2 packets of a stream would have come; 200 ms later, it is too late to
  // start.
  const Duration due = static_cast<int>(depth_ / 2) * milliseconds{20};
  if (!playing_) throw_away_old(now, due + milliseconds{200});
  const bool waits = !playing_ && samples_.size() >= 3 * frame_long_;
  if (waits && now - samples_.front().told >= due) {
    playing_ = true;
    ++counters_.primed;
  }
  std::size_t count = 0;
  if (playing_) {
    count = std::min(out.size(), samples_.size());
    for (std::size_t i = 0; i < count; ++i) {
      out[i] = samples_[i].code;
      overdue_ = overdue_ || now - samples_[i].arrived > samples_[i].wait_max;
    }
    erase_front(count);
    playing_ = count == out.size();
    if (!playing_) ++counters_.underflows;
  }
  let_go_of_excess();
  arrived_since_tick_ = 0;
  return count;
}

// If every tick for three seconds, or for N times 200 ms, has left more than N/2 by at least an
// eighth of N, and at least one packet, then everything beyond N/2 - 1 is only delay. It is removed
// where it is quiet, or after one more second.
void JitterModel::let_go_of_excess() {
  const std::size_t spare = std::max<std::size_t>(1, depth_ / 8);
  const std::size_t ticks = std::max<std::size_t>(150, 10 * depth_);
  if (samples_.size() < target() + spare * frame_long_) {
    full_.clear();
    return;
  }
  full_.push_back(samples_.size());
  if (full_.size() < ticks) return;
  const std::size_t excess = *std::min_element(full_.begin(), full_.end()) + frame_long_ - target();
  const bool quiet =
      std::all_of(samples_.begin(), samples_.begin() + static_cast<std::ptrdiff_t>(excess),
                  [](const Sample& sample) { return (sample.code | 0x80) >= 0xE0; });
  if (!quiet && full_.size() < ticks + 50) return;
  counters_.excess_samples += excess;
  erase_front(excess);
  full_.clear();
}

void JitterModel::set_depth(int depth_packets) {
  depth_set_ = static_cast<std::size_t>(depth_packets);
  use_depth(depth_set_);
  keep_within();
}

void JitterModel::reset() {
  samples_.clear();
  full_.clear();
  arrived_since_tick_ = 0;
  playing_ = false;
  last_.reset();
}

}  // namespace sim

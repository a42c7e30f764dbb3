#include "common/playout/delay_control.hpp"

#include "common/core/assert.hpp"

#include <algorithm>

namespace voice {
namespace {

constexpr int beats_per_window = 5;  // half a second
constexpr std::ptrdiff_t bin_ms = 10;
// A packet: if packets come just before the ticks, one may come just after, and clocks that differ
// lead to that sooner or later.
constexpr std::ptrdiff_t reserve_ms = 20;
constexpr std::ptrdiff_t reserve_ms_min = 5;
// A stream is played for the first time as if a packet had been late already.
constexpr std::size_t bin_at_first = 2;
// Less than this is not worth a correction, which removes or adds a pitch period.
constexpr std::ptrdiff_t surplus_min_ms = 10;
constexpr std::ptrdiff_t shortage_min_ms = 5;
constexpr std::ptrdiff_t shift_max_ms = 25;
// Less than this beyond the reserve must have been there in two beats.
constexpr std::ptrdiff_t spare_seen_twice_ms = 45;
// When a talker pauses, so much beyond the goal is no chance: something has stalled.
constexpr std::ptrdiff_t stalled_ms = 60;
constexpr std::size_t windows_now = 8;
// Much takes longer to remove: so that the delay is back within five seconds all the same, it is
// kept for less time.
constexpr std::size_t much_bins = 18;
constexpr std::size_t windows_now_if_much = 6;
constexpr std::size_t calm_share = 2;
constexpr float quantile = 0.97F;
// After 20 s, a window counts half. The first windows count more, until there are enough.
constexpr float forget = 0.983F;
constexpr float weight_max = 1e20F;

}  // namespace

DelayControl::DelayControl(AudioFormat format, Duration standing_max) noexcept
    : rate_hz_(format.rate_hz()),
      reserve_(samples_of(reserve_ms)),
      surplus_min_(samples_of(surplus_min_ms)),
      shortage_min_(samples_of(shortage_min_ms)) {
  shares_[bin_at_first] = 1.0F;
  set_standing_max(standing_max);
}

void DelayControl::set_standing_max(Duration standing_max) noexcept {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(standing_max).count();
  standing_max_ = samples_of(static_cast<std::ptrdiff_t>(ms));
  set_goal();
}

void DelayControl::set_slack(std::ptrdiff_t samples) noexcept {
  VOICE_ASSERT(samples >= 0);
  reserve_ =
      std::max(samples_of(reserve_ms) - static_cast<Samples>(samples), samples_of(reserve_ms_min));
  set_goal();
}

void DelayControl::set_step(std::size_t samples) noexcept {
  VOICE_ASSERT(samples != 0 && samples <= INT16_MAX);
  step_ = static_cast<std::int16_t>(samples);
  set_goal();
}

void DelayControl::begin() noexcept {
  corrected_ = 0;
  surplus_ = 0;
  highs_used_ = windows_ = 0;
  high_before_ = lowest;
  mark_before_ = 0;
  beats_ = 0;
}

void DelayControl::pause(std::size_t held) noexcept {
  const auto over = static_cast<Samples>(held) - goal_;
  if (over >= samples_of(stalled_ms)) {
    surplus_ = over;
  } else if (surplus_ < 0) {
    begin();
  }
}

bool DelayControl::beat(std::ptrdiff_t low, bool is_dry) noexcept {
  VOICE_ASSERT(low >= 0);
  const std::ptrdiff_t mark = low - corrected_;
  window_low_ = beats_ == 0 ? mark : std::min(window_low_, mark);
  window_high_ = beats_ == 0 ? mark : std::max(window_high_, mark);
  const std::ptrdiff_t over = calm_level() - goal_;
  // No more is removed than is held, because late packets may stay late.
  const std::ptrdiff_t surplus = std::min(over, spare(mark));
  mark_before_ = mark;
  const std::ptrdiff_t surplus_min = surplus_ > 0 ? shortage_min_ : surplus_min_;
  const bool is_wrong = surplus >= surplus_min || -over >= shortage_min_;
  surplus_ = static_cast<Samples>(!is_wrong ? 0 : over > 0 ? surplus : over);
  ++beats_;
  // A stall counts once, however long it is.
  if (beats_ < beats_per_window || is_dry) return false;
  end_window();
  return true;
}

// Lumps that are longer than a beat leave some beats without their low point: so a little counts
// only when the beat before had it, too.
std::ptrdiff_t DelayControl::spare(std::ptrdiff_t mark) const noexcept {
  const std::ptrdiff_t now = mark + corrected_ - reserve_;
  if (now >= samples_of(spare_seen_twice_ms)) return now;
  return std::min(now, mark_before_ + corrected_ - reserve_);
}

void DelayControl::corrected(std::ptrdiff_t samples) noexcept {
  corrected_ += samples;
  // Holds until the next beat.
  const std::ptrdiff_t left = surplus_ + samples;
  if (surplus_ > 0 && samples < 0)
    surplus_ = static_cast<Samples>(std::max<std::ptrdiff_t>(left, 0));
  if (surplus_ < 0 && samples > 0)
    surplus_ = static_cast<Samples>(std::min<std::ptrdiff_t>(left, 0));
}

void DelayControl::end_window() noexcept {
  // Lateness is how far the level fell below the calm level of before: a burst that arrived early
  // makes nothing late.
  const std::ptrdiff_t bin_samples = samples_of(bin_ms);
  std::ptrdiff_t calm = highs_used_ == 0 ? window_high_ : high_before_;
  // If two clocks differ, the level falls by a packet now and then and stays there: that counts as
  // late only once.
  const auto is_shift = [&](std::ptrdiff_t high) {
    return calm - high >= bin_samples && calm - high <= samples_of(shift_max_ms);
  };
  const bool was_shift = highs_used_ != 0 && is_shift(highs_[(windows_ - 1) % windows_of_calm]);
  if (lateness_ == 0 && was_shift && is_shift(window_high_)) calm = window_high_;
  const std::ptrdiff_t late = std::max<std::ptrdiff_t>(calm - window_low_, 0);
  const auto bin = static_cast<std::size_t>((late + bin_samples - 1) / bin_samples);
  learn(std::min(bin, bins - 1));
  highs_[windows_++ % windows_of_calm] = window_high_;
  highs_used_ = std::min<std::uint32_t>(highs_used_ + 1, windows_of_calm);
  high_before_ = *std::max_element(highs_.begin(), highs_.begin() + highs_used_);
  beats_ = 0;
}

// Instead of scaling all shares down, gives new ones a larger weight; `weight_` is the sum of all.
void DelayControl::learn(std::size_t bin) noexcept {
  const auto learned = static_cast<float>(std::min<std::uint32_t>(++learned_, 1000));
  const float keep = std::min(forget, 1.0F - 2.0F / (learned + 2.0F));
  const float added = weight_ * (1.0F - keep) / keep;
  shares_[bin] += added;
  weight_ += added;
  if (weight_ > weight_max) {
    for (float& share : shares_) share /= weight_;
    weight_ = 1.0F;
  }
  std::uint8_t& oldest = recent_[learned_ % recent_.size()];
  late_recently_ -= oldest != 0 ? 1U : 0U;
  late_recently_ += bin != 0 ? 1U : 0U;
  oldest = static_cast<std::uint8_t>(bin);
  VOICE_ASSERT(late_recently_ <= recent_.size());
  set_goal();
}

// The second-latest bin of the recent windows; neighbouring windows are one event.
std::size_t DelayControl::seen_twice() const noexcept {
  const auto most =
      static_cast<std::size_t>(std::max_element(recent_.begin(), recent_.end()) - recent_.begin());
  std::size_t second = 0;
  for (std::size_t i = 0; i < recent_.size(); ++i) {
    const std::size_t apart = (i + recent_.size() - most) % recent_.size();
    const bool is_same = apart <= 1 || apart + 1 == recent_.size();
    if (!is_same) second = std::max<std::size_t>(second, recent_[i]);
  }
  return second;
}

// The latest bin of the last four seconds, or of the last three if that is much.
std::size_t DelayControl::seen_now() const noexcept {
  std::size_t most = 0;
  for (std::size_t i = 0; i < windows_now; ++i) {
    const std::size_t bin = recent_[(learned_ + recent_.size() - i) % recent_.size()];
    if (i < windows_now_if_much || bin < much_bins) most = std::max(most, bin);
  }
  return most;
}

// The lateness that 97 % of the windows do not exceed, but no more than was seen twice recently: a
// single stall does not delay everything. A bad spell is over when no window has come near it for
// a while.
void DelayControl::set_goal() noexcept {
  std::size_t bin = 0;
  if (late_recently_ > 1) {
    float left = quantile * weight_ - shares_[0];
    while (left > 0 && bin + 1 < bins) left -= shares_[++bin];
    bin = std::min(bin, seen_twice());
  }
  if (bin != 0 && seen_now() * calm_share <= bin) bin = seen_now();
  // At first, only the latest windows are known. With whole packets, the goal has some room anyway.
  const std::size_t least = step_ > 1 ? 0 : bin_at_first;
  if (learned_ < windows_now) bin = std::max(seen_now(), least);
  lateness_ = samples_of(static_cast<std::ptrdiff_t>(bin) * bin_ms);
  // A shortage up to this is not corrected, when the clocks have drifted apart by a packet.
  const Samples uncorrected = bin == 0 ? shortage_min_ : 0;
  const Samples exact = lateness_ + reserve_ + uncorrected;
  const Samples stepped = std::max((exact + step_ / 2) / step_, Samples{1}) * step_;
  goal_ = std::min(stepped, standing_max_);
  VOICE_ASSERT(goal_ >= 0);
}

}  // namespace voice

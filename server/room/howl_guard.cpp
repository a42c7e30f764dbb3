#include "server/room/howl_guard.hpp"

#include "common/audio/audio_format.hpp"
#include "common/audio/g711.hpp"
#include "common/audio/level.hpp"
#include "common/core/assert.hpp"
#include "common/core/vector_clones.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

namespace voiced {
namespace {

constexpr std::size_t frame_samples_max = voice::rate_hz_max / voice::frames_per_second;

// A loop is looked for while the room is loud without a pause: 12 of the last 16 ticks.
constexpr double loud_power = 2600.0 * 2600.0;  // -22 dBFS, without the highest frequencies
constexpr int loud_ticks_min = 12;
constexpr std::uint64_t ticks_per_comparison = 2;

// An echo: three comparisons in a row find the same lag, and no other lag fits as well. A howl that
// has become a tone fits at many lags: it must have grown, and be as loud as it gets.
constexpr double correlation_min = 0.5;
constexpr double clear_ratio = 0.85;
constexpr std::size_t lag_apart_max = 4;        // 2 ms
constexpr double full_power = 5800.0 * 5800.0;  // -15 dBFS
constexpr int hits_min = 3;
constexpr double echo_gain_min = 0.03;  // -30 dB
constexpr double echo_gain_max = 1.5;   // more: what it hears is rather an echo of what it says
// What goes round a loop must come back about as loud as it was.
constexpr double loop_gain_min = 0.7;
constexpr std::size_t echoes_min = 2;

constexpr std::uint32_t held_first = 120 * voice::frames_per_second;
constexpr std::uint32_t held_most = 960 * voice::frames_per_second;
constexpr std::uint64_t ticks_per_trim = 40;
constexpr float trim_step = 0.5F;
constexpr float trim_min = 0.125F;
constexpr float dominant_share = 0.4F;  // of the power: it speaks, and is not trimmed

constexpr float rise_most = 1.41F;  // 3 dB in a tick
constexpr float fall_most = 0.5F;   // 6 dB
constexpr float gain_min = 0.001F;
constexpr float meter_left = 15.0F / 16;  // 20 dB in 1.5 s
constexpr float power_min = 1;

// Sums of two neighbouring samples, evenly spaced: a tick has the same number of points at any
// rate.
template <typename Sample>
void take_points(std::span<const Sample> samples, LoopPoints& points) noexcept {
  VOICE_ASSERT(samples.size() >= 2 * points.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    const std::size_t at = i * samples.size() / points.size();
    const std::int32_t mean = (samples[at] + samples[at + 1]) / 2;
    points[i] = static_cast<std::int16_t>(std::clamp(mean, -32768, 32767));
  }
}

void take_points(voice::Bytes ulaw, LoopPoints& points) noexcept {
  VOICE_ASSERT(ulaw.size() >= 2 * points.size());
  std::array<std::uint8_t, 2 * loop_points_per_tick> codes;
  std::array<std::int16_t, 2 * loop_points_per_tick> pcm;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const std::size_t at = i * ulaw.size() / points.size();
    codes[2 * i] = ulaw[at];
    codes[2 * i + 1] = ulaw[at + 1];
  }
  voice::g711::decode(codes, pcm);
  take_points(std::span<const std::int16_t>{pcm}, points);
}

// Applies a gain that goes evenly from one value (that of the sample before the first) to another;
// neither is above 1. No sample depends on the one before, so that the compiler can vectorise.
VOICE_VECTOR_CLONES void scale(std::span<std::int16_t> pcm, float from, float to) noexcept {
  const auto count = static_cast<std::int32_t>(pcm.size());
  const float step = (to - from) / static_cast<float>(count);
  std::int16_t* const samples = pcm.data();
  for (std::int32_t i = 0; i < count; ++i) {
    const float gain = from + step * static_cast<float>(i + 1);
    const float product = static_cast<float>(samples[i]) * gain;
    samples[i] = static_cast<std::int16_t>(product + (product < 0 ? -0.5F : 0.5F));
  }
}

}  // namespace

voice::Frame HowlGuard::apply(GuardedTalker& talker, const voice::Frame& frame,
                              std::span<std::int16_t> spare) noexcept {
  VOICE_ASSERT(frame.is_one_kind() && frame.samples() == spare.size());
  VOICE_ASSERT(spare.size() <= frame_samples_max);
  if (!frame.ulaw.empty()) {
    // The codes may lie in `spare`.
    std::array<std::uint8_t, frame_samples_max> codes;
    std::copy(frame.ulaw.begin(), frame.ulaw.end(), codes.begin());
    voice::g711::decode(std::span{codes}.first(spare.size()), spare);
  } else if (frame.pcm.data() != spare.data()) {
    std::copy(frame.pcm.begin(), frame.pcm.end(), spare.begin());
  }
  if (talker.turn != turn_) talker = {.turn = turn_, .echoes = talker.echoes};
  const auto power = static_cast<float>(static_cast<double>(voice::square_sum(spare)) /
                                        static_cast<double>(spare.size()));
  talker.power = std::max({power, talker.power * meter_left, power_min});
  sum_ += talker.power;
  // Its share of the sum of all talkers in the last tick.
  float wanted = talker.power / std::max(sum_before_, talker.power);
  largest_ = std::max(largest_, wanted);
  if (wanted < dominant_share) wanted *= trim_;
  if (ticks_left_ <= voice::frames_per_second) wanted = 1;  // ends gently
  wanted = std::clamp(wanted, std::max(gain_min, talker.gain * fall_most),
                      std::max(gain_min, std::min(1.0F, talker.gain * rise_most)));
  scale(spare, talker.gain, wanted);
  talker.gain = wanted;
  VOICE_ASSERT(talker.gain > 0 && talker.gain <= 1);
  return {.pcm = spare};
}

void HowlGuard::begin(std::span<const std::int32_t> bus) noexcept {
  take_points(bus, bus_);
  const double power = mean_power(bus_);
  power_ += (power - power_) / 8;
  loud_ = (loud_ << 1) | (power >= loud_power ? 1U : 0U);
}

void HowlGuard::add(LoopTrack& track, const voice::Frame& frame) noexcept {
  LoopPoints said{}, heard;
  if (!frame.ulaw.empty()) take_points(frame.ulaw, said);
  if (!frame.pcm.empty()) take_points(frame.pcm, said);
  for (std::size_t i = 0; i < heard.size(); ++i) {
    heard[i] = static_cast<std::int16_t>(std::clamp(bus_[i] - said[i], -32768, 32767));
  }
  track.add(said, heard);
}

bool HowlGuard::is_suspicious() const noexcept {
  return std::popcount(loud_ & 0xFFFFU) >= loud_ticks_min;
}

bool HowlGuard::finish(std::size_t contributors, bool may_compare) noexcept {
  ++ticks_;
  has_compared_ = false;
  if (is_acting()) {
    count_down();
    return false;
  }
  const bool is_due = ticks_ - compared_tick_ >= ticks_per_comparison;
  if (!is_suspicious() || !is_due || !may_compare) return false;
  has_compared_ = true;
  compared_tick_ = ticks_;
  do {
    next_ = (next_ + 1) % tracks_max;
  } while (tracks_[next_].slot() == LoopTrack::nobody && next_ != 0);
  judge(tracks_[next_]);
  if (!is_loop(contributors)) return false;
  act();
  return true;
}

void HowlGuard::judge(LoopTrack& track) noexcept {
  if (track.slot() == LoopTrack::nobody) return;
  const Coupling found = track.compare();
  gains_[next_] = found.gain;
  const bool is_clear = found.next_best <= clear_ratio * found.correlation;
  const bool is_full = track.has_grown() && power_ >= full_power;
  const std::size_t apart = found.lag > track.lag ? found.lag - track.lag : track.lag - found.lag;
  const bool is_same = track.hits == 0 || apart <= lag_apart_max;
  const bool is_echo = found.correlation >= correlation_min && found.gain >= echo_gain_min &&
                       found.gain <= echo_gain_max && (is_clear || is_full);
  if (!is_echo) {
    track.hits = 0;
  } else {
    track.hits = is_same || is_full ? std::min(track.hits + 1, hits_min) : 1;
  }
  track.lag = found.lag;
}

bool HowlGuard::is_loop(std::size_t contributors) const noexcept {
  std::size_t followed = 0, echoes = 0;
  double gain = echo_gain_max;  // of the weakest echo
  for (std::size_t i = 0; i < tracks_max; ++i) {
    if (tracks_[i].slot() == LoopTrack::nobody) continue;
    ++followed;
    if (tracks_[i].hits < hits_min) continue;
    ++echoes;
    gain = std::min(gain, gains_[i]);
  }
  if (echoes < echoes_min) return false;
  VOICE_ASSERT(followed >= echoes);
  // Talkers that have no track are assumed to echo as often as those that have one.
  const double all = static_cast<double>(std::max(contributors, followed)) *
                     static_cast<double>(echoes) / static_cast<double>(followed);
  return (all - 1) * gain >= loop_gain_min;
}

void HowlGuard::act() noexcept {
  const bool is_again = turn_ != 0 && ticks_ - ended_tick_ < ticks_held_;
  ticks_held_ = is_again ? std::min(2 * ticks_held_, held_most) : held_first;
  ticks_left_ = ticks_held_;
  ++turn_;
  trim_ = 1;
  trimmed_tick_ = ticks_;
  sum_ = sum_before_ = 0;
  loud_ = 0;
}

void HowlGuard::count_down() noexcept {
  VOICE_ASSERT(ticks_left_ != 0);
  sum_before_ = std::exchange(sum_, 0.0F);
  // It is loud, and nobody speaks: the shares are not small enough yet.
  const bool is_loop = std::exchange(largest_, 0.0F) < dominant_share;
  if (is_loop && is_suspicious() && power_ >= full_power &&
      ticks_ - trimmed_tick_ >= ticks_per_trim) {
    trim_ = std::max(trim_ * trim_step, trim_min);
    trimmed_tick_ = ticks_;
  }
  if (--ticks_left_ != 0) return;
  ended_tick_ = ticks_;
  loud_ = 0;
  forget_all();
}

void HowlGuard::forget_all() noexcept {
  for (LoopTrack& track : tracks_) track.follow(LoopTrack::nobody);
}

void HowlGuard::rest() noexcept {
  ++ticks_;
  loud_ = 0;
  power_ = 0;
  if (is_acting()) {
    count_down();
  } else if (tracks_[0].slot() != LoopTrack::nobody) {
    forget_all();
  }
}

LoopTrack* HowlGuard::free_track(std::size_t contributors) noexcept {
  if (is_acting()) return nullptr;
  LoopTrack* quietest = nullptr;
  for (LoopTrack& track : tracks_) {
    if (track.slot() == LoopTrack::nobody) return &track;
    if (track.hits == 0 && (quietest == nullptr || track.power() < quietest->power()))
      quietest = &track;
  }
  // All talkers get tracks in turn.
  const bool is_due = ticks_ % (2 * loop_ticks) == 0 && contributors > tracks_max;
  return is_due ? quietest : nullptr;
}

bool HowlGuard::follows(std::uint32_t slot) const noexcept {
  return std::any_of(tracks_.begin(), tracks_.end(),
                     [&](const LoopTrack& track) { return track.slot() == slot; });
}

void HowlGuard::forget(std::uint32_t slot) noexcept {
  for (LoopTrack& track : tracks_) {
    if (track.slot() == slot) track.follow(LoopTrack::nobody);
  }
}

}  // namespace voiced

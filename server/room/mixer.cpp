#include "server/room/mixer.hpp"

#include "common/core/assert.hpp"
#include "server/room/natural_bus.hpp"
#include "server/room/options.hpp"

#include <algorithm>

namespace voiced {
namespace {

std::size_t whole_blocks(std::size_t samples) noexcept {
  return (samples + mix_block_samples - 1) / mix_block_samples * mix_block_samples;
}

// Unrolled by hand, because the loop that compilers make of it costs three times as much for every
// talker.
std::int64_t loudest_of(std::span<const std::int64_t> group) noexcept {
  static_assert(mix_group_frames == 4);
  const std::int64_t first = group[0];
  switch (group.size()) {
    case 1:
      return first;
    case 2:
      return std::max(first, group[1]);
    case 3:
      return std::max(std::max(first, group[1]), group[2]);
    default:
      return std::max(std::max(first, group[1]), std::max(group[2], group[3]));
  }
}

bool have_all(std::span<const voice::Bytes> group, std::size_t samples) noexcept {
  const auto has = [&](std::size_t i) { return group[i].size() == samples; };
  // Nearly every group is whole, and this is asked for every talker.
  if (group.size() == mix_group_frames) return has(0) && has(1) && has(2) && has(3);
  for (std::size_t i = 0; i < group.size(); ++i) {
    if (!has(i)) return false;
  }
  return true;
}

}  // namespace

Mixer::Mixer(std::size_t samples_max, const MixKernels& kernels)
    : kernels_(kernels), samples_max_(samples_max), natural_(samples_max) {
  bus_.sums.resize(whole_blocks(samples_max));
  bus_.total.resize(whole_blocks(samples_max));
  bus_.low.resize(whole_blocks(samples_max));
  bus_.high.resize(whole_blocks(samples_max));
  bus_.gains.resize(whole_blocks(samples_max));
}

// Hold at every tick.
void Mixer::invariants() const noexcept {
  VOICE_ASSERT(samples_ <= samples_max_);
  VOICE_ASSERT(added_ <= participants_max_limit);
  VOICE_ASSERT(!has_pcm_ || added_ != 0);
}

void Mixer::begin(std::size_t samples) noexcept {
  samples_ = samples;
  added_ = 0;
  has_pcm_ = false;
  is_natural_ = false;
  is_measured_ = false;
  has_range_ = true;
  loudest_ = 0;
  gains_ = {};
  invariants();
  std::fill_n(bus_.sums.begin(), whole_blocks(samples), 0);
}

void Mixer::add(std::span<const voice::Bytes> frames,
                std::span<std::int64_t> square_sums) noexcept {
  VOICE_ASSERT(!frames.empty() && frames.size() <= mix_group_frames);
  VOICE_ASSERT(square_sums.size() == frames.size());
  VOICE_ASSERT(have_all(frames, samples_));
  VOICE_ASSERT(!is_natural_);
  added_ += frames.size();
  kernels_.add(frames, bus_, square_sums);
  loudest_ = std::max(loudest_, loudest_of(square_sums));
}

std::int64_t Mixer::add(const voice::Frame& frame) noexcept {
  VOICE_ASSERT(frame.is_one_kind() && frame.samples() == samples_);
  VOICE_ASSERT(!is_natural_);
  if (frame.pcm.empty()) {
    std::int64_t square_sum = 0;
    add({&frame.ulaw, 1}, {&square_sum, 1});
    return square_sum;
  }
  if (!has_pcm_) std::fill_n(natural_.begin(), samples_, 0);
  has_pcm_ = true;
  ++added_;
  const std::int64_t square_sum = natural_bus::add(frame, std::span{natural_}.first(samples_));
  loudest_ = std::max(loudest_, square_sum);
  return square_sum;
}

void Mixer::finish() noexcept {
  invariants();
  if (has_pcm_) {
    peak_ = natural_bus::peak(bus());
  } else {
    peak_ = kernels_.settle(bus_, samples_);
  }
}

// A frame's largest sample is at most the root of the sum of its squares.
bool Mixer::may_clip(std::size_t frames_off) const noexcept {
  VOICE_ASSERT(frames_off != 0);
  if (peak_ > INT16_MAX) return true;
  const auto each = (INT16_MAX - std::int64_t{peak_}) / static_cast<std::int64_t>(frames_off);
  return loudest_ > each * each;
}

bool Mixer::is_soft(std::int64_t square_sum) const noexcept {
  const std::int64_t room = INT16_MAX - std::int64_t{peak_};
  return room >= 0 && square_sum <= room * room;
}

void Mixer::start_measuring(std::int16_t low, std::int16_t high) noexcept {
  if (is_measured_) return;
  is_measured_ = true;
  std::fill_n(bus_.low.begin(), whole_blocks(samples_), low);
  std::fill_n(bus_.high.begin(), whole_blocks(samples_), high);
}

// If low and high began at 0, |bus - low| or |bus - high| would be at least |bus|, that is, the
// full mix would count. With these values, only the frames that are measured count.
void Mixer::measure_no_full_mix() noexcept {
  VOICE_ASSERT(!is_measured_);
  has_range_ = false;
  start_measuring(INT16_MAX, INT16_MIN);
}

void Mixer::measure(const voice::Frame& own) noexcept {
  start_measuring();
  has_range_ = true;
  // add() has checked the length of `own`.
  if (!has_pcm_) return kernels_.measure(own.ulaw, bus_);
  natural_bus::measure(own, std::span{bus_.low}.first(samples_),
                       std::span{bus_.high}.first(samples_));
}

void Mixer::envelope(std::span<std::int32_t> out) noexcept {
  VOICE_ASSERT(out.size() == samples_);
  start_measuring();
  VOICE_ASSERT(has_range_);
  if (!has_pcm_) return kernels_.envelope(bus_, out);
  natural_bus::envelope(bus(), bus_.low, bus_.high, out);
}

void Mixer::limit(std::span<const std::int32_t> gains) noexcept {
  VOICE_ASSERT(gains.size() == samples_);
  gains_ = gains;
  if (!has_pcm_) kernels_.set_gains(bus_, gains);
}

std::span<const std::int32_t> Mixer::bus() noexcept {
  const auto sums = std::span{natural_}.first(samples_);
  if (!is_natural_) {
    if (!has_pcm_) std::fill(sums.begin(), sums.end(), 0);
    kernels_.add_to_natural(bus_, sums);
    is_natural_ = true;
  }
  return sums;
}

void Mixer::mix(std::span<std::uint8_t> out) const noexcept {
  VOICE_ASSERT(out.size() == samples_);
  if (!has_pcm_) {
    return gains_.empty() ? kernels_.mix(bus_, out) : kernels_.mix_limited(bus_, {}, out);
  }
  natural_bus::mix_minus(std::span{natural_}.first(samples_), {}, out, gains_);
}

void Mixer::mix_minus(const voice::Frame& own, std::span<std::uint8_t> out) const noexcept {
  if (!has_pcm_) {
    // A frame that was added is as long as the bus.
    VOICE_ASSERT(own.ulaw.size() == out.size());
    if (!gains_.empty()) return kernels_.mix_limited(bus_, own.ulaw, out);
    return kernels_.mix_minus(bus_, own.ulaw, out);
  }
  natural_bus::mix_minus(std::span{natural_}.first(samples_), own, out, gains_);
}

void Mixer::mix_minus(const voice::Frame& own, std::span<std::int16_t> out) noexcept {
  natural_bus::mix_minus(bus(), own, out, gains_);
}

}  // namespace voiced

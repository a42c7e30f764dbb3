#include "server/room/other_rate.hpp"

#include "common/audio/g711.hpp"
#include "common/core/assert.hpp"
#include "server/room/limiter.hpp"

#include <array>

namespace voiced {
namespace {

constexpr std::size_t samples_max = voice::rate_hz_max / voice::frames_per_second;

// As in the mixer: rounded down.
template <class Sample>
Sample limited(Sample sample, std::int32_t gain) noexcept {
  return static_cast<Sample>((std::int64_t{sample} * gain) >> Limiter::unity_bits);
}

template <class Sample>
void write(std::span<const Sample> from, std::span<const std::int32_t> gains,
           std::span<Sample> to) noexcept {
  VOICE_ASSERT(from.size() == to.size());
  VOICE_ASSERT(gains.empty() || gains.size() == from.size());
  if (gains.empty()) {
    std::copy(from.begin(), from.end(), to.begin());
  } else {
    std::transform(from.begin(), from.end(), gains.begin(), to.begin(), limited<Sample>);
  }
}

}  // namespace

OtherRate::OtherRate(voice::AudioFormat room, voice::AudioFormat own)
    : room_(room),
      own_(own),
      into_room_(own, room),
      from_room_(room, own),
      clock_(own),
      bus_(from_room_.history_samples(), room.samples_per_frame_max()),
      mixed_(own.samples_per_frame_max()),
      one_(std::max(own.samples_per_frame_max(), room.samples_per_frame_max())) {
  VOICE_ASSERT(room.rate_hz() != own.rate_hz());
  // What a filter holds fits into one frame.
  VOICE_ASSERT(into_room_.history_samples() <= own.samples_per_frame());
  VOICE_ASSERT(from_room_.history_samples() <= room.samples_per_frame());
}

OtherRateLine OtherRate::make_line() const {
  return {.said = {into_room_.history_samples(), own_.samples_per_frame_max()},
          .on_bus = {from_room_.history_samples(), room_.samples_per_frame_max()}};
}

void OtherRate::begin_tick() noexcept {
  samples_ = clock_.next();
  ++ticks_;
}

voice::Frame OtherRate::play(OtherRateLine& line, voice::Playout& playout,
                             std::span<std::int16_t> out, voice::TimePoint now) noexcept {
  std::array<std::int16_t, samples_max> room;
  const voice::Frame frame = playout.take(samples_, std::span{room}.first(samples_), now);
  if (frame.empty() && !line.has_rest) return {};
  line.has_rest = !frame.empty();
  const auto said = line.said.next(samples_);
  if (frame.empty()) {
    std::fill(said.begin(), said.end(), std::int16_t{0});
  } else if (frame.pcm.empty()) {
    voice::g711::decode(frame.ulaw, said);
  } else {
    std::copy(frame.pcm.begin(), frame.pcm.end(), said.begin());
  }
  const auto results = std::span{one_}.first(out.size());
  into_room_.convert(ticks_ - 1, line.said.samples(), results);
  std::transform(results.begin(), results.end(), out.begin(), voice::RateConverter::converted);
  return {.pcm = out};
}

void OtherRate::add_bus(std::span<const std::int32_t> bus,
                        std::span<const std::int32_t> gains) noexcept {
  write(bus, gains, bus_.next(bus.size()));
  is_resting_ = false;
  from_room_.convert(ticks_ - 1, bus_.samples(), std::span{mixed_}.first(samples_));
}

void OtherRate::add_own(OtherRateLine& line, std::span<const std::int16_t> pcm,
                        std::span<const std::int32_t> gains) noexcept {
  VOICE_ASSERT(!is_resting_);
  line.heard_tick = ticks_;
  if (pcm.empty()) {
    line.on_bus.rest(bus_.frame().size());
  } else {
    write(pcm, gains, line.on_bus.next(pcm.size()));
  }
  VOICE_ASSERT(line.on_bus.samples().size() == bus_.samples().size());
}

void OtherRate::rest() noexcept {
  if (is_resting_) return;
  is_resting_ = true;
  bus_.clear();
}

void OtherRate::mix(std::span<std::int16_t> out) const noexcept {
  VOICE_ASSERT(out.size() == samples_ && !is_resting_);
  std::transform(mixed_.begin(), mixed_.begin() + static_cast<std::ptrdiff_t>(samples_),
                 out.begin(), voice::RateConverter::converted);
}

void OtherRate::mix_minus(const OtherRateLine& line, std::span<std::int16_t> out) noexcept {
  VOICE_ASSERT(out.size() == samples_ && is_heard(line));
  const auto own = std::span{one_}.first(samples_);
  from_room_.convert(ticks_ - 1, line.on_bus.samples(), own);
  std::transform(own.begin(), own.end(), mixed_.begin(), out.begin(),
                 [](std::int32_t of_own, std::int64_t of_all) {
                   return voice::RateConverter::converted(of_all - of_own);
                 });
}

}  // namespace voiced

#include "common/playout/jitter_buffer.hpp"

#include <algorithm>

namespace voice {
namespace {

// 60 ms: a shorter spurt is the click of a switch or the end of a word.
constexpr std::size_t spurt_frames_min = 3;

// Delay above N/2 stays for 3 s, or for ten times the length of N packets if that is longer: a deep
// buffer is meant for rare bad spells. Then it is removed at the next quiet place, or anywhere
// after another second.
constexpr int excess_ticks_min = 3 * frames_per_second;
constexpr int excess_ticks_per_packet = 10;
constexpr int excess_patience_ticks = frames_per_second;

// This many packets of one frame between two ticks are a burst of a sound card; two are ordinary
// jitter.
constexpr std::size_t lump_frames_min = 3;
constexpr std::chrono::seconds lump_memory{10};
// The largest depth that a burst can lead to.
constexpr int lump_depth_max = 2 * static_cast<int>(packet_frames_max);

}  // namespace

JitterBuffer::JitterBuffer(AudioFormat format, int depth_packets, CodecId codec, RareMemory* rare)
    : JitterBuffer(format, codec, rare) {
  set_depth(depth_packets);
}

void JitterBuffer::set_depth(int depth_packets) {
  VOICE_ASSERT(depth_packets >= jitter_depth_packets_min);
  VOICE_ASSERT(depth_packets <= jitter_depth_packets_max);
  const auto room = static_cast<std::size_t>(std::max(depth_packets, lump_depth_max));
  set_depth_packets_ = depth_packets;
  use_depth(depth_packets);
  if (size() > limit_) drop(size() - target_);
  reserve((room + packet_frames_max) * frame_bytes(), 0, group_width());
}

void JitterBuffer::use_depth(int depth_packets) noexcept {
  const std::size_t frame = frame_bytes();
  depth_packets_ = depth_packets;
  limit_ = static_cast<std::size_t>(depth_packets) * frame;
  target_ = static_cast<std::size_t>(depth_packets / 2) * frame;
  // Up to this, the excess may come from the phase of the ticks, or from a late one.
  calm_ = target_ + static_cast<std::size_t>(std::max(1, depth_packets / 8)) * frame;
  excess_ticks_ = std::max(excess_ticks_min, excess_ticks_per_packet * depth_packets);
  wait_max_ = depth_packets * frame_duration + late_tick_max;
  set_group_width(wait_max_ / (ArrivalTimes::groups_max - 2));
  full_ticks_ = 0;
  VOICE_ASSERT(target_ <= limit_ && target_ < calm_);
}

Insert JitterBuffer::insert(const rtp::Header& header, Bytes payload, TimePoint now) noexcept {
  const Verdict verdict = judge(header, payload, now);
  if (verdict.order == Order::duplicate) return Insert::duplicate;
  if (verdict.order == Order::late) return Insert::late;
  // While the buffer waits for N/2, the time of the missing packets passes anyway: filling the gap
  // would add delay.
  if (playing_ && verdict.order == Order::gap) append_gap(verdict.missing_bytes, now);
  return insert(payload, now);
}

Insert JitterBuffer::insert(Bytes payload, TimePoint now) noexcept {
  if (!empty() && now - oldest_arrival() > wait_max_) expire(now, wait_max_);
  ++counters().packets;
  payload = accept(payload);
  append_packet(payload, now);
  bool overflowed = false;
  if (size() > limit_ || depth_packets_ != set_depth_packets_) {
    deepen(payload.size(), now);
    overflowed = shrink_to_target();
  }
  if (!playing_ && !empty() && size() >= target_) {
    playing_ = true;
    ++counters().primed;
  }
  return overflowed ? Insert::overflow : Insert::accepted;
}

// What arrives at once, as a long packet or as a card's burst, must fit in twice, because the rest
// of the last one may still be here. More than four frames at once come from a stalled link.
void JitterBuffer::deepen(std::size_t packet, TimePoint now) noexcept {
  const std::size_t frame = frame_bytes();
  const std::ptrdiff_t more = static_cast<std::ptrdiff_t>(size()) - held_at_tick_;
  const auto arrived = static_cast<std::size_t>(std::max<std::ptrdiff_t>(more, 0));
  const std::size_t at_once = (arrived + frame - 1) / frame;
  const bool too_long = at_once > packet_frames_max;
  const bool lump = !too_long && (packet > frame || at_once >= lump_frames_min);
  const int fits = lump ? 2 * static_cast<int>(at_once) : 0;
  if (lump && set_depth_packets_ < static_cast<int>(at_once) + 2) {
    lump_at_ = now;
    if (depth_packets_ >= fits) return;
    if (depth_packets_ == set_depth_packets_) {
      ++counters().deepened;
      deepened_at_ = now;
    }
    use_depth(fits);
  } else if (now - lump_at_ > lump_memory || (too_long && now - deepened_at_ < frame_duration)) {
    use_depth(set_depth_packets_);
  }
}

void JitterBuffer::append_packet(Bytes payload, TimePoint now) noexcept {
  make_room(payload.size());
  append(payload, now);
}

void JitterBuffer::append_gap(std::size_t count, TimePoint now) noexcept {
  // More silence than the buffer may hold is like a restart: the overflow rule applies.
  count = std::min(count, limit_);
  make_room(count);
  append_silence(count, now);
  held_at_tick_ += static_cast<std::ptrdiff_t>(count);  // has not arrived
}

// Drops the oldest samples if it must.
void JitterBuffer::make_room(std::size_t count) noexcept {
  if (size() + count > capacity()) drop(size() + count - capacity());
}

void JitterBuffer::drop(std::size_t count) noexcept {
  counters().dropped_samples += samples(count);
  held_at_tick_ -= static_cast<std::ptrdiff_t>(count);
  advance(count);
}

bool JitterBuffer::shrink_to_target() noexcept {
  if (size() <= limit_) return false;
  ++counters().overflows;
  drop(size() - target_);
  return true;
}

// Drops sound that has waited too long: the process was stopped, the card asked for nothing, or the
// spurt was too short to be played.
void JitterBuffer::expire(TimePoint now, Duration wait_max) noexcept {
  while (!empty() && now - oldest_arrival() > wait_max) {
    const std::size_t count = oldest_group();
    counters().expired_samples += samples(count);
    held_at_tick_ -= static_cast<std::ptrdiff_t>(count);
    advance(count);
  }
  if (size() < target_) playing_ = false;
}

// If the stream had gone on, its N/2 packets would be here by now. Sound that has missed this
// moment is not played together with later sound.
void JitterBuffer::start_short_spurt(TimePoint now) noexcept {
  const Duration due = (depth_packets_ / 2) * frame_duration;
  expire(now, due + late_tick_max);
  if (size() < spurt_frames_min * frame_bytes()) return;
  if (now - oldest_arrival() < due) return;
  playing_ = true;
  ++counters().primed;
}

void JitterBuffer::prepare(TimePoint now) noexcept {
  if (empty()) return;
  if (now - oldest_arrival() > wait_max_) expire(now, wait_max_);
  if (!playing_) start_short_spurt(now);
}

void JitterBuffer::taken() noexcept {
  if (size() < calm_) {
    full_ticks_ = 0;
  } else {
    let_go_of_excess();
  }
  held_at_tick_ = static_cast<std::ptrdiff_t>(size());
}

// An even stream leaves N/2 - 1 packets after a tick. What has stayed above that for seconds is
// left over from a bad spell, and only adds delay.
void JitterBuffer::let_go_of_excess() noexcept {
  low_water_ = full_ticks_ == 0 ? size() : std::min(low_water_, size());
  if (++full_ticks_ < excess_ticks_) return;
  const std::size_t excess = low_water_ - (target_ - frame_bytes());
  VOICE_ASSERT(excess <= size());
  if (full_ticks_ < excess_ticks_ + excess_patience_ticks && !is_quiet(excess)) return;
  counters().excess_samples += samples(excess);
  advance(excess);
  full_ticks_ = 0;
}

std::size_t JitterBuffer::take(std::span<std::uint8_t> out, TimePoint now) noexcept {
  prepare(now);
  std::size_t count = 0;
  if (playing_) {
    count = std::min(out.size(), size());
    copy(out.first(count));
    advance(count);
    if (count < out.size()) {
      playing_ = false;
      ++counters().underflows;
    }
  }
  taken();
  std::fill(out.begin() + static_cast<std::ptrdiff_t>(count), out.end(), silence());
  return count;
}

Bytes JitterBuffer::take_in_place(std::span<std::uint8_t> spare, TimePoint now) noexcept {
  prepare(now);
  if (!playing_ || !has_in_one_piece(spare.size())) {
    return take(spare, now) == 0 ? Bytes{} : Bytes{spare};
  }
  const Bytes frame = in_one_piece(spare.size());
  advance(spare.size());
  taken();
  return frame;
}

void JitterBuffer::reset() noexcept {
  clear();
  held_at_tick_ = 0;
  full_ticks_ = 0;
  playing_ = false;
}

}  // namespace voice

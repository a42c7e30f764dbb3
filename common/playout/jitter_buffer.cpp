#include "common/playout/jitter_buffer.hpp"

#include "common/core/assert.hpp"
#include "common/wire/sequence.hpp"

#include <algorithm>

namespace voice {
namespace {

// RFC 3550 §A.1: farther ahead or behind than this is a source that started anew.
constexpr int dropout_packets_max = 3000;
constexpr int misorder_packets_max = 100;

// 60 ms: a spurt that is shorter is the click of a switch or the rest of a word, not a word.
constexpr std::size_t spurt_frames_min = 3;

// More delay than N/2 needs stays for 3 s, or ten times as long as N packets last: a deep buffer is
// meant to see bad spells seldom. Then it goes at the next quiet place, or after another second
// wherever it is.
constexpr int excess_ticks_min = 3 * frames_per_second;
constexpr int excess_ticks_per_packet = 10;
constexpr int excess_patience_ticks = frames_per_second;
// Up to 1 % of full scale, -40 dBFS: as µ-law codes, and as 16-bit samples.
constexpr std::uint8_t quiet_code_min = 0xE0;
constexpr int quiet_sample_max = 328;

// Packets of one frame that arrive between two ticks are a card's lump from here on; two are an
// ordinary jitter.
constexpr std::size_t lump_frames_min = 3;
constexpr std::chrono::seconds lump_memory{10};
// The deepest that a lump can make a buffer.
constexpr int lump_depth_max = 2 * static_cast<int>(packet_frames_max);

}  // namespace

JitterBuffer::JitterBuffer(AudioFormat format, int depth_packets, CodecId codec)
    : format_(format),
      codec_(codec),
      sample_bytes_(static_cast<std::uint8_t>(codec_info(codec).sample_bytes)),
      silence_(codec_info(codec).silence),
      frame_bytes_(format.samples_per_frame_max() * sample_bytes_),
      depth_packets_(depth_packets),
      set_depth_packets_(depth_packets) {
  VOICE_ASSERT(sample_bytes_ == 1 || sample_bytes_ == 2);
  set_depth(depth_packets);
}

void JitterBuffer::set_depth(int depth_packets) {
  VOICE_ASSERT(depth_packets >= jitter_depth_packets_min);
  VOICE_ASSERT(depth_packets <= jitter_depth_packets_max);
  const auto room = static_cast<std::size_t>(std::max(depth_packets, lump_depth_max));
  std::vector<std::uint8_t> ring((room + packet_frames_max) * frame_bytes_);
  set_depth_packets_ = depth_packets;
  use_depth(depth_packets);
  if (size_ > limit_) drop(size_ - target_);
  straighten();
  VOICE_ASSERT(size_ <= ring.size());
  std::copy_n(ring_.begin(), size_, ring.begin());
  ring_ = std::move(ring);
  turn_ = ring_.size();
  invariants();
}

// The two shapes of a ring ("#" is held, "." is free, "-" is beyond turn_ and unused):
//
//   straight  [....######......]   head_ + size_ <= turn_ == ring_.size()
//                  ^head_      ^turn_
//   turned    [###...#######---]   head_ + size_ > turn_: what is newest lies at the front
//                    ^head_ ^turn_
void JitterBuffer::invariants() const noexcept {
  VOICE_ASSERT(size_ <= turn_ && turn_ <= ring_.size());
  VOICE_ASSERT(head_ < turn_);
}

void JitterBuffer::use_depth(int depth_packets) noexcept {
  const std::size_t frame = frame_bytes_;
  depth_packets_ = depth_packets;
  limit_ = static_cast<std::size_t>(depth_packets) * frame;
  target_ = static_cast<std::size_t>(depth_packets / 2) * frame;
  // It may be the phase of the ticks, or a late one.
  calm_ = target_ + static_cast<std::size_t>(std::max(1, depth_packets / 8)) * frame;
  excess_ticks_ = std::max(excess_ticks_min, excess_ticks_per_packet * depth_packets);
  wait_max_ = depth_packets * frame_duration + late_tick_max;
  group_width_ = wait_max_ / (ArrivalTimes::groups_max - 2);
  full_ticks_ = 0;
  VOICE_ASSERT(target_ <= limit_ && target_ < calm_);
}

int JitterBuffer::fill_packets() const noexcept {
  return static_cast<int>((size_ + frame_bytes_ - 1) / frame_bytes_);
}

JitterBuffer::Order JitterBuffer::order_of(std::uint16_t sequence) const noexcept {
  if (!last_) return Order::restart;
  const int distance = sequence_distance(sequence, last_->sequence);
  if (distance == 1) return Order::next;
  if (distance == 0) return Order::duplicate;
  if (distance > dropout_packets_max || distance < -misorder_packets_max) return Order::restart;
  return distance > 0 ? Order::gap : Order::late;
}

Insert JitterBuffer::insert(const rtp::Header& header, Bytes payload, TimePoint now) noexcept {
  if (now - last_arrival_ > sequence_pause_max) last_.reset();
  last_arrival_ = now;
  switch (order_of(header.sequence)) {
    case Order::duplicate:
      ++counters_.duplicates;
      return Insert::duplicate;
    case Order::late:
      ++counters_.late;
      return Insert::late;
    case Order::gap: {
      const int missing = sequence_distance(header.sequence, last_->sequence) - 1;
      counters_.lost += static_cast<std::uint64_t>(missing);
      // While waiting for N/2 the time of the missing packets has passed already: filling would
      // add delay.
      if (playing_) append_silence(samples_missing(header, missing) * sample_bytes_, now);
      break;
    }
    case Order::next:
    case Order::restart:
      break;
  }
  last_ = {header.sequence, static_cast<std::uint32_t>(header.timestamp) +
                                static_cast<std::uint32_t>(payload.size() / sample_bytes_)};
  return insert(payload, now);
}

// Between the packet before and this one. A peer that does not count its samples gets 20 ms a
// packet.
std::size_t JitterBuffer::samples_missing(const rtp::Header& header, int packets) const noexcept {
  const auto count = static_cast<std::size_t>(packets);
  const std::uint32_t told = static_cast<std::uint32_t>(header.timestamp) - last_->next_timestamp;
  const std::size_t told_max = count * packet_frames_max * format_.samples_per_frame_max();
  return told != 0 && told <= told_max ? told : count * format_.samples_per_frame();
}

Insert JitterBuffer::insert(Bytes payload, TimePoint now) noexcept {
  if (size_ != 0 && now - arrivals_.oldest() > wait_max_) expire(now, wait_max_);
  ++counters_.packets;
  const std::size_t longest = packet_frames_max * frame_bytes_;
  if (payload.size() > longest) {
    counters_.cut_samples += samples(payload.size() - longest);
    payload = payload.first(longest);
  }
  if (payload.size() % 2 != 0 && sample_bytes_ == 2) payload = payload.first(payload.size() - 1);
  append(payload, now);
  bool overflowed = false;
  if (size_ > limit_ || depth_packets_ != set_depth_packets_) {
    deepen(payload.size(), now);
    overflowed = shrink_to_target();
  }
  if (!playing_ && size_ != 0 && size_ >= target_) {
    playing_ = true;
    ++counters_.primed;
  }
  return overflowed ? Insert::overflow : Insert::accepted;
}

// What arrives at once, as a long packet or as a card's lump, must fit in twice: the rest of the
// last one may still be here. Much more than four frames at once is a link that stood still, not a
// lump.
void JitterBuffer::deepen(std::size_t packet, TimePoint now) noexcept {
  const std::size_t frame = frame_bytes_;
  const auto arrived = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(size_) - held_at_tick_);
  const std::size_t at_once = (arrived + frame - 1) / frame;
  const bool too_long = at_once > packet_frames_max;
  const bool lump = !too_long && (packet > frame || at_once >= lump_frames_min);
  const int fits = 2 * static_cast<int>(at_once);
  if (lump && set_depth_packets_ < static_cast<int>(at_once) + 2) {
    lump_at_ = now;
    if (depth_packets_ >= fits) return;
    if (depth_packets_ == set_depth_packets_) {
      ++counters_.deepened;
      deepened_at_ = now;
    }
    use_depth(fits);
  } else if (now - lump_at_ > lump_memory || (too_long && now - deepened_at_ < frame_duration)) {
    use_depth(set_depth_packets_);
  }
}

void JitterBuffer::append(Bytes payload, TimePoint now) noexcept {
  if (payload.empty()) return;
  std::copy(payload.begin(), payload.end(), grow(payload.size(), now));
}

void JitterBuffer::append_silence(std::size_t count, TimePoint now) noexcept {
  // More silence than the buffer may hold is as good as a restart: the overflow rule takes over.
  count = std::min(count, limit_);
  if (count == 0) return;
  std::fill_n(grow(count, now), count, silence_);
  held_at_tick_ += static_cast<std::ptrdiff_t>(count);  // has not arrived
}

// Room for `count` more bytes (not 0), in one piece ("+"); the oldest go if there is none.
//
//   1  [+++...######---]  straight, and the front has room: the ring turns early, because what was
//            ^head_ ^turn_    taken last is still in the processor's cache
//   2  [###+++.#####----]  turned already, and there is room before head_
//             ^head_^turn_
//   3  [.######+++......]  straight, and only the end has room; where not even that has,
//       ^head_          ^turn_   straighten() comes first
std::uint8_t* JitterBuffer::grow(std::size_t count, TimePoint now) noexcept {
  if (size_ + count > ring_.size()) drop(size_ + count - ring_.size());
  if (size_ == 0) {
    head_ = 0;
    turn_ = ring_.size();
    arrivals_.begin(now);
  } else {
    arrivals_.came(position_ + size_, now, group_width_);
  }
  std::size_t at = head_ + size_;
  if (at <= turn_ && count <= head_) {
    turn_ = at;
    at = 0;
  } else if (at > turn_ && at - turn_ + count <= head_) {
    at -= turn_;
  } else if (at > turn_ || at + count > ring_.size()) {
    straighten();
    at = size_;
  }
  size_ += count;
  VOICE_ASSERT(size_ <= turn_);
  return &ring_[at];
}

// Puts the oldest sample at the front of the ring.
void JitterBuffer::straighten() noexcept {
  std::rotate(ring_.begin(), ring_.begin() + static_cast<std::ptrdiff_t>(head_),
              ring_.begin() + static_cast<std::ptrdiff_t>(turn_));
  head_ = 0;
  turn_ = ring_.size();
  VOICE_ASSERT(size_ <= turn_);
}

void JitterBuffer::advance(std::size_t count) noexcept {
  VOICE_ASSERT(count <= size_);
  size_ -= count;
  head_ += count;
  position_ += count;
  arrivals_.gone(position_);
  if (head_ < turn_) return;
  head_ -= turn_;
  turn_ = ring_.size();
}

void JitterBuffer::drop(std::size_t count) noexcept {
  counters_.dropped_samples += samples(count);
  held_at_tick_ -= static_cast<std::ptrdiff_t>(count);
  advance(count);
  invariants();
}

bool JitterBuffer::shrink_to_target() noexcept {
  if (size_ <= limit_) return false;
  ++counters_.overflows;
  drop(size_ - target_);
  return true;
}

// What has waited for too long is of no use to anybody: a process that was stopped, a card that
// asked for nothing, a spurt too short to be played.
void JitterBuffer::expire(TimePoint now, Duration wait_max) noexcept {
  while (size_ != 0 && now - arrivals_.oldest() > wait_max) {
    const std::uint64_t end = arrivals_.end_of_oldest(position_ + size_);
    const auto count = static_cast<std::size_t>(end - position_);
    counters_.expired_samples += samples(count);
    held_at_tick_ -= static_cast<std::ptrdiff_t>(count);
    advance(count);
  }
  if (size_ < target_) playing_ = false;
}

// Had the stream gone on, its N/2 packets would be here by now. What has missed that moment is not
// played with what comes later.
void JitterBuffer::start_short_spurt(TimePoint now) noexcept {
  const Duration due = (depth_packets_ / 2) * frame_duration;
  expire(now, due + late_tick_max);
  if (size_ < spurt_frames_min * frame_bytes_) return;
  if (now - arrivals_.oldest() < due) return;
  playing_ = true;
  ++counters_.primed;
}

void JitterBuffer::prepare(TimePoint now) noexcept {
  if (size_ == 0) return;
  if (now - arrivals_.oldest() > wait_max_) expire(now, wait_max_);
  if (!playing_) start_short_spurt(now);
}

void JitterBuffer::taken() noexcept {
  if (size_ < calm_) {
    full_ticks_ = 0;
  } else {
    let_go_of_excess();
  }
  held_at_tick_ = static_cast<std::ptrdiff_t>(size_);
}

// A stream that comes evenly leaves N/2 - 1 packets after a tick. More than that which has never
// been touched for seconds is a bad spell's rest: only delay.
void JitterBuffer::let_go_of_excess() noexcept {
  low_water_ = full_ticks_ == 0 ? size_ : std::min(low_water_, size_);
  if (++full_ticks_ < excess_ticks_) return;
  const std::size_t excess = low_water_ - (target_ - frame_bytes_);
  VOICE_ASSERT(excess <= size_);
  if (full_ticks_ < excess_ticks_ + excess_patience_ticks && !is_quiet(excess)) return;
  counters_.excess_samples += samples(excess);
  advance(excess);
  full_ticks_ = 0;
}

bool JitterBuffer::is_quiet(std::size_t count) const noexcept {
  VOICE_ASSERT(count <= size_ && count % sample_bytes_ == 0);
  const std::size_t until_turn = std::min(count, turn_ - head_);
  const Bytes held{ring_};
  return is_quiet(held.subspan(head_, until_turn)) && is_quiet(held.first(count - until_turn));
}

bool JitterBuffer::is_quiet(Bytes encoded) const noexcept {
  if (sample_bytes_ == 1) {
    return std::all_of(encoded.begin(), encoded.end(),
                       [](std::uint8_t code) { return (code | 0x80) >= quiet_code_min; });
  }
  for (std::size_t i = 0; i + 1 < encoded.size(); i += 2) {
    const auto sample = static_cast<std::int16_t>(load_be16(&encoded[i]));
    if (sample > quiet_sample_max || sample < -quiet_sample_max) return false;
  }
  return true;
}

std::size_t JitterBuffer::take(std::span<std::uint8_t> out, TimePoint now) noexcept {
  prepare(now);
  std::size_t count = 0;
  if (playing_) {
    count = std::min(out.size(), size_);
    const std::size_t until_end = std::min(count, turn_ - head_);
    std::copy_n(ring_.begin() + static_cast<std::ptrdiff_t>(head_), until_end, out.begin());
    std::copy_n(ring_.begin(), count - until_end,
                out.begin() + static_cast<std::ptrdiff_t>(until_end));
    advance(count);
    if (count < out.size()) {
      playing_ = false;
      ++counters_.underflows;
    }
  }
  taken();
  std::fill(out.begin() + static_cast<std::ptrdiff_t>(count), out.end(), silence_);
  return count;
}

Bytes JitterBuffer::take_in_place(std::span<std::uint8_t> spare, TimePoint now) noexcept {
  prepare(now);
  const bool in_one_piece = size_ >= spare.size() && turn_ - head_ >= spare.size();
  if (!playing_ || !in_one_piece) return take(spare, now) == 0 ? Bytes{} : Bytes{spare};
  const Bytes frame = Bytes{ring_}.subspan(head_, spare.size());
  advance(spare.size());
  taken();
  return frame;
}

void JitterBuffer::reset() noexcept {
  position_ += size_;
  head_ = 0;
  size_ = 0;
  turn_ = ring_.size();
  held_at_tick_ = 0;
  full_ticks_ = 0;
  playing_ = false;
  last_.reset();
}

}  // namespace voice

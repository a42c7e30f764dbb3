#include "common/playout/jitter_buffer.hpp"

#include "common/audio/g711.hpp"
#include "common/core/assert.hpp"
#include "common/wire/limits.hpp"
#include "common/wire/sequence.hpp"

#include <algorithm>

namespace voice {
namespace {

// RFC 3550 §A.1: farther ahead or behind than this is a source that started anew.
constexpr int dropout_packets_max = 3000;
constexpr int misorder_packets_max = 100;

}  // namespace

JitterBuffer::JitterBuffer(AudioFormat format, int depth_packets)
    : format_(format), depth_packets_(depth_packets) {
  set_depth(depth_packets);
}

void JitterBuffer::set_depth(int depth_packets) {
  VOICE_ASSERT(depth_packets >= jitter_depth_packets_min);
  VOICE_ASSERT(depth_packets <= jitter_depth_packets_max);
  std::vector<std::uint8_t> ring((static_cast<std::size_t>(depth_packets) + packet_frames_max) *
                                 format_.samples_per_frame_max());
  depth_packets_ = depth_packets;
  if (size_ > static_cast<std::size_t>(depth_packets) * format_.samples_per_frame_max()) {
    drop(size_ - target_samples());
  }
  straighten();
  std::copy_n(ring_.begin(), size_, ring.begin());
  ring_ = std::move(ring);
  turn_ = ring_.size();
}

// Whole frames at their longest: at 11025 Hz the target is a sample more than two short frames
// hold, so that a tick that wants 221 after a packet of 220 never runs dry by a single sample.
std::size_t JitterBuffer::target_samples() const noexcept {
  return static_cast<std::size_t>(depth_packets_ / 2) * format_.samples_per_frame_max();
}

int JitterBuffer::fill_packets() const noexcept {
  const std::size_t frame = format_.samples_per_frame_max();
  return static_cast<int>((size_ + frame - 1) / frame);
}

JitterBuffer::Order JitterBuffer::order_of(std::uint16_t sequence) const noexcept {
  if (!last_sequence_) return Order::restart;
  const int distance = sequence_distance(sequence, *last_sequence_);
  if (distance == 1) return Order::next;
  if (distance == 0) return Order::duplicate;
  if (distance > dropout_packets_max || distance < -misorder_packets_max) return Order::restart;
  return distance > 0 ? Order::gap : Order::late;
}

Insert JitterBuffer::insert(std::optional<std::uint16_t> sequence, Bytes ulaw) noexcept {
  if (sequence) {
    switch (order_of(*sequence)) {
      case Order::duplicate:
        ++counters_.duplicates;
        return Insert::duplicate;
      case Order::late:
        ++counters_.late;
        return Insert::late;
      case Order::gap: {
        const auto missing =
            static_cast<std::size_t>(sequence_distance(*sequence, *last_sequence_) - 1);
        counters_.lost += missing;
        // While waiting for N/2 the time of the missing packets has passed already: filling would
        // add delay.
        if (playing_) append_silence(missing * format_.samples_per_frame());
        break;
      }
      case Order::next:
      case Order::restart:
        break;
    }
    last_sequence_ = sequence;
  }
  ++counters_.packets;
  append(ulaw.first(std::min(ulaw.size(), packet_frames_max * format_.samples_per_frame_max())));
  const bool overflowed = shrink_to_target();
  if (!playing_ && size_ != 0 && size_ >= target_samples()) {
    playing_ = true;
    ++counters_.primed;
  }
  return overflowed ? Insert::overflow : Insert::accepted;
}

void JitterBuffer::append(Bytes ulaw) noexcept {
  if (ulaw.empty()) return;
  std::copy(ulaw.begin(), ulaw.end(), grow(ulaw.size()));
}

void JitterBuffer::append_silence(std::size_t count) noexcept {
  // More silence than the buffer may hold is as good as a restart: the overflow rule takes over.
  count =
      std::min(count, static_cast<std::size_t>(depth_packets_) * format_.samples_per_frame_max());
  if (count != 0) std::fill_n(grow(count), count, g711::silence);
}

// Room for `count` more samples (not 0), in one piece; the oldest go if there is none.
std::uint8_t* JitterBuffer::grow(std::size_t count) noexcept {
  if (size_ + count > ring_.size()) drop(size_ + count - ring_.size());
  if (size_ == 0) {
    head_ = 0;
    turn_ = ring_.size();
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
  return &ring_[at];
}

// Puts the oldest sample at the front of the ring.
void JitterBuffer::straighten() noexcept {
  std::rotate(ring_.begin(), ring_.begin() + static_cast<std::ptrdiff_t>(head_),
              ring_.begin() + static_cast<std::ptrdiff_t>(turn_));
  head_ = 0;
  turn_ = ring_.size();
}

void JitterBuffer::advance(std::size_t count) noexcept {
  size_ -= count;
  head_ += count;
  if (head_ < turn_) return;
  head_ -= turn_;
  turn_ = ring_.size();
}

void JitterBuffer::drop(std::size_t count) noexcept {
  counters_.dropped_samples += count;
  advance(count);
}

bool JitterBuffer::shrink_to_target() noexcept {
  if (size_ <= static_cast<std::size_t>(depth_packets_) * format_.samples_per_frame_max())
    return false;
  ++counters_.overflows;
  drop(size_ - target_samples());
  return true;
}

std::size_t JitterBuffer::take(std::span<std::uint8_t> out) noexcept {
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
  std::fill(out.begin() + static_cast<std::ptrdiff_t>(count), out.end(), g711::silence);
  return count;
}

Bytes JitterBuffer::take_in_place(std::span<std::uint8_t> spare) noexcept {
  const bool in_one_piece = size_ >= spare.size() && turn_ - head_ >= spare.size();
  if (!playing_ || !in_one_piece) return take(spare) == 0 ? Bytes{} : Bytes{spare};
  const Bytes frame = Bytes{ring_}.subspan(head_, spare.size());
  advance(spare.size());
  return frame;
}

void JitterBuffer::reset() noexcept {
  head_ = 0;
  size_ = 0;
  playing_ = false;
  last_sequence_.reset();
}

}  // namespace voice

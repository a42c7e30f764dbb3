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
  for (std::size_t i = 0; i < size_; ++i) ring[i] = ring_[(head_ + i) % ring_.size()];
  ring_ = std::move(ring);
  head_ = 0;
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
  if (size_ + ulaw.size() > ring_.size()) drop(size_ + ulaw.size() - ring_.size());
  std::size_t at = (head_ + size_) % ring_.size();
  const std::size_t until_end = std::min(ulaw.size(), ring_.size() - at);
  std::copy_n(ulaw.begin(), until_end, ring_.begin() + static_cast<std::ptrdiff_t>(at));
  std::copy(ulaw.begin() + static_cast<std::ptrdiff_t>(until_end), ulaw.end(), ring_.begin());
  size_ += ulaw.size();
}

void JitterBuffer::append_silence(std::size_t count) noexcept {
  // More silence than the buffer may hold is as good as a restart: the overflow rule takes over.
  count =
      std::min(count, static_cast<std::size_t>(depth_packets_) * format_.samples_per_frame_max());
  if (size_ + count > ring_.size()) drop(size_ + count - ring_.size());
  for (std::size_t i = 0; i < count; ++i) ring_[(head_ + size_ + i) % ring_.size()] = g711::silence;
  size_ += count;
}

void JitterBuffer::drop(std::size_t count) noexcept {
  counters_.dropped_samples += count;
  head_ = ring_.empty() ? 0 : (head_ + count) % ring_.size();
  size_ -= count;
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
    const std::size_t until_end = std::min(count, ring_.size() - head_);
    std::copy_n(ring_.begin() + static_cast<std::ptrdiff_t>(head_), until_end, out.begin());
    std::copy_n(ring_.begin(), count - until_end,
                out.begin() + static_cast<std::ptrdiff_t>(until_end));
    head_ = (head_ + count) % ring_.size();
    size_ -= count;
    if (count < out.size()) {
      playing_ = false;
      ++counters_.underflows;
    }
  }
  std::fill(out.begin() + static_cast<std::ptrdiff_t>(count), out.end(), g711::silence);
  return count;
}

void JitterBuffer::reset() noexcept {
  head_ = 0;
  size_ = 0;
  playing_ = false;
  last_sequence_.reset();
}

}  // namespace voice

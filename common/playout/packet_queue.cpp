#include "common/playout/packet_queue.hpp"

#include "common/wire/sequence.hpp"

#include <utility>

namespace voice {
namespace {

// RFC 3550 §A.1: a packet farther ahead or behind than this comes from a source that restarted.
constexpr int dropout_packets_max = 3000;
constexpr int misorder_packets_max = 100;
constexpr std::uint32_t pause_frames_min = 5;

// Up to 1 % of full scale, -40 dBFS: as µ-law codes, and as 16-bit samples.
constexpr std::uint8_t quiet_code_min = 0xE0;
constexpr int quiet_sample_max = 328;

// Enough for a steady stream in a crowd, which is read every 60 ms. While more than four are held,
// the near ring keeps less of what has been played; so a queue returns to it at four.
constexpr std::size_t near_frames_held = 6;
constexpr std::size_t near_frames_kept_beside = 4;
// A queue that needs fewer frames than this has no second ring.
constexpr std::size_t far_frames_min = 16;

}  // namespace

PacketQueue::PacketQueue(AudioFormat format, CodecId codec, RareMemory* rare)
    : format_(format),
      codec_(codec),
      sample_bytes_(static_cast<std::uint8_t>(codec_info(codec).sample_bytes)),
      silence_(codec_info(codec).silence),
      frame_bytes_(format.samples_per_frame_max() * sample_bytes_),
      rare_(rare) {
  VOICE_ASSERT(sample_bytes_ == 1 || sample_bytes_ == 2);
}

void PacketQueue::reserve(std::size_t capacity, std::size_t kept, Duration group_width) {
  VOICE_ASSERT(size_ <= capacity && kept < capacity);
  const bool has_far = capacity - kept > far_frames_min * frame_bytes_;
  const std::size_t near_bytes =
      std::max(near_frames_held * frame_bytes_, near_frames_kept_beside * frame_bytes_ + kept);
  const std::size_t near = has_far ? near_bytes : capacity;
  // Memory of a participant that never speaks never becomes resident.
  RareMemory::Promise near_promise(rare_, (ArrivalTimes::memory_bytes + near + 1) / 2);
  std::uint8_t* const near_memory = memory_of(near_promise);
  RareMemory::Promise far;
  if (has_far) far = RareMemory::Promise(rare_, (capacity + 1) / 2);
  arrivals_.use(near_memory);
  const bool is_near = !has_far || size_ <= near_frames_held * frame_bytes_;
  played_ = 0;
  // What is held may still be in the old rings.
  std::swap(far_, far);
  if (is_near) {
    move_to(near_memory + ArrivalTimes::memory_bytes, near);
  } else {
    move_to(memory_of(far_), capacity);
  }
  std::swap(near_, near_promise);
  is_far_ = !is_near;
  near_capacity_ = near;
  near_most_ = has_far ? near_frames_held * frame_bytes_ : capacity;
  most_ = capacity;
  kept_ = kept;
  group_width_ = group_width;
  invariants();
}

// Moves what is held to the front of another ring, with as much of what was played as is kept.
void PacketQueue::move_to(std::uint8_t* ring, std::size_t capacity) noexcept {
  const std::size_t played = std::min(played_, capacity - size_);
  VOICE_ASSERT(size_ <= capacity && played <= kept_);
  if (played != 0) copy_played({ring, played});
  if (size_ != 0) copy({ring + played, size_});
  ring_ = ring;
  capacity_ = turn_ = capacity;
  played_ = head_ = played;
  invariants();
}

// The two shapes of a ring ("#" is held, "." is free, "-" is beyond turn_ and unused):
//
//   straight  [....######......]   head_ + size_ <= turn_ == capacity_
//                  ^head_      ^turn_
//   turned    [###...#######---]   head_ + size_ > turn_: the newest bytes are at the front
//                    ^head_ ^turn_
void PacketQueue::invariants() const noexcept {
  VOICE_ASSERT(size_ <= turn_ && turn_ <= capacity_);
  VOICE_ASSERT(head_ < turn_);
  VOICE_ASSERT(played_ <= kept_ && (played_ <= head_ || played_ - head_ <= turned_at_));
}

PacketQueue::Order PacketQueue::order_of(std::uint16_t sequence) const noexcept {
  if (!last_) return Order::restart;
  const int distance = sequence_distance(sequence, last_->sequence);
  if (distance == 1) return Order::next;
  if (distance == 0) return Order::duplicate;
  if (distance > dropout_packets_max || distance < -misorder_packets_max) return Order::restart;
  return distance > 0 ? Order::gap : Order::late;
}

PacketQueue::Verdict PacketQueue::judge(const rtp::Header& header, Bytes payload,
                                        TimePoint now) noexcept {
  if (now - last_arrival_ > sequence_pause_max) last_.reset();
  last_arrival_ = now;
  Verdict verdict{order_of(header.sequence), 0, false};
  switch (verdict.order) {
    case Order::duplicate:
      ++counters_.duplicates;
      return verdict;
    case Order::late:
      ++counters_.late;
      return verdict;
    case Order::gap: {
      const int missing = sequence_distance(header.sequence, last_->sequence) - 1;
      counters_.lost += static_cast<std::uint64_t>(missing);
      verdict.missing_bytes = samples_missing(header, missing) * sample_bytes_;
      break;
    }
    case Order::next:
      verdict.follows_pause = follows_pause(header);
      break;
    case Order::restart:
      verdict.missing_bytes = missing_unknown;
      break;
  }
  last_ = {header.sequence, static_cast<std::uint32_t>(header.timestamp) +
                                static_cast<std::uint32_t>(payload.size() / sample_bytes_)};
  return verdict;
}

// How many samples are missing before this packet. For a peer that does not count its samples: 20
// ms a packet.
std::size_t PacketQueue::samples_missing(const rtp::Header& header, int packets) const noexcept {
  const auto count = static_cast<std::size_t>(packets);
  const std::uint32_t told = static_cast<std::uint32_t>(header.timestamp) - last_->next_timestamp;
  const std::size_t told_max = count * packet_frames_max * format_.samples_per_frame_max();
  return told != 0 && told <= told_max ? told : count * format_.samples_per_frame();
}

// If it is short, the sender's microphone has faltered; its sound is late, then.
bool PacketQueue::follows_pause(const rtp::Header& header) const noexcept {
  if (!last_) return false;
  const std::uint32_t later = static_cast<std::uint32_t>(header.timestamp) - last_->next_timestamp;
  return later >= pause_frames_min * format_.samples_per_frame() && later <= INT32_MAX;
}

void PacketQueue::append_silence(std::size_t count, TimePoint now) noexcept {
  if (count == 0) return;
  std::fill_n(grow(count, now), count, silence_);
}

void PacketQueue::change_ring() noexcept {
  if (std::exchange(is_far_, !is_far_)) {
    move_to(memory_of(near_) + ArrivalTimes::memory_bytes, near_capacity_);
    far_.give_back();
  } else {
    move_to(memory_of(far_), most_);
  }
}

// Puts what is kept to the front of the ring, and what is held behind it. Returns where there is
// room for `count` more in one piece.
std::size_t PacketQueue::straighten(std::size_t count) noexcept {
  VOICE_ASSERT(size_ + count <= capacity_);
  played_ = std::min(played_, capacity_ - size_ - count);
  if (played_ <= head_) {
    std::rotate(ring_, ring_ + (head_ - played_), ring_ + std::min(head_ + size_, turn_));
  } else {
    // The oldest of what is kept lies before the end of the turn before, and the rest at the front.
    const std::size_t oldest = turned_at_ - (played_ - head_);
    VOICE_ASSERT(head_ + size_ <= oldest);
    std::rotate(ring_, ring_ + oldest, ring_ + turned_at_);
  }
  head_ = played_;
  turn_ = capacity_;
  return head_ + size_;
}

void PacketQueue::clear() noexcept {
  position_ += size_;
  head_ = 0;
  size_ = 0;
  played_ = 0;
  turn_ = capacity_;
  last_.reset();
  invariants();
}

void PacketQueue::copy(std::span<std::uint8_t> out, std::size_t from) const noexcept {
  VOICE_ASSERT(from + out.size() <= size_);
  std::size_t at = head_ + from;
  if (at >= turn_) at -= turn_;
  const std::size_t until_turn = std::min(out.size(), turn_ - at);
  std::copy_n(&ring_[at], until_turn, out.begin());
  std::copy_n(&ring_[0], out.size() - until_turn,
              out.begin() + static_cast<std::ptrdiff_t>(until_turn));
}

void PacketQueue::replace(Bytes with, std::size_t from) noexcept {
  VOICE_ASSERT(from + with.size() <= size_);
  std::size_t at = head_ + from;
  if (at >= turn_) at -= turn_;
  const std::size_t until_turn = std::min(with.size(), turn_ - at);
  std::copy_n(with.begin(), until_turn, &ring_[at]);
  std::copy(with.begin() + static_cast<std::ptrdiff_t>(until_turn), with.end(), &ring_[0]);
}

void PacketQueue::copy_played(std::span<std::uint8_t> out) const noexcept {
  VOICE_ASSERT(out.size() <= played_);
  const std::size_t here = std::min(out.size(), head_);
  const std::size_t before_turn = out.size() - here;
  std::copy_n(ring_ + turned_at_ - before_turn, before_turn, out.begin());
  std::copy_n(ring_ + head_ - here, here, out.begin() + static_cast<std::ptrdiff_t>(before_turn));
}

bool PacketQueue::is_quiet(std::size_t count) const noexcept {
  VOICE_ASSERT(count <= size_ && count % sample_bytes_ == 0);
  const std::size_t until_turn = std::min(count, turn_ - head_);
  return is_quiet({&ring_[head_], until_turn}) && is_quiet({&ring_[0], count - until_turn});
}

bool PacketQueue::is_quiet(Bytes encoded) const noexcept {
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

}  // namespace voice

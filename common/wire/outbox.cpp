#include "common/wire/outbox.hpp"

#include "common/core/assert.hpp"

#include <algorithm>
#include <utility>

namespace voice {
namespace {

// For control messages that wait together with the sound.
constexpr std::size_t control_bytes = std::size_t{8} * 1024;

}  // namespace

OutboxLimits outbox_limits(Duration audio_age_max, Duration catch_up_max,
                           std::size_t message_bytes) noexcept {
  const Duration age_max = std::max(audio_age_max, catch_up_max);
  const auto messages = static_cast<std::size_t>(age_max / frame_duration) + 1;
  return {audio_age_max, std::max(outbox_bytes_min, messages * message_bytes + control_bytes),
          catch_up_max};
}

bool Outbox::push(Bytes message, MessageClass kind, TimePoint now, std::size_t sent_bytes) {
  VOICE_ASSERT(sent_bytes == 0 || entries_.empty());
  VOICE_ASSERT(sent_bytes < message.size());
  expire(now);
  const auto is_full = [&] { return bytes_.size() - gone_ + message.size() > limits_.bytes_max; };
  while (is_full() && drop_oldest_audio(TimePoint::max())) {
  }
  // A message begun must be finished whatever the limit says: half of it is on the wire.
  if (is_full() && sent_bytes == 0) {
    ++dropped_messages_;
    return false;
  }
  make_room(message.size());
  bytes_.insert(bytes_.end(), message.begin(), message.end());
  entries_.push_back({message.size(), now, kind});
  if (sent_bytes != 0) sent_ = sent_bytes;
  check();
  return true;
}

void Outbox::expire(TimePoint now) {
  const TimePoint before = now - audio_age_max(now);
  while (drop_oldest_audio(before)) {
  }
}

// If audio leaves late, it is either the rest of a stall, which is over soon, or the link is too
// slow. Only time tells.
Duration Outbox::audio_age_max(TimePoint now) noexcept {
  const bool moved = std::exchange(has_moved_, false);
  if (age(now) <= limits_.audio_age_max) {
    moved_at_ = {};
    late_for_ = {};
    return limits_.audio_age_max;
  }
  if (moved) {
    if (moved_at_ != TimePoint{}) late_for_ += std::min<Duration>(now - moved_at_, gap_max);
    moved_at_ = now;
  }
  if (late_for_ > drain_max) return limits_.audio_age_max;
  return std::max(limits_.audio_age_max, limits_.stall_age_max);
}

bool Outbox::drop_oldest_audio(TimePoint before) {
  std::size_t offset = 0;
  for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
    const bool half_sent = entry == entries_.begin() && sent_ != 0;
    if (entry->kind == MessageClass::audio && !half_sent) {
      if (entry->since >= before) return false;
      VOICE_ASSERT(gone_ + offset + entry->size_bytes <= bytes_.size());
      // Moves the bytes in front of it, which are few; behind it there may be seconds of sound.
      const auto front = bytes_.begin() + static_cast<std::ptrdiff_t>(gone_);
      const auto dropped = front + static_cast<std::ptrdiff_t>(offset);
      std::move_backward(front, dropped, dropped + static_cast<std::ptrdiff_t>(entry->size_bytes));
      remove_front(entry->size_bytes);
      entries_.erase(entry);
      ++dropped_messages_;
      check();
      return true;
    }
    offset += entry->size_bytes;
  }
  return false;
}

Bytes Outbox::front() const noexcept {
  return Bytes{bytes_}.subspan(gone_ + sent_);
}

std::size_t Outbox::consume(std::size_t count) {
  VOICE_ASSERT(count <= size_bytes());
  sent_ += count;
  has_moved_ = has_moved_ || count != 0;
  auto entry = entries_.begin();
  std::size_t whole = 0;
  std::size_t audio_messages = 0;
  while (entry != entries_.end() && whole + entry->size_bytes <= sent_) {
    whole += entry->size_bytes;
    if (entry->kind == MessageClass::audio) ++audio_messages;
    ++entry;
  }
  VOICE_ASSERT(whole <= sent_);
  entries_.erase(entries_.begin(), entry);
  remove_front(whole);
  sent_ -= whole;
  check();
  return audio_messages;
}

// Costs no more than copying each byte once. Releases the memory of a long stall afterwards.
void Outbox::remove_front(std::size_t bytes) {
  gone_ += static_cast<std::uint32_t>(bytes);
  VOICE_ASSERT(gone_ <= bytes_.size());
  if (gone_ < bytes_.size() - gone_) return;
  compact();
  if (bytes_.empty() && bytes_.capacity() > outbox_bytes_min) bytes_.shrink_to_fit();
}

void Outbox::compact() noexcept {
  bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(gone_));
  gone_ = 0;
}

// Beyond the usual size, memory grows once, to what the limits allow, instead of doubling; and a
// quarter more, so that what is held moves to the front only now and then.
void Outbox::make_room(std::size_t bytes) {
  if (bytes_.size() + bytes <= bytes_.capacity()) return;
  if (gone_ >= (bytes_.size() - gone_) / 4 && gone_ >= bytes) return compact();
  if (bytes_.size() + bytes <= outbox_bytes_min) return;
  const std::size_t most = std::max(limits_.bytes_max, bytes_.size() + bytes);
  bytes_.reserve(most + most / 4);
}

Duration Outbox::age(TimePoint now) const noexcept {
  return entries_.empty() ? Duration{0} : now - entries_.front().since;
}

void Outbox::clear_unsent() {
  if (sent_ == 0) {
    entries_.clear();
    remove_front(bytes_.size() - gone_);
    return;
  }
  entries_.resize(1);
  bytes_.resize(gone_ + entries_.front().size_bytes);
  check();
}

// No message is empty, so there are bytes where there are messages; and only the first can be half
// sent.
void Outbox::check() const noexcept {
  VOICE_ASSERT(entries_.empty() == bytes_.empty());
  VOICE_ASSERT(gone_ + entries_.size() <= bytes_.size());
  VOICE_ASSERT(sent_ == 0 || !entries_.empty());
  VOICE_ASSERT(sent_ == 0 || sent_ < entries_.front().size_bytes);
}

}  // namespace voice

#include "common/wire/outbox.hpp"

#include "common/core/assert.hpp"

namespace voice {

bool Outbox::push(Bytes message, MessageClass kind, TimePoint now, std::size_t sent_bytes) {
  VOICE_ASSERT(sent_bytes == 0 || entries_.empty());
  VOICE_ASSERT(sent_bytes < message.size());
  expire(now);
  while (bytes_.size() + message.size() > limits_.bytes_max &&
         drop_oldest_audio(TimePoint::max())) {
  }
  // A message begun must be finished whatever the limit says: half of it is on the wire.
  if (bytes_.size() + message.size() > limits_.bytes_max && sent_bytes == 0) {
    ++dropped_messages_;
    return false;
  }
  bytes_.insert(bytes_.end(), message.begin(), message.end());
  entries_.push_back({message.size(), now, kind});
  if (sent_bytes != 0) sent_ = sent_bytes;
  check();
  return true;
}

void Outbox::expire(TimePoint now) {
  while (drop_oldest_audio(now - limits_.audio_age_max)) {
  }
}

bool Outbox::drop_oldest_audio(TimePoint before) {
  std::size_t offset = 0;
  for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
    const bool half_sent = entry == entries_.begin() && sent_ != 0;
    if (entry->kind == MessageClass::audio && !half_sent) {
      if (entry->since >= before) return false;
      VOICE_ASSERT(offset + entry->size_bytes <= bytes_.size());
      const auto first = bytes_.begin() + static_cast<std::ptrdiff_t>(offset);
      bytes_.erase(first, first + static_cast<std::ptrdiff_t>(entry->size_bytes));
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
  return Bytes{bytes_}.subspan(sent_);
}

std::size_t Outbox::consume(std::size_t count) {
  VOICE_ASSERT(count <= size_bytes());
  sent_ += count;
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
  bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(whole));
  sent_ -= whole;
  check();
  return audio_messages;
}

Duration Outbox::age(TimePoint now) const noexcept {
  return entries_.empty() ? Duration{0} : now - entries_.front().since;
}

void Outbox::clear_unsent() {
  if (sent_ == 0) {
    entries_.clear();
    bytes_.clear();
    return;
  }
  entries_.resize(1);
  bytes_.resize(entries_.front().size_bytes);
  check();
}

// No message is empty, so there are bytes where there are messages; and only the first can be half
// sent.
void Outbox::check() const noexcept {
  VOICE_ASSERT(entries_.empty() == bytes_.empty());
  VOICE_ASSERT(entries_.size() <= bytes_.size());
  VOICE_ASSERT(sent_ == 0 || !entries_.empty());
  VOICE_ASSERT(sent_ == 0 || sent_ < entries_.front().size_bytes);
}

}  // namespace voice

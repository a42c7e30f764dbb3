#include "server/host/attempts.hpp"

#include "common/core/assert.hpp"

#include <algorithm>
#include <iterator>

namespace voiced {

voice::Duration Attempts::pause_after(unsigned failures) const noexcept {
  if (failures <= limits_.free_failures) return voice::Duration{0};
  constexpr unsigned doublings_max = 16;
  const unsigned doublings = std::min(failures - limits_.free_failures - 1, doublings_max);
  const std::chrono::seconds pause = limits_.wait_min * (1 << doublings);
  return std::min(pause, limits_.wait_max);
}

voice::Duration Attempts::wait(std::string_view key, voice::TimePoint now) const {
  const auto found = failures_.find(key);
  if (found == failures_.end()) return voice::Duration{0};
  const Failures& failures = found->second;
  VOICE_ASSERT(failures.count > 0);
  return std::max(failures.last + pause_after(failures.count) - now, voice::Duration{0});
}

unsigned Attempts::failures(std::string_view key) const {
  const auto found = failures_.find(key);
  return found == failures_.end() ? 0 : found->second.count;
}

void Attempts::failed(std::string_view key, voice::TimePoint now) {
  auto found = failures_.find(key);
  if (found == failures_.end()) {
    make_room();
    found = failures_.emplace(std::string(key), Failures{}).first;
  } else {
    ranks_.erase(rank(*found));
  }
  ++found->second.count;
  found->second.last = now;
  ranks_.insert(rank(*found));
  VOICE_ASSERT(failures_.size() <= limits_.keys_max);
  VOICE_ASSERT(ranks_.size() == failures_.size());
}

// Strangers can fill the table at every tick, so the entry to evict is found without a search.
void Attempts::make_room() {
  if (failures_.size() < limits_.keys_max) return;
  VOICE_ASSERT(!ranks_.empty());
  forget(failures_.find(std::get<std::string_view>(*ranks_.begin())));
}

Attempts::Keys::iterator Attempts::forget(Keys::iterator key) {
  VOICE_ASSERT(key != failures_.end());
  ranks_.erase(rank(*key));
  return failures_.erase(key);
}

void Attempts::succeeded(std::string_view key) {
  if (const auto found = failures_.find(key); found != failures_.end()) forget(found);
}

void Attempts::tidy(voice::TimePoint now) {
  for (auto key = failures_.begin(); key != failures_.end();) {
    const bool is_over = now - key->second.last > limits_.forgotten_after;
    key = is_over ? forget(key) : std::next(key);
  }
  VOICE_ASSERT(failures_.size() <= limits_.keys_max);
}

}  // namespace voiced

#include "server/host/attempts.hpp"

#include "common/core/assert.hpp"

#include <algorithm>

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

void Attempts::failed(std::string_view key, voice::TimePoint now) {
  auto found = failures_.find(key);
  if (found == failures_.end()) {
    make_room();
    found = failures_.emplace(std::string(key), Failures{}).first;
  }
  ++found->second.count;
  found->second.last = now;
  VOICE_ASSERT(failures_.size() <= limits_.keys_max);
}

void Attempts::make_room() {
  if (failures_.size() < limits_.keys_max) return;
  const auto least =
      std::min_element(failures_.begin(), failures_.end(), [](const auto& a, const auto& b) {
        return std::pair(a.second.count, a.second.last) < std::pair(b.second.count, b.second.last);
      });
  VOICE_ASSERT(least != failures_.end());
  failures_.erase(least);
}

void Attempts::succeeded(std::string_view key) {
  if (const auto found = failures_.find(key); found != failures_.end()) failures_.erase(found);
}

void Attempts::tidy(voice::TimePoint now) {
  std::erase_if(failures_, [&](const auto& entry) {
    return now - entry.second.last > limits_.forgotten_after;
  });
  VOICE_ASSERT(failures_.size() <= limits_.keys_max);
}

}  // namespace voiced

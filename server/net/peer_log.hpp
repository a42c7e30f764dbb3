// Log lines about peers, limited in rate: strangers must not be able to fill a disk. What was left
// out is counted and told with the next line.
#pragma once

#include "common/core/token_bucket.hpp"

#include <spdlog/spdlog.h>

#include <cstdint>

namespace voiced {

class PeerLog {
 public:
  template <class... Args>
  void info(voice::TimePoint now, spdlog::format_string_t<Args...> format, Args&&... args) {
    if (may_write(now)) spdlog::info(format, std::forward<Args>(args)...);
  }
  template <class... Args>
  void warn(voice::TimePoint now, spdlog::format_string_t<Args...> format, Args&&... args) {
    if (may_write(now)) spdlog::warn(format, std::forward<Args>(args)...);
  }

  [[nodiscard]] std::uint64_t suppressed() const noexcept { return suppressed_; }

 private:
  bool may_write(voice::TimePoint now) {
    if (!bucket_.take(now)) {
      ++suppressed_;
      return false;
    }
    if (suppressed_ != 0) spdlog::warn("log lines about peers left out count={}", suppressed_);
    suppressed_ = 0;
    return true;
  }

  // 20 lines of 100 bytes a second are 170 MB a day at the very worst; 200 people may join at once.
  voice::TokenBucket bucket_{20, 400};
  std::uint64_t suppressed_ = 0;
};

}  // namespace voiced

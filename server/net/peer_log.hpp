// Log lines about peers, limited in rate: strangers must not be able to fill a disk. Lines left out
// are counted and reported with the next line.
#pragma once

#include "common/core/token_bucket.hpp"

#include <spdlog/spdlog.h>

#include <cstdint>

namespace voiced {

// The type of a checked format string has a name in spdlog 1.10 and later.
#if SPDLOG_VERSION >= 11000
template <class... Args>
using LogFormat = spdlog::format_string_t<Args...>;
#else
template <class... Args>
using LogFormat = fmt::format_string<Args...>;
#endif

class PeerLog {
 public:
  /// About peers that join and leave.
  template <class... Args>
  void info(voice::TimePoint now, LogFormat<Args...> format, Args&&... args) {
    if (may_write(bucket_, now)) spdlog::info(format, std::forward<Args>(args)...);
  }

  template <class... Args>
  void warn(voice::TimePoint now, LogFormat<Args...> format, Args&&... args) {
    if (may_write(bucket_, now)) spdlog::warn(format, std::forward<Args>(args)...);
  }

  /// About their names and rooms: limited separately, so that a peer that keeps changing its name
  /// cannot crowd out other lines.
  template <class... Args>
  void named(voice::TimePoint now, LogFormat<Args...> format, Args&&... args) {
    if (may_write(names_, now)) spdlog::info(format, std::forward<Args>(args)...);
  }

  /// Lines left out since the start.
  [[nodiscard]] std::uint64_t suppressed() const noexcept { return suppressed_; }

 private:
  [[nodiscard]] bool may_write(voice::TokenBucket& bucket, voice::TimePoint now) {
    if (!bucket.take(now)) {
      ++suppressed_;
      return false;
    }
    if (suppressed_ != told_) {
      spdlog::warn("log lines about peers left out count={}", suppressed_ - told_);
    }
    told_ = suppressed_;
    return true;
  }

  // 20 lines of 100 bytes a second are 170 MB a day at the very worst; 200 people may join at once.
  voice::TokenBucket bucket_{20, 400};
  voice::TokenBucket names_{5, 200};
  std::uint64_t suppressed_ = 0;
  std::uint64_t told_ = 0;
};

}  // namespace voiced

// Log lines about peers, limited in rate: strangers must not be able to fill a disk. Each kind of
// line has a limit of its own, so that those that anybody can cause in any number do not crowd out
// those that fail2ban looks for. Suppressed lines are counted and reported with the next line.
#pragma once

#include "common/core/token_bucket.hpp"
#include "server/host/close_reason.hpp"

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
  /// About peers that leave.
  template <class... Args>
  void left(Blame blame, voice::TimePoint now, LogFormat<Args...> format, Args&&... args) {
    if (may_write(bucket_of(blame), now)) spdlog::info(format, std::forward<Args>(args)...);
  }

  /// About peers that join, and what else happens to them.
  template <class... Args>
  void info(voice::TimePoint now, LogFormat<Args...> format, Args&&... args) {
    if (may_write(bucket_, now)) spdlog::info(format, std::forward<Args>(args)...);
  }

  template <class... Args>
  void warn(voice::TimePoint now, LogFormat<Args...> format, Args&&... args) {
    if (may_write(bucket_, now)) spdlog::warn(format, std::forward<Args>(args)...);
  }

  /// About those that have logged in, which needs a secret: what strangers do leaves none of it
  /// out.
  template <class... Args>
  void logged_in(voice::TimePoint now, LogFormat<Args...> format, Args&&... args) {
    if (may_write(logged_in_, now)) spdlog::info(format, std::forward<Args>(args)...);
  }

  /// About their names and rooms.
  template <class... Args>
  void named(voice::TimePoint now, LogFormat<Args...> format, Args&&... args) {
    if (may_write(names_, now)) spdlog::info(format, std::forward<Args>(args)...);
  }

  /// Lines suppressed since the start.
  [[nodiscard]] std::uint64_t suppressed() const noexcept { return suppressed_; }

 private:
  [[nodiscard]] voice::TokenBucket& bucket_of(Blame blame) noexcept {
    switch (blame) {
      case Blame::login:
        return logins_;
      case Blame::offence:
        return offences_;
      case Blame::none:
        break;
    }
    return bucket_;
  }
  [[nodiscard]] bool may_write(voice::TokenBucket& bucket, voice::TimePoint now) {
    if (!bucket.take(now)) {
      ++suppressed_;
      return false;
    }
    if (suppressed_ != told_) {
      spdlog::warn("log lines about peers suppressed count={}", suppressed_ - told_);
    }
    told_ = suppressed_;
    return true;
  }

  // 20 lines of 200 bytes a second are 350 MB a day at the very worst, for each; 200 people may
  // join at once.
  voice::TokenBucket bucket_{20, 400};
  voice::TokenBucket offences_{20, 400};
  voice::TokenBucket logins_{20, 400};  // these are slowed for each address and account anyway
  voice::TokenBucket logged_in_{20, 400};
  voice::TokenBucket names_{5, 200};
  std::uint64_t suppressed_ = 0;
  std::uint64_t told_ = 0;
};

}  // namespace voiced

// How many files may be open.
#pragma once

#include "tests/support/catch.hpp"

#include <sys/resource.h>

namespace voice::test {

/// Limits how many files this process, and programs that it starts, may have open, while it exists.
class DescriptorLimit {
 public:
  explicit DescriptorLimit(rlim_t most) {
    REQUIRE(getrlimit(RLIMIT_NOFILE, &before_) == 0);
    rlimit limit = before_;
    limit.rlim_cur = most;
    is_set_ = setrlimit(RLIMIT_NOFILE, &limit) == 0;
  }
  ~DescriptorLimit() { setrlimit(RLIMIT_NOFILE, &before_); }
  DescriptorLimit(const DescriptorLimit&) = delete;
  DescriptorLimit& operator=(const DescriptorLimit&) = delete;

  /// False: more than this process is allowed.
  [[nodiscard]] bool is_set() const noexcept { return is_set_; }

 private:
  rlimit before_{};
  bool is_set_ = false;
};

}  // namespace voice::test

// Memory and descriptors of a running program, before and after something happened to it.
#pragma once

#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/footprint.hpp"
#include "tests/support/process.hpp"

#include <optional>
#include <sstream>
#include <string>
#include <utility>

namespace voice::test {

/// Looks at what a program holds before a fault and after it.
class HeldBy {
 public:
  HeldBy(std::string who, Process& process)
      : who_(std::move(who)), process_(process), before_(footprint_of(process.pid())) {}

  /// Waits until it holds no more than before. It may keep some pages of memory in which something
  /// small still lives, and one more for each peer that was connected at the same time (see
  /// docs/architecture.md, Limits). The server checks once a second what it can give back.
  void check_is_as_before(int peers_at_once = 0) {
    if (!before_) return;
    slack_kib_ = 256 + 4 * peers_at_once;
    (void)eventually([this] { return is_as_before(now()); }, std::chrono::seconds{10});
    const auto after = now();
    REQUIRE(after);
    INFO(told());
    // Less is all right: a sound file that has been read to its end is closed.
    CHECK(after->descriptors <= before_->descriptors);
    CHECK(is_as_before(after));
  }

  /// "voiced 5 → 5 descriptors, 812 → 820 KiB"
  [[nodiscard]] std::string told() const {
    const auto after = now();
    if (!before_ || !after) return who_ + ": unknown";
    std::ostringstream out;
    out << who_ << " " << before_->descriptors << " → " << after->descriptors << " descriptors, "
        << before_->memory_kib << " → " << after->memory_kib << " KiB";
    return out.str();
  }

 private:
  [[nodiscard]] bool is_as_before(const std::optional<Footprint>& after) const {
    if (!after || after->descriptors > before_->descriptors) return false;
    return !freed_memory_returns || after->memory_kib <= before_->memory_kib + slack_kib_;
  }

  [[nodiscard]] std::optional<Footprint> now() const { return footprint_of(process_.pid()); }

  std::string who_;
  Process& process_;
  std::optional<Footprint> before_;
  long slack_kib_ = 0;
};

}  // namespace voice::test

// Slows down password guessing: remembers failures by key (an address, an account), and says how
// long the next attempt has to wait. Bounded: when it is full, it forgets the key with the fewest
// failures, and among those the one that failed first. Pure.
#pragma once

#include "common/core/time.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>

namespace voiced {

struct AttemptLimits {
  unsigned free_failures = 5;        // before anybody waits
  std::chrono::seconds wait_min{1};  // doubles with each further failure
  std::chrono::seconds wait_max{900};
  std::chrono::seconds forgotten_after{3600};  // without a failure
  std::size_t keys_max = 4096;
};

class Attempts {
 public:
  explicit Attempts(const AttemptLimits& limits) : limits_(limits) {}

  /// How long until the next attempt is allowed; 0: it is allowed now.
  [[nodiscard]] voice::Duration wait(std::string_view key, voice::TimePoint now) const;
  /// How many failures are remembered.
  [[nodiscard]] unsigned failures(std::string_view key) const;
  /// How many more attempts may fail before the next one has to wait.
  [[nodiscard]] unsigned free_left(std::string_view key) const {
    return limits_.free_failures - std::min(limits_.free_failures, failures(key));
  }
  void failed(std::string_view key, voice::TimePoint now);
  void succeeded(std::string_view key);
  /// Forgets old failures. Call it now and then.
  void tidy(voice::TimePoint now);

  [[nodiscard]] std::size_t keys() const noexcept { return failures_.size(); }

 private:
  struct Failures {
    unsigned count = 0;
    voice::TimePoint last{};
  };

  [[nodiscard]] voice::Duration pause_after(unsigned failures) const noexcept;
  using Keys = std::map<std::string, Failures, std::less<>>;
  using Rank = std::tuple<unsigned, voice::TimePoint, std::string_view>;

  [[nodiscard]] static Rank rank(const Keys::value_type& entry) noexcept {
    return {entry.second.count, entry.second.last, entry.first};
  }
  void make_room();
  Keys::iterator forget(Keys::iterator key);

  AttemptLimits limits_;
  Keys failures_;
  std::set<Rank> ranks_;  // of all keys: the first one is forgotten first
};

}  // namespace voiced

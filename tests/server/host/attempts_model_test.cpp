// Random stories of failures, compared with a list that is searched from end to end.
#include "server/host/attempts.hpp"

#include "tests/sim/world/random.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <string>
#include <vector>

using namespace voiced;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr AttemptLimits limits{.free_failures = 2,
                               .wait_min = seconds{3},
                               .wait_max = seconds{40},
                               .forgotten_after = seconds{120},
                               .keys_max = 6};

/// What the header promises, in the plainest form.
class Model {
 public:
  void failed(const std::string& key, voice::TimePoint now) {
    if (find(key) == entries_.end()) {
      if (entries_.size() == limits.keys_max) entries_.erase(first_to_go());
      entries_.push_back({key, 0, now});
    }
    Entry& entry = *find(key);
    ++entry.count;
    entry.last = now;
  }
  void succeeded(const std::string& key) {
    std::erase_if(entries_, [&](const Entry& entry) { return entry.key == key; });
  }
  void tidy(voice::TimePoint now) {
    std::erase_if(entries_,
                  [&](const Entry& entry) { return now - entry.last > limits.forgotten_after; });
  }

  [[nodiscard]] unsigned failures(const std::string& key) {
    const auto found = find(key);
    return found == entries_.end() ? 0 : found->count;
  }
  [[nodiscard]] voice::Duration wait(const std::string& key, voice::TimePoint now) {
    const auto found = find(key);
    if (found == entries_.end() || found->count <= limits.free_failures) return {};
    voice::Duration pause = limits.wait_min;
    for (unsigned i = limits.free_failures + 1; i < found->count && pause < limits.wait_max; ++i) {
      pause *= 2;
    }
    pause = std::min<voice::Duration>(pause, limits.wait_max);
    return std::max(found->last + pause - now, voice::Duration{0});
  }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::string key;
    unsigned count;
    voice::TimePoint last;
  };
  using Entries = std::vector<Entry>;

  Entries::iterator find(const std::string& key) {
    return std::find_if(entries_.begin(), entries_.end(),
                        [&](const Entry& entry) { return entry.key == key; });
  }
  Entries::iterator first_to_go() {
    return std::min_element(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
      return a.count != b.count ? a.count < b.count : a.last < b.last;
    });
  }

  Entries entries_;
};

}  // namespace

TEST_CASE("failures are remembered, slowed down and forgotten as in a plain list",
          "[attempts][model]") {
  const auto seed = GENERATE(range(std::uint64_t{1}, std::uint64_t{9}));
  CAPTURE(seed);
  sim::Random random(seed);
  Attempts attempts(limits);
  Model model;
  voice::TimePoint now{std::chrono::hours{1}};
  for (int step = 0; step < 3000; ++step) {
    // No two failures at the same moment, so it is never open which key is forgotten first.
    now += milliseconds{random.between(std::int64_t{1}, 4000)};
    const std::string key(1, static_cast<char>('a' + random.below(10)));
    if (random.one_in(12)) {
      attempts.succeeded(key);
      model.succeeded(key);
    } else if (random.one_in(12)) {
      attempts.tidy(now);
      model.tidy(now);
    } else {
      attempts.failed(key, now);
      model.failed(key, now);
    }
    REQUIRE(attempts.keys() == model.size());
    for (char c = 'a'; c < 'k'; ++c) {
      const std::string each(1, c);
      REQUIRE(attempts.failures(each) == model.failures(each));
      REQUIRE(attempts.wait(each, now) == model.wait(each, now));
      const unsigned failures = model.failures(each);
      const unsigned left = failures < limits.free_failures ? limits.free_failures - failures : 0;
      REQUIRE(attempts.free_left(each) == left);
    }
  }
}

TEST_CASE("with the limits in use, a pause begins after five failures and ends at 15 minutes",
          "[attempts]") {
  Attempts attempts{AttemptLimits{}};
  const voice::TimePoint now{std::chrono::hours{1}};
  const int waits[] = {0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900};
  for (const int expected : waits) {
    CHECK(attempts.wait("anna", now) == seconds{expected});
    attempts.failed("anna", now);
  }
}

TEST_CASE("an attempt that is repeated as soon as it is allowed is never forgotten", "[attempts]") {
  // The longest pause is shorter than the time after which failures are forgotten: a patient
  // guesser is not given a new set of free attempts.
  Attempts attempts{AttemptLimits{}};
  voice::TimePoint now{std::chrono::hours{1}};
  for (unsigned made = 0; made < 50; ++made) {
    CHECK(attempts.failures("anna") == made);
    attempts.failed("anna", now);
    now += attempts.wait("anna", now);
    attempts.tidy(now);
  }
}

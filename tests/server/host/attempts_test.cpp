#include "server/host/attempts.hpp"

#include "tests/support/catch.hpp"

using std::chrono::seconds;
using voiced::Attempts;

namespace {

constexpr voice::TimePoint start{std::chrono::hours{1}};
constexpr voiced::AttemptLimits limits{.free_failures = 3,
                                       .wait_min = seconds{1},
                                       .wait_max = seconds{10},
                                       .forgotten_after = seconds{60},
                                       .keys_max = 4};

void fail(Attempts& attempts, const char* key, int times, voice::TimePoint now = start) {
  for (int i = 0; i < times; ++i) attempts.failed(key, now);
}

}  // namespace

TEST_CASE("a few mistakes are free, then each doubles the wait up to a limit", "[attempts]") {
  Attempts attempts(limits);
  const int waits[] = {0, 0, 0, 0, 1, 2, 4, 8, 10, 10};
  for (const int expected : waits) {
    CHECK(attempts.wait("anna", start) == seconds{expected});
    attempts.failed("anna", start);
  }
  fail(attempts, "anna", 100'000);
  CHECK(attempts.wait("anna", start) == seconds{10});
  CHECK(attempts.wait("bob", start) == seconds{0});
}

TEST_CASE("a wait passes, and a success ends it at once", "[attempts]") {
  Attempts attempts(limits);
  fail(attempts, "anna", 5);
  CHECK(attempts.wait("anna", start + seconds{1}) == seconds{1});
  CHECK(attempts.wait("anna", start + seconds{2}) == seconds{0});
  attempts.failed("anna", start + seconds{2});
  CHECK(attempts.wait("anna", start + seconds{2}) == seconds{4});

  attempts.succeeded("anna");
  CHECK(attempts.wait("anna", start + seconds{2}) == seconds{0});
  CHECK(attempts.keys() == 0);
}

TEST_CASE("failures are forgotten after a while without any", "[attempts]") {
  Attempts attempts(limits);
  fail(attempts, "anna", 9);
  attempts.tidy(start + seconds{60});
  CHECK(attempts.keys() == 1);
  attempts.tidy(start + seconds{61});
  CHECK(attempts.keys() == 0);
}

TEST_CASE("names that fail once do not push out one that is being guessed at", "[attempts]") {
  Attempts attempts(limits);
  fail(attempts, "anna", 8);
  for (int i = 0; i < 100; ++i) attempts.failed(std::to_string(i), start);
  CHECK(attempts.keys() == limits.keys_max);
  CHECK(attempts.wait("anna", start) == seconds{10});
}

#include "client/call/backoff.hpp"

#include "tests/support/catch.hpp"

using voicecli::Backoff;
using namespace std::chrono_literals;

TEST_CASE("delays double from 0.2 s and stay at 1.5 s", "[backoff]") {
  Backoff backoff;

  for (const auto limit : {200ms, 400ms, 800ms, 1500ms, 1500ms, 1500ms}) {
    const auto delay = backoff.next(0xFFFF'FFFF);
    CHECK(delay <= limit);
    CHECK(delay > limit - 1ms);
  }
}

TEST_CASE("a random delay lies between half its limit and its limit", "[backoff]") {
  Backoff low, middle, high;

  CHECK(low.next(0) == 100ms);
  CHECK(middle.next(0x8000'0000) == 150ms);
  CHECK(high.next(0xFFFF'FFFF) > 199ms);
}

TEST_CASE("after a good connection the delays start over", "[backoff]") {
  Backoff backoff;
  for (int i = 0; i < 10; ++i) (void)backoff.next(0);

  backoff.reset();

  CHECK(backoff.next(0) == 100ms);
}

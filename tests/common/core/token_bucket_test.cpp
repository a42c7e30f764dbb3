#include "common/core/token_bucket.hpp"

#include "tests/support/catch.hpp"

using std::chrono::milliseconds;
using std::chrono::seconds;
using voice::TimePoint;
using voice::TokenBucket;

namespace {

constexpr TimePoint start{std::chrono::hours{1}};

int takes(TokenBucket& bucket, TimePoint now, int tries) {
  int taken = 0;
  for (int i = 0; i < tries; ++i) taken += bucket.take(now) ? 1 : 0;
  return taken;
}

}  // namespace

TEST_CASE("a bucket starts full and gives a burst, no more", "[token_bucket]") {
  TokenBucket bucket(10, 5);

  CHECK(takes(bucket, start, 100) == 5);
}

TEST_CASE("tokens flow in at the rate, and a refused take costs none", "[token_bucket]") {
  TokenBucket bucket(10, 5);
  takes(bucket, start, 100);

  CHECK(takes(bucket, start + milliseconds{99}, 10) == 0);
  CHECK(takes(bucket, start + milliseconds{101}, 10) == 1);
  CHECK(takes(bucket, start + milliseconds{402}, 10) == 3);
}

TEST_CASE("a long rest fills the bucket to a burst, not beyond", "[token_bucket]") {
  TokenBucket bucket(10, 5);
  takes(bucket, start, 100);

  CHECK(takes(bucket, start + std::chrono::hours{24}, 100) == 5);
}

TEST_CASE("over a minute the rate holds, whatever the pace of asking", "[token_bucket]") {
  const auto step = GENERATE(milliseconds{1}, milliseconds{7}, milliseconds{100});
  TokenBucket bucket(10, 5);

  int taken = 0;
  for (milliseconds t{0}; t < seconds{60}; t += step) taken += takes(bucket, start + t, 3);

  CHECK(taken >= 600);
  CHECK(taken <= 605);
}

TEST_CASE("a sender that stays below the rate is never refused", "[token_bucket]") {
  TokenBucket bucket(50, 2);
  for (int i = 0; i < 1000; ++i) REQUIRE(bucket.take(start + i * milliseconds{20}));
}

TEST_CASE("the time before the first take does not count", "[token_bucket]") {
  TokenBucket bucket(1, 2);

  CHECK(takes(bucket, start, 10) == 2);
  CHECK(takes(bucket, start, 10) == 0);
}

TEST_CASE("calm returns when half a burst is available again", "[token_bucket]") {
  TokenBucket bucket(10, 10);
  CHECK(bucket.calm());

  takes(bucket, start, 100);
  CHECK_FALSE(bucket.calm());

  // Only take() moves the bucket's clock, and it takes a token.
  CHECK(bucket.take(start + milliseconds{590}));
  CHECK_FALSE(bucket.calm());
  CHECK(bucket.take(start + milliseconds{710}));
  CHECK(bucket.calm());
}

TEST_CASE("a new rate applies at once, and grants no extra burst", "[token_bucket]") {
  TokenBucket bucket(1, 10);
  CHECK(takes(bucket, start, 8) == 8);

  bucket.set_limits(100, 5);
  CHECK(takes(bucket, start, 10) == 2);
  CHECK(takes(bucket, start + milliseconds{20}, 10) == 2);

  bucket.set_limits(100, 50);
  CHECK(takes(bucket, start + milliseconds{20}, 10) == 0);
}

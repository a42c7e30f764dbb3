#include "common/core/split_mix.hpp"

#include "tests/support/catch.hpp"

TEST_CASE("the numbers are those of SplitMix64's reference", "[split_mix]") {
  // The high halves of the first outputs of splitmix64.c (Vigna, 2015) from the seed 1234567.
  voice::SplitMix random{1234567};
  CHECK(random.next() == 6457827717110365317U >> 32);
  CHECK(random.next() == 3203168211198807973U >> 32);
  CHECK(random.next() == 9817491932198370423U >> 32);
}

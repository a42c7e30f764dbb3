#include "server/app/ban_reading.hpp"

#include "tests/support/catch.hpp"

using voiced::BanReading;
using voiced::BanTrust;
using voiced::trust_in;

TEST_CASE("a ban list is overwritten only when nothing of it would be lost", "[ban_reading]") {
  const BanReading ours{.bytes = 99, .lines_understood = 3};
  BanReading with_comment = ours;
  with_comment.comments = 1;
  BanReading damaged = ours;
  damaged.lines_not_understood = 1;

  CHECK(trust_in(ours) == BanTrust::whole);
  CHECK(trust_in(with_comment) == BanTrust::partial);
  CHECK(trust_in(damaged) == BanTrust::partial);
  CHECK(trust_in({.bytes = 9, .comments = 1}) == BanTrust::partial);
  CHECK(trust_in({.bytes = 1}) == BanTrust::whole);  // an empty line
}

TEST_CASE("a ban list that cannot be understood is not taken for an empty one", "[ban_reading]") {
  CHECK(trust_in({}) == BanTrust::no_text);
  CHECK(trust_in({.bytes = 300, .lines_not_understood = 1}) == BanTrust::no_bans);
  CHECK(trust_in({.bytes = 300, .lines_not_understood = 1, .comments = 2}) == BanTrust::no_bans);
  CHECK(trust_in({.bytes = 300, .lines_understood = 9, .is_full = true}) == BanTrust::too_many);
}

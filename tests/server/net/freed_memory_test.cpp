#include "server/net/freed_memory.hpp"

#include "tests/support/catch.hpp"

using voiced::CrowdWatch;

TEST_CASE("a crowd counts as dispersed when half of it has left, and again at half of the rest",
          "[server]") {
  CrowdWatch crowd;
  CHECK_FALSE(crowd.has_dispersed(0));
  crowd.arrived(99);
  crowd.arrived(100);
  CHECK_FALSE(crowd.has_dispersed(51));

  CHECK(crowd.has_dispersed(50));
  CHECK_FALSE(crowd.has_dispersed(50));
  crowd.arrived(60);
  CHECK_FALSE(crowd.has_dispersed(31));
  CHECK(crowd.has_dispersed(30));
  CHECK(crowd.has_dispersed(0));
  CHECK_FALSE(crowd.has_dispersed(0));
}

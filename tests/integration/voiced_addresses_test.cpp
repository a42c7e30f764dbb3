// Where clients may connect from, as the running program decides.
#include "tests/integration/operator.hpp"

using namespace voice::test;

TEST_CASE("a denied address is refused, and the others are served", "[integration]") {
  Operated server({"--deny-from", "127.0.0.7/32"});
  TcpPeer welcome = join(server.voiced, {.from = 8});
  TcpPeer unwelcome(server.voiced.port(), {.from = 7});

  CHECK(contains(next_text(unwelcome),
                 "Refused\nCode:banned\nReason:this server accepts no "
                 "connections from your address"));
  CHECK(unwelcome.wait_for_end() == End::clean);
  CHECK(server.voiced.says("reason=refused_address"));
  CHECK(contains(server.ask("stats"), R"("refused_address":1)"));
}

TEST_CASE("a new list holds for newcomers, and disconnects nobody", "[integration][reload]") {
  Voiced voiced;
  TcpPeer first = join(voiced, {.from = 7});

  REQUIRE(voiced.reload("allow-from = [\"127.0.0.8\", \"::1\"]\n",
                        "configuration reloaded changed=1 pending=0"));
  TcpPeer again(voiced.port(), {.from = 7});
  CHECK(contains(next_text(again), "Refused\nCode:banned"));
  TcpPeer other = join(voiced, {.from = 8});
  CHECK(voiced.statistic("participants") == 2);
  CHECK(first.end() == End::none);

  REQUIRE(voiced.reload("allow-from = 127.0.0.300\n", "reload refused error="));
  TcpPeer still(voiced.port(), {.from = 7});
  CHECK(contains(next_text(still), "Refused"));
}

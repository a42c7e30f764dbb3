// What voicecli makes of what the operator does to it.
#include "tests/integration/operator.hpp"
#include "tests/integration/voicecli_program.hpp"

using namespace voice::test;

namespace {

const Strings anna{"--name", "Anna", "--input", "tone:440", "--output", "null"};

}  // namespace

TEST_CASE("voicecli shows that it has been muted", "[integration][control]") {
  Operated server;
  Voicecli client(server.voiced.port(), anna);
  REQUIRE(client.connects());

  CHECK(contains(server.ask("mute Anna"), R"("ok":true)"));

  CHECK(client.process().prints(R"("event":"muted_by_server")"));
  CHECK(client.process().prints(R"("microphone_muted_by_server":true)"));
  CHECK(contains(server.ask("unmute Anna"), R"("ok":true)"));
  CHECK(client.goes_on());
  CHECK(client.process().prints(R"("microphone_muted_by_server":false)",
                                client.process().out().rfind("muted_by_server")));
  CHECK(client.quit() == 0);
}

TEST_CASE("voicecli that was kicked or banned ends, and says why", "[integration][control]") {
  const auto* const request = GENERATE("kick Anna too loud", "ban Anna too loud");
  CAPTURE(request);
  Operated server;
  Voicecli client(server.voiced.port(), anna);
  REQUIRE(client.connects());

  CHECK(contains(server.ask(request), R"("ok":true)"));

  CHECK(client.process().wait() == 4);
  CHECK(contains(client.told(), R"("reason":"too loud")"));
  CHECK_FALSE(contains(client.told(), "retry_in_ms"));
}

TEST_CASE("voicecli does not knock again where it is banned", "[integration][control]") {
  Operated server;
  CHECK(contains(server.ask("ban 127.0.0.1 for 1h not you"), R"("ok":true)"));

  Voicecli client(server.voiced.port(), anna);

  CHECK(client.process().wait() == 4);
  CHECK(contains(client.told(), R"("event":"refused")"));
  CHECK(contains(client.told(), "not you"));
}

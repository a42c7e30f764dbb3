// A call of the real client through a real proxy.
#include "tests/integration/proxies.hpp"
#include "tests/integration/voicecli_program.hpp"

using namespace voice::test;

TEST_CASE("a call through a proxy works, and has the client's address", "[integration][proxy]") {
  if (!Proxy::are_installed()) return;
  Backend backend;
  const Proxy haproxy = Proxy::haproxy(backend.port, "send-proxy-v2");
  const Proxy nginx = Proxy::nginx(backend.port);
  Voicecli talker(haproxy.port(), {"--name", "Ada", "--input", "tone:440", "--output", "null"});
  Voicecli listener(nginx.port(), {"--name", "Bob", "--input", "null", "--output", "null"});
  REQUIRE(talker.connects());
  REQUIRE(listener.connects());
  REQUIRE(listener.goes_on());

  const std::string list = backend.ask("list");
  CHECK(contains(list, R"("name":"Ada","room":"front","address":"127.0.0.1:)"));
  CHECK(contains(list, R"("name":"Bob","room":"front","address":"127.0.0.1:)"));
  CHECK(eventually([&] { return contains(backend.ask("list"), R"("talking":true)"); }));
  CHECK(talker.quit() == 0);
  CHECK(listener.quit() == 0);
  CHECK(backend.voiced.says("name=\"Ada\""));
}

#ifdef VOICE_WITH_TLS

TEST_CASE("a proxy passes TLS through, and the peer behind it has its own address",
          "[integration][proxy]") {
  if (!Proxy::are_installed()) return;
  const ScratchDirectory scratch;
  const std::string state = scratch.file("state");
  std::filesystem::create_directory(state);
  Backend backend({"--state-directory", state}, " tls");
  const std::string log = backend.voiced.log();
  const std::string mark = "certificate fingerprint=";
  const std::string print = log.substr(log.find(mark) + mark.size(), 7 + 64);
  const Proxy haproxy = Proxy::haproxy(backend.port, "send-proxy-v2");

  Voicecli client(haproxy.port(), {"--name", "Ada", "--input", "null", "--output", "null", "--tls",
                                   "--tls-fingerprint", print});
  INFO(client.told());
  REQUIRE(client.connects());
  CHECK(contains(backend.ask("list"), R"("name":"Ada","room":"front","address":"127.0.0.1:)"));
  const std::string list = backend.ask("list");
  INFO(list);
  CHECK(contains(list, R"("encryption":"TLS1.3)"));
  CHECK(client.quit() == 0);
}

#endif

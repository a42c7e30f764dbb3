// What an observer on the wire finds in a call: in a plain one the name and the sound, but no
// password; in an encrypted one nothing.
#include "tests/integration/operator.hpp"
#include "tests/integration/tls_peer.hpp"
#include "tests/integration/voicecli_program.hpp"
#include "tests/integration/wiretap.hpp"

using namespace voice::test;

namespace {

// 24 bytes of µ-law from the last packet that a client at 8000 Hz sent.
std::string sound_in(const std::string& wire) {
  const std::string begin("\xAC\0\0\0\x80", 5);
  const auto at = wire.rfind(begin);
  REQUIRE(at != std::string::npos);
  REQUIRE(at + 16 + 24 <= wire.size());
  return wire.substr(at + 16, 24);
}

}  // namespace

TEST_CASE("captured packets of an encrypted call contain no name, password, invitation or sound",
          "[integration][tls]") {
  ScratchDirectory scratch;
  const std::string password = scratch.write("password", "correct horse battery\n");
  TlsVoiced server({"--password-file", password, "--control-socket", scratch.file("s")});
  Operator desk(scratch.file("s"));
  const std::string invited = desk.ask("invite for 1h");
  const auto begin = invited.find("vi1");
  REQUIRE(begin != std::string::npos);
  const std::string token = invited.substr(begin, invited.find('"', begin) - begin);

  const auto recorded = [](std::uint16_t port, const Strings& more) {
    Wiretap tap(port);
    Strings flags{"--name", "Ada Lovelace", "--input", "tone:440",      "--output",
                  "null",   "--codec",      "pcmu",    "--no-reconnect"};
    flags.insert(flags.end(), more.begin(), more.end());
    {
      Voicecli client(tap.port(), flags);
      INFO(client.told());
      REQUIRE(client.connects());
      REQUIRE(client.goes_on());
      REQUIRE(client.goes_on());
      CHECK(client.quit() == 0);
    }
    return tap.heard();
  };
  const std::string plain = recorded(server.voiced().port(), {"--password-file", password});
  const Strings tls{"--tls", "--tls-fingerprint", voice::tls::to_string(server.fingerprint())};
  Strings by_password = tls;
  by_password.insert(by_password.end(), {"--password-file", password});
  Strings by_token = tls;
  by_token.insert(by_token.end(), {"--token", token});

  CHECK(contains(plain, "Ada Lovelace"));
  CHECK_FALSE(contains(plain, "horse"));
  const std::string sound = sound_in(plain);
  for (const Strings& flags : {by_password, by_token}) {
    const std::string sealed = recorded(server.port(), flags);
    CHECK(sealed.size() > 5000);
    for (const std::string& secret :
         {std::string("Ada"), std::string("horse"), token.substr(4, 16), std::string("Hello"),
          std::string("SamplesPerSecond"), sound}) {
      CHECK_FALSE(contains(sealed, secret));
    }
  }
}

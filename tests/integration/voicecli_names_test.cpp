// What becomes of names with the real programs.
#include "tests/integration/operator.hpp"
#include "tests/integration/voicecli_program.hpp"
#include "tests/integration/voicectl_program.hpp"

using namespace voice::test;

namespace {

Strings called(const std::string& name, Strings more = {}) {
  more.insert(more.end(), {"--input", "null", "--output", "null", "--name", name});
  return more;
}

}  // namespace

TEST_CASE("with accounts, the names show who has none", "[integration][names]") {
  const ScratchDirectory scratch;
  const std::string users = scratch.file("users");
  const std::string password = scratch.write("password", "correct horse battery\n");
  REQUIRE(voicectl({"--socket", scratch.file("none"), "user", "add", "anna", "--users-file", users,
                    "--password-file", password})
              .exit_code == 0);
  Operated server({"--users-file", users});

  Voicecli guest(server.voiced.port(), called("Anna"));
  Voicecli other(server.voiced.port(), called("nobody"));
  Voicecli anna(server.voiced.port(), {"--input", "null", "--output", "null", "--user", "anna",
                                       "--password-file", password});
  CHECK(guest.connects());
  CHECK(other.connects());
  CHECK(anna.connects());
  const std::string list = server.ask("list");
  CHECK(contains(list, R"x("name":"Anna (guest)")x"));
  CHECK(contains(list, R"x("name":"nobody (guest)")x"));
  CHECK(contains(list, R"("name":"anna")"));
}

TEST_CASE("in a room that refuses duplicate names the second one waits until the first has left",
          "[integration][names]") {
  Operated server({"--confusable-names", "refuse"});
  TcpPeer first = join(server.voiced, {.receive_buffer_bytes = 0, .from = 7});
  REQUIRE(first.send(message("Hello\nName:Anna")));
  REQUIRE(contains(next_text(first), "Welcome"));

  Voicecli second(server.voiced.port(), called("anna"));
  CHECK(second.process().prints("is already in use here"));
  first.close();
  CHECK(second.connects());
  CHECK(second.quit() == 0);
}

TEST_CASE("a doubtful name is shown to the operator", "[integration][names][reload]") {
  Operated server;
  REQUIRE(server.voiced.reload("confusable-names = mark\n", "configuration reloaded changed=1"));
  TcpPeer anna = join(server.voiced, {.receive_buffer_bytes = 0, .from = 7});
  REQUIRE(anna.send(message("Hello\nName:Anna")));
  REQUIRE(contains(next_text(anna), "Welcome"));
  TcpPeer other = join(server.voiced, {.receive_buffer_bytes = 0, .from = 8});
  REQUIRE(other.send(message("Hello\nName:\u0410nna")));
  REQUIRE(contains(next_text(other), "Welcome"));

  CHECK(contains(server.ask("list"), R"("role":"speaker","name_doubtful":false)"));
  CHECK(contains(server.ask("list"), R"("name_doubtful":true)"));
  CHECK(contains(voicectl({"--socket", server.socket(), "list"}).out, "? \u0410nna"));
  CHECK(server.voiced.says("called=\"\u0410nna\" doubtful=yes"));
}

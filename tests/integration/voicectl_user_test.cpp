// `voicectl user` at a terminal of its own, where it asks for a password.
#include "tests/integration/voicectl_program.hpp"
#include "tests/support/terminal_session.hpp"

#include <csignal>
#include <filesystem>

using namespace voice::test;

namespace {

struct Asked {
  Asked() {
    REQUIRE(session.shows("Password for anna: "));
    REQUIRE(eventually([&] { return !session.has_line_mode(); }));
  }

  ScratchDirectory scratch;
  std::string users = scratch.file("users");
  TerminalSession session{{VOICECTL_PROGRAM, "--socket", scratch.file("none"), "user", "add",
                           "anna", "--users-file", users}};
};

}  // namespace

TEST_CASE("a password is typed twice, and not shown", "[integration][voicectl]") {
  Asked asked;

  asked.session.type("secrat\x7f\x7ft\n");
  REQUIRE(asked.session.shows("Again: "));
  asked.session.type("secrt\n");

  CHECK(asked.session.wait() == 0);
  CHECK(asked.session.shows("anna has an account as speaker"));
  CHECK(asked.session.screen().find("sec") == std::string::npos);
  CHECK(asked.session.has_line_mode());
  CHECK(std::filesystem::exists(asked.users));
}

TEST_CASE("an interrupted password prompt leaves terminal and files as they were",
          "[integration][voicectl]") {
  Asked asked;
  int ended_by = SIGINT;
  SECTION("Ctrl-C") {
    asked.session.type("sec\x03");
  }
  SECTION("SIGTERM") {
    ended_by = SIGTERM;
    asked.session.signal(SIGTERM);
  }

  CHECK(asked.session.wait() == 128 + ended_by);
  CHECK(asked.session.has_line_mode());
  CHECK_FALSE(std::filesystem::exists(asked.users));
  CHECK_FALSE(std::filesystem::exists(asked.users + ".new"));
}

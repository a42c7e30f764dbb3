// voicecli and voicectl on a terminal: Ctrl-Z, jobs of a shell, words on a pipe, output that nobody
// reads.
#ifdef __linux__
#include "tests/integration/voicecli_program.hpp"
#include "tests/support/terminal_session.hpp"

using namespace voice::test;

namespace {

Strings call_to(const Voiced& voiced) {
  return {VOICECLI_PROGRAM, "127.0.0.1:" + std::to_string(voiced.port()),
          "--input",        "tone:440",
          "--output",       "null"};
}

std::string line_of(const Strings& words) {
  std::string line;
  for (const std::string& word : words) line += word + ' ';
  return line;
}

}  // namespace

TEST_CASE("Ctrl-Z does nothing where no shell could continue the call",
          "[integration][voicecli][terminal]") {
  Voiced voiced;
  TerminalSession session(call_to(voiced));
  REQUIRE(session.shows("delay"));

  session.type("\x1a");
  session.type("m");

  CHECK(session.shows("muted"));
  CHECK(session.state() != 'T');
  session.type("q");
  CHECK(session.wait() == 0);
  CHECK(session.has_line_mode());
}

TEST_CASE("Ctrl-C ends the call after Ctrl-Z", "[integration][voicecli][terminal]") {
  Voiced voiced;
  TerminalSession session(call_to(voiced));
  REQUIRE(session.shows("delay"));

  session.type("\x1a");
  session.type("\x03");

  CHECK(session.wait() == 130);
  CHECK(session.has_line_mode());
}

TEST_CASE("keys work when a job has come to the foreground, however it came there",
          "[integration][voicecli][terminal]") {
  Voiced voiced;
  TerminalSession shell({"/bin/bash", "--norc", "--noprofile", "--noediting", "-i"});
  const auto from_here = [&] { return shell.screen().size(); };

  // Started in the background, never stopped: `fg` sends no signal.
  shell.type(line_of(call_to(voiced)) + "&\n");
  REQUIRE(shell.shows("connected server="));
  std::size_t from = from_here();
  shell.type("fg\n");
  REQUIRE(shell.shows("delay", from));
  from = from_here();
  shell.type("m");
  REQUIRE(shell.shows("\r\x1b[Kmuted", from));

  // Stopped and continued.
  from = from_here();
  shell.type("\x1a");
  REQUIRE(shell.shows("Stopped", from));
  shell.type("bg\n");
  from = from_here();
  shell.type("fg\n");
  REQUIRE(shell.shows("delay", from));
  from = from_here();
  shell.type("m");
  REQUIRE(shell.shows("\r\x1b[Kunmuted", from));

  // Stopped by another process, so that it could not give the terminal back.
  from = from_here();
  shell.type("\x1a");
  REQUIRE(shell.shows("Stopped", from));
  from = from_here();
  shell.type("job=$(jobs -p %1); (sleep 1; kill -STOP $job) & fg %1\n");
  REQUIRE(shell.shows("delay", from));
  from = from_here();
  REQUIRE(shell.shows("Stopped", from));
  from = from_here();
  shell.type("fg %1\n");
  REQUIRE(shell.shows("delay", from));
  from = from_here();
  shell.type("m");
  CHECK(shell.shows("\r\x1b[Kmuted", from));
  from = from_here();
  shell.type("q");
  REQUIRE(shell.shows("leaving", from));
  REQUIRE(shell.shows("bash-", from));  // its prompt

  from = from_here();
  shell.type("echo ended=$?\n");
  CHECK(shell.shows("ended=0", from));
  shell.type("exit\n");
  shell.type("exit\n");
  CHECK(shell.wait());
}

TEST_CASE("a call that ends in the background leaves the terminal to its new owner",
          "[integration][voicecli][terminal]") {
  Voiced voiced;
  TerminalSession shell({"/bin/bash", "--norc", "--noprofile", "--noediting", "-i"});
  Strings call = call_to(voiced);
  call.insert(call.end(), {"--duration", "4"});

  shell.type(line_of(call) + "\n");
  REQUIRE(shell.shows("delay"));
  std::size_t from = shell.screen().size();
  shell.type("\x1a");
  REQUIRE(shell.shows("Stopped", from));
  from = shell.screen().size();
  shell.type("bg\n");

  CHECK(shell.shows("leaving", from));
  from = shell.screen().size();
  shell.type("wait; echo \"[$(jobs -s)]\"\n");
  CHECK(shell.shows("[]", from));
  shell.type("exit\n");
  CHECK(shell.wait());
}

TEST_CASE("the last word on a pipe needs no line end, and the first may follow a byte order mark",
          "[integration][voicecli]") {
  Voiced voiced;
  Voicecli client(voiced.port(), {"--input", "null", "--output", "null"});
  REQUIRE(client.connects());

  client.process().type("\xEF\xBB\xBFmute\r\n");
  CHECK(client.process().prints(R"("event":"muted")"));
  client.process().type("quit");
  client.process().close_input();

  CHECK(client.process().wait() == 0);
  CHECK(client.told().find("unknown_command") == std::string::npos);
}

TEST_CASE("a full disk under its log or its JSON does not end a call", "[integration][voicecli]") {
  const std::string redirected = GENERATE("exec \"$@\" 2>/dev/full", "exec \"$@\" >/dev/full");
  INFO(redirected);
  Voiced voiced;
  const auto begin = std::chrono::steady_clock::now();
  Voicecli client(voiced.port(), {"--input", "null", "--output", "null", "--duration", "2"},
                  {"/bin/sh", "-c", redirected, "sh"});

  CHECK(client.process().wait() == 0);
  CHECK(std::chrono::steady_clock::now() - begin >= std::chrono::seconds{2});
  const bool can_be_told = redirected.find("2>") == std::string::npos;
  CHECK((client.process().err().find("lines of output were lost") != std::string::npos) ==
        can_be_told);
}

TEST_CASE("a reader of its output that has gone ends voicecli", "[integration][voicecli]") {
  Voiced voiced;
  Voicecli client(
      voiced.port(), {"--input", "null", "--output", "null"},
      {"/bin/bash", "-c", "\"$@\" | head -n 1 >/dev/null; exit ${PIPESTATUS[0]}", "sh"});
  CHECK(client.process().wait() == 0);
}
#endif

// `voicectl watch` on a terminal of its own, and as JSON lines.
#include "tests/integration/voicectl_program.hpp"
#include "tests/support/fake_control.hpp"

#include <algorithm>
#include <csignal>
#include <memory>
#include <optional>

using namespace voice::test;

namespace {

const std::string take_screen = "\x1b[?1049h";
const std::string give_screen = "\x1b[?25h\x1b[?1049l";

std::string room(const std::string& line) {
  return line == "list" ? R"({"ok":true,"participants":[{"id":1,"name":"Anna"}]})"
                          "\n"
                        : R"({"ok":true,"version":"9.9","state":"running","uptime_s":5})"
                          "\n";
}

}  // namespace

TEST_CASE("watch draws on the whole screen, and q gives it back", "[integration][voicectl]") {
  const ScratchDirectory scratch;
  FakeControl control(scratch.file("s"), room);
  WatchedScreen screen(scratch.file("s"));

  REQUIRE(screen.shows("Anna"));
  CHECK(screen.drawn().rfind(take_screen, 0) == 0);
  screen.process().type("s");
  CHECK(screen.shows("sort: talking"));
  screen.process().type("q");

  CHECK(screen.process().wait() == 0);
  CHECK(screen.drawn().ends_with(give_screen));
}

TEST_CASE("Ctrl-C ends watch, and the screen comes back", "[integration][voicectl]") {
  const ScratchDirectory scratch;
  FakeControl control(scratch.file("s"), room);
  WatchedScreen screen(scratch.file("s"));

  REQUIRE(screen.shows("Anna"));
  screen.process().type("\x03");

  CHECK(screen.process().wait() == 130);
  CHECK(screen.drawn().ends_with(give_screen));
}

TEST_CASE("watch continues when voiced is back", "[integration][voicectl]") {
  const ScratchDirectory scratch;
  auto control = std::make_unique<FakeControl>(scratch.file("s"), room);
  WatchedScreen screen(scratch.file("s"));
  REQUIRE(screen.shows("Anna"));

  control.reset();
  REQUIRE(screen.shows("connection to voiced lost, retrying"));
  const std::size_t seen = screen.drawn().size();
  control = std::make_unique<FakeControl>(scratch.file("s"), room);

  CHECK(screen.shows("Anna", seen));
  screen.process().type("q");
  CHECK(screen.process().wait() == 0);
}

TEST_CASE("watch ends if voiced is not there to begin with", "[integration][voicectl]") {
  const ScratchDirectory scratch;
  WatchedScreen screen(scratch.file("s"));

  CHECK(screen.process().wait() == 3);
  CHECK(screen.drawn().find(take_screen) == std::string::npos);
  CHECK(screen.drawn().find("it does not exist") != std::string::npos);
}

TEST_CASE("watch --json prints a line four times a second, through a restart",
          "[integration][voicectl]") {
  const ScratchDirectory scratch;
  auto control = std::make_unique<FakeControl>(scratch.file("s"), room);
  Process process({VOICECTL_PROGRAM, "--socket", scratch.file("s"), "watch", "--json"},
                  scratch.file("watch"));
  const auto lines = [&] {
    const std::string out = process.out();
    return std::count(out.begin(), out.end(), '\n');
  };

  const auto start = std::chrono::steady_clock::now();
  REQUIRE(eventually([&] { return lines() >= 9; }));
  CHECK(std::chrono::steady_clock::now() - start >= std::chrono::milliseconds{1900});
  CHECK(process.out().rfind(room("list") + room("list"), 0) == 0);

  control.reset();
  REQUIRE(process.says("voicectl: connection to voiced lost, retrying: "));
  const auto before = lines();
  control = std::make_unique<FakeControl>(scratch.file("s"), room);
  CHECK(eventually([&] { return lines() > before; }));
  process.signal(SIGTERM);
  CHECK(process.wait() == 0);
}

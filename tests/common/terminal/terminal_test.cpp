// What pipes, full disks and terminals do to a program that must not wait for them. POSIX.
#ifndef _WIN32
#include "common/terminal/terminal.hpp"

#include "common/terminal/whole_lines.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/pipe.hpp"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>

using namespace voice::terminal;
using voice::test::Pipe;

namespace {

/// A terminal whose other side nobody reads.
struct PseudoTerminal {
  PseudoTerminal() : master(::posix_openpt(O_RDWR | O_NOCTTY)) {
    REQUIRE(master >= 0);
    REQUIRE(::grantpt(master) == 0);
    REQUIRE(::unlockpt(master) == 0);
    slave = ::open(::ptsname(master), O_RDWR | O_NOCTTY);
    REQUIRE(slave >= 0);
  }
  ~PseudoTerminal() {
    ::close(slave);
    ::close(master);
  }
  /// What has been written to it; it has put a carriage return at the end of each line.
  std::string read_all() const {
    std::string text;
    pollfd query{master, POLLIN, 0};
    std::array<char, 4096> bytes{};
    while (::poll(&query, 1, 10) > 0) {
      const ssize_t count = ::read(master, bytes.data(), bytes.size());
      if (count <= 0) break;
      text.append(bytes.data(), static_cast<std::size_t>(count));
    }
    std::erase(text, '\r');
    return text;
  }

  int master;
  int slave = -1;
};

}  // namespace

TEST_CASE("a line for a full pipe is dropped, and a pipe without a reader has closed",
          "[terminal]") {
  std::signal(SIGPIPE, SIG_IGN);
  Pipe pipe;
  const std::string line(4096, 'x');

  int written = 0;
  while (write_line(pipe.writer(), line) == Written::all) ++written;

  CHECK(written > 0);
  CHECK(write_line(pipe.writer(), line) == Written::dropped);
  pipe.close_reader();
  CHECK(write_line(pipe.writer(), line) == Written::closed);
}

#ifdef __linux__
TEST_CASE("a full disk drops a line and closes nothing", "[terminal]") {
  const int full = ::open("/dev/full", O_WRONLY);
  if (full < 0) return;
  CHECK(write_line(full, "x\n") == Written::dropped);
  CHECK_FALSE(has_reader(full));
  ::close(full);
}
#endif

TEST_CASE("a pipe has a reader that can go away, a terminal does not", "[terminal]") {
  Pipe pipe;
  PseudoTerminal terminal;
  CHECK(has_reader(pipe.writer()));
  CHECK_FALSE(has_reader(terminal.slave));
  CHECK_FALSE(has_reader(-1));
}

TEST_CASE("a terminal that nobody reads drops lines of any length and never blocks the writer",
          "[terminal]") {
  PseudoTerminal terminal;
  const auto own = open_without_waiting(terminal.slave);
  REQUIRE(own);
  const std::string line(1000, 'x');

  int written = 0;
  while (write_line(*own, line) == Written::all && written < 1'000'000) ++written;

  CHECK(write_line(*own, line) == Written::dropped);
  // For the terminal's other users, writes still block.
  CHECK((::fcntl(terminal.slave, F_GETFL) & O_NONBLOCK) == 0);
  close_descriptor(*own);
}

TEST_CASE("a line that a terminal takes in parts arrives whole, before the next one",
          "[terminal]") {
  PseudoTerminal terminal;
  const auto own = open_without_waiting(terminal.slave);
  REQUIRE(own);
  WholeLines lines;
  std::string written;
  std::string shown;
  for (int round = 0; round < 3; ++round) {
    // Of any length, so that not all of them end where the terminal is full.
    for (std::size_t i = 0; i < 1'000'000; ++i) {
      const std::string line = std::to_string(i) + std::string(137 * i % 3000, 'x') + '\n';
      if (lines.write(*own, line) != Written::all) break;
      written += line;
    }
    CHECK(lines.write(*own, "dropped\n") == Written::dropped);
    shown += terminal.read_all();
  }
  CHECK(lines.write(*own, "end\n") == Written::all);
  written += "end\n";
  shown += terminal.read_all();

  CHECK(shown == written);
  close_descriptor(*own);
}

TEST_CASE("only a terminal can be reopened", "[terminal]") {
  Pipe pipe;
  CHECK_FALSE(open_without_waiting(pipe.writer()));
}

TEST_CASE("a terminal that does not control our jobs is always ours", "[terminal]") {
  PseudoTerminal terminal;
  Pipe pipe;
  CHECK(in_foreground(terminal.slave));
  CHECK_FALSE(in_foreground(pipe.reader()));
}
#endif

#include "common/background/line_writer.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/full_disk.hpp"
#include "tests/support/pipe.hpp"
#include "tests/support/scratch_directory.hpp"

#ifndef _WIN32

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <string>

namespace {

using namespace std::chrono_literals;
using voice::LineWriter;
using voice::test::FullDisk;
using voice::test::Pipe;

// As in every program that writes lines: a writer may still wait when its pipe goes away.
[[maybe_unused]] const auto broken_pipes_are_errors = std::signal(SIGPIPE, SIG_IGN);

// So that the next blocking write waits.
void fill(const Pipe& pipe) {
  const int flags = ::fcntl(pipe.writer(), F_GETFL);
  ::fcntl(pipe.writer(), F_SETFL, flags | O_NONBLOCK);
  const std::string block(4096, '.');
  while (::write(pipe.writer(), block.data(), block.size()) > 0) {
  }
  ::fcntl(pipe.writer(), F_SETFL, flags);
}

// What is there; never waits.
std::string read_some(const Pipe& pipe) {
  ::fcntl(pipe.reader(), F_SETFL, O_NONBLOCK);
  std::string text(65536, '\0');
  const auto count = ::read(pipe.reader(), text.data(), text.size());
  text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return text;
}

}  // namespace

TEST_CASE("lines arrive whole and in order", "[line_writer]") {
  const Pipe pipe;
  LineWriter writer(pipe.writer());
  CHECK(writer.write("first\n"));
  CHECK(writer.write("second\n"));

  CHECK(writer.flush(30s));

  CHECK(read_some(pipe) == "first\nsecond\n");
  CHECK(writer.lost_lines() == 0);
}

TEST_CASE("a pipe without a reader holds up nobody, and lost lines are counted", "[line_writer]") {
  const Pipe pipe;
  fill(pipe);
  LineWriter writer(pipe.writer(), 100);
  std::uint64_t refused = 0;
  for (int i = 0; i < 50; ++i) {
    if (!writer.write("0123456789")) ++refused;
  }

  CHECK(refused == 40);
  CHECK(writer.lost_lines() == 40);
  CHECK_FALSE(writer.flush(1ms));
  CHECK_FALSE(writer.closed());
}

TEST_CASE("a pipe that is read again gets what was queued", "[line_writer]") {
  const Pipe pipe;
  fill(pipe);
  LineWriter writer(pipe.writer());
  CHECK(writer.write("waited\n"));
  std::string read;
  CHECK(voice::test::eventually([&] {
    read += read_some(pipe);
    return read.ends_with("waited\n");
  }));

  CHECK(writer.flush(30s));
  CHECK(writer.lost_lines() == 0);
}

TEST_CASE("a reader that has gone is reported, and ends nothing", "[line_writer]") {
  Pipe pipe;
  pipe.close_reader();
  LineWriter writer(pipe.writer());
  CHECK(writer.write("lost\n"));
  CHECK(writer.write("lost, too\n"));

  CHECK(writer.flush(30s));

  CHECK(writer.closed());
  CHECK(writer.lost_lines() == 2);
}

#ifdef __linux__
TEST_CASE("a full disk loses lines and counts them", "[line_writer]") {
  const int full = ::open("/dev/full", O_WRONLY);
  REQUIRE(full >= 0);
  {
    LineWriter writer(full);
    CHECK(writer.write("no room\n"));

    CHECK(writer.flush(30s));

    CHECK(writer.lost_lines() == 1);
    CHECK_FALSE(writer.closed());
  }
  ::close(full);
}
#endif

TEST_CASE("a line that a full disk has cut is not continued by the next one", "[line_writer]") {
  const voice::test::ScratchDirectory scratch;
  const int file = ::open(scratch.file("log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  REQUIRE(file >= 0);
  {
    LineWriter writer(file);
    CHECK(writer.write("first\n"));
    REQUIRE(writer.flush(30s));
    {
      const FullDisk full(10);
      writer.write("cut in two\n");
      writer.write("no room\n");
      (void)writer.flush(30s);
    }
    CHECK(writer.lost_lines() == 2);
    CHECK(writer.write("there is room\n"));
    CHECK(writer.write("again\n"));
    CHECK(writer.flush(30s));
  }
  ::close(file);

  CHECK(voice::test::content_of(scratch.file("log")) == "first\ncut \nthere is room\nagain\n");
}

TEST_CASE("a report of lost lines is not one of them, and it is known whether it was written",
          "[line_writer]") {
  using Report = LineWriter::Report;
  const voice::test::ScratchDirectory scratch;
  const int file = ::open(scratch.file("log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  REQUIRE(file >= 0);
  {
    LineWriter writer(file);
    CHECK(writer.report() == Report::none);
    {
      const FullDisk full(0);
      writer.write_report("no room\n");
      (void)writer.flush(30s);
    }
    CHECK(writer.report() == Report::failed);
    CHECK(writer.lost_lines() == 0);
    CHECK(writer.write_report("none lost\n"));
    CHECK(writer.flush(30s));
    CHECK(writer.report() == Report::written);
  }
  ::close(file);

  CHECK(voice::test::content_of(scratch.file("log")) == "none lost\n");
}

TEST_CASE("only one report of lost lines waits at a time", "[line_writer]") {
  const Pipe pipe;
  fill(pipe);
  LineWriter writer(pipe.writer());

  CHECK(writer.write_report("first\n"));
  CHECK(writer.report() == LineWriter::Report::waiting);
  CHECK_FALSE(writer.write_report("second\n"));
  CHECK(writer.lost_lines() == 0);
}

TEST_CASE("what is queued is written before the writer ends", "[line_writer]") {
  const Pipe pipe;
  {
    LineWriter writer(pipe.writer());
    for (int i = 0; i < 100; ++i) CHECK(writer.write("line\n"));
  }

  const std::string read = read_some(pipe);
  CHECK(std::count(read.begin(), read.end(), '\n') == 100);
}

#endif

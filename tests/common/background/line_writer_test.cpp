#include "common/background/line_writer.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/scratch_directory.hpp"

#ifndef _WIN32

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <string>

namespace {

using namespace std::chrono_literals;
using voice::LineWriter;

struct Pipe {
  Pipe() {
    std::signal(SIGPIPE, SIG_IGN);  // as in every program that writes lines
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    reader = ends[0];
    writer = ends[1];
  }
  ~Pipe() {
    close_reader();
    if (writer >= 0) ::close(writer);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  void close_reader() {
    if (reader >= 0) ::close(reader);
    reader = -1;
  }
  // Fills the pipe, so that the next blocking write waits.
  void fill() const {
    const int flags = ::fcntl(writer, F_GETFL);
    ::fcntl(writer, F_SETFL, flags | O_NONBLOCK);
    const std::string block(4096, '.');
    while (::write(writer, block.data(), block.size()) > 0) {
    }
    ::fcntl(writer, F_SETFL, flags);
  }
  std::string read_some() const {
    std::string text(65536, '\0');
    const auto count = ::read(reader, text.data(), text.size());
    text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return text;
  }

  int reader = -1;
  int writer = -1;
};

/// A file on a disk that fills up while this exists: no file grows beyond `bytes`.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);  // a write is refused instead, as on a full disk
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before_) == 0);
    rlimit lower = before_;
    lower.rlim_cur = bytes;
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &lower) == 0);
  }
  ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &before_); }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
};

}  // namespace

TEST_CASE("lines arrive whole and in order", "[line_writer]") {
  const Pipe pipe;
  LineWriter writer(pipe.writer);
  CHECK(writer.write("first\n"));
  CHECK(writer.write("second\n"));

  CHECK(writer.flush(30s));

  CHECK(pipe.read_some() == "first\nsecond\n");
  CHECK(writer.lost_lines() == 0);
}

TEST_CASE("a pipe without a reader holds up nobody, and lost lines are counted", "[line_writer]") {
  const Pipe pipe;
  pipe.fill();
  LineWriter writer(pipe.writer, 100);
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
  pipe.fill();
  LineWriter writer(pipe.writer);
  CHECK(writer.write("waited\n"));
  std::string read;
  while (!read.ends_with("waited\n")) read = pipe.read_some();

  CHECK(writer.flush(30s));
  CHECK(writer.lost_lines() == 0);
}

TEST_CASE("a reader that has gone is reported, and ends nothing", "[line_writer]") {
  Pipe pipe;
  pipe.close_reader();
  LineWriter writer(pipe.writer);
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
  pipe.fill();
  LineWriter writer(pipe.writer);

  CHECK(writer.write_report("first\n"));
  CHECK(writer.report() == LineWriter::Report::waiting);
  CHECK_FALSE(writer.write_report("second\n"));
  CHECK(writer.lost_lines() == 0);
}

TEST_CASE("what is queued is written before the writer ends", "[line_writer]") {
  const Pipe pipe;
  {
    LineWriter writer(pipe.writer);
    for (int i = 0; i < 100; ++i) CHECK(writer.write("line\n"));
  }

  const std::string read = pipe.read_some();
  CHECK(std::count(read.begin(), read.end(), '\n') == 100);
}

#endif

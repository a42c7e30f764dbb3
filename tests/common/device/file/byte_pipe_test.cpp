#include "common/device/file/byte_pipe.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/scratch_directory.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <fstream>

using namespace voice;

namespace {

std::string named_pipe(const test::ScratchDirectory& folder, mode_t mode = 0600) {
  const std::string path = folder.file("pipe");
  REQUIRE(mkfifo(path.c_str(), mode) == 0);
  return path;
}

}  // namespace

TEST_CASE("opening a named pipe waits for no writer, and neither does reading", "[pipe]") {
  const test::ScratchDirectory folder;
  const auto descriptor = open_named_pipe(named_pipe(folder));
  REQUIRE(descriptor);
  std::array<std::uint8_t, 4> bytes{};

  const auto result = read_some(*descriptor, bytes);

  CHECK(result.outcome == (waits_for_writer ? PipeOutcome::not_ready : PipeOutcome::closed));
  close_pipe(*descriptor);
}

TEST_CASE("a named pipe is closed when its writer has closed it, and not before", "[pipe]") {
  const test::ScratchDirectory folder;
  const std::string path = named_pipe(folder);
  const auto reader = open_named_pipe(path);
  REQUIRE(reader);
  const int writer = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  std::array<std::uint8_t, 4> bytes{};

  CHECK(read_some(*reader, bytes).outcome == PipeOutcome::not_ready);
  REQUIRE(write(writer, "ab", 2) == 2);
  close(writer);
  CHECK(read_some(*reader, bytes).bytes == 2);
  CHECK(read_some(*reader, bytes).outcome == PipeOutcome::closed);
  close_pipe(*reader);
}

TEST_CASE("checking a named pipe does not open it", "[pipe]") {
  const test::ScratchDirectory folder;
  const std::string path = named_pipe(folder);

  CHECK(check_named_pipe(path));

  // A non-blocking open for writing fails, because there is no reader.
  CHECK(open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC) == -1);
}

TEST_CASE("a path that is not a named pipe, or does not exist, is refused with the reason",
          "[pipe]") {
  const test::ScratchDirectory folder;
  const std::string file = folder.file("file");
  std::ofstream(file) << "text";

  CHECK(open_named_pipe(file).error() == "no longer a named pipe");
  CHECK(open_named_pipe(folder.file("none")).error() == "No such file or directory");
  CHECK(check_named_pipe(folder.file("none")).error() == "No such file or directory");
}

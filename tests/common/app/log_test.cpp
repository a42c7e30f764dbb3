#include "common/app/log.hpp"

#include "tests/support/catch.hpp"

#include <string>
#ifndef _WIN32
#include <sys/stat.h>
#include <unistd.h>

TEST_CASE("only the stream that JOURNAL_STREAM names is the journal", "[log]") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  struct stat status {};
  REQUIRE(::fstat(ends[1], &status) == 0);
  const std::string device = std::to_string(status.st_dev), inode = std::to_string(status.st_ino);

  CHECK(voice::app::is_journal(ends[1], (device + ":" + inode).c_str()));
  for (const std::string other : {"", "9:1", "x", ":", "0:0"}) {
    INFO(other);
    CHECK_FALSE(voice::app::is_journal(ends[1], other.c_str()));
  }
  CHECK_FALSE(voice::app::is_journal(ends[1], (device + ":" + inode + "0").c_str()));
  CHECK_FALSE(voice::app::is_journal(ends[1], nullptr));
  CHECK_FALSE(voice::app::is_journal(-1, (device + ":" + inode).c_str()));
  ::close(ends[0]);
  ::close(ends[1]);
}
#endif

#include "server/app/descriptor_table.hpp"

#include "tests/support/catch.hpp"

#ifdef __linux__
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <string>

namespace voiced {
namespace {

// How many descriptors the kernel's table holds before it must grow.
std::size_t table_size() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    if (word != "FDSize:") continue;
    std::size_t size = 0;
    status >> size;
    return size;
  }
  return 0;
}

int lowest_free_descriptor() {
  const int free = ::dup(STDERR_FILENO);
  ::close(free);
  return free;
}

TEST_CASE("the descriptor table grows at once, no file stays open, and the limit holds") {
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
  const int free = lowest_free_descriptor();
  const std::size_t wanted = 2 * table_size();
  REQUIRE(wanted <= before.rlim_cur);

  rlimit lower = before;
  lower.rlim_cur = static_cast<rlim_t>(free) + 8;
  REQUIRE(setrlimit(RLIMIT_NOFILE, &lower) == 0);
  reserve_descriptors(wanted);
  const std::size_t limited = table_size();
  REQUIRE(setrlimit(RLIMIT_NOFILE, &before) == 0);
  CHECK(limited < wanted);

  reserve_descriptors(0);
  reserve_descriptors(wanted);
  CHECK(table_size() >= wanted);
  CHECK(lowest_free_descriptor() == free);
}

}  // namespace
}  // namespace voiced
#endif

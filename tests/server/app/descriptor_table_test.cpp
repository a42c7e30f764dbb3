#include "server/app/descriptor_table.hpp"

#include "tests/support/catch.hpp"

#ifdef __linux__
#include "tests/support/descriptor_limit.hpp"

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
  const int free = lowest_free_descriptor();
  // The table never shrinks, and earlier tests of this process may have made it large.
  const std::size_t wanted = 2 * table_size();
  const voice::test::DescriptorLimit enough(wanted);
  if (!enough.is_set()) {
    WARN("skipped: this process may not open " << wanted << " files");
    return;
  }
  {
    const voice::test::DescriptorLimit tight(static_cast<rlim_t>(free) + 8);
    REQUIRE(tight.is_set());
    reserve_descriptors(wanted);
    CHECK(table_size() < wanted);
  }

  reserve_descriptors(0);
  reserve_descriptors(wanted);
  CHECK(table_size() >= wanted);
  CHECK(lowest_free_descriptor() == free);
}

}  // namespace
}  // namespace voiced
#endif

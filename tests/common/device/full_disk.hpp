// A disk that becomes full under a file that this process has open.
#pragma once

#ifdef __linux__
#include "tests/support/catch.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <string>

namespace voice::test {

/// The descriptor under which this process has the file open; -1 if it has not.
inline int descriptor_of(const std::string& path) {
  const auto file = std::filesystem::canonical(path);
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code error;
    if (std::filesystem::read_symlink(entry, error) == file) {
      return std::stoi(entry.path().filename().string());
    }
  }
  return -1;
}

/// From now on, no write to this open file succeeds. Its contents stay.
inline void fill_disk_under(const std::string& path) {
  const int descriptor = descriptor_of(path);
  REQUIRE(descriptor >= 0);
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  REQUIRE(full >= 0);
  REQUIRE(::dup2(full, descriptor) == descriptor);
  ::close(full);
}

}  // namespace voice::test
#endif

// Disks that become full, as far as this process can tell. POSIX.
#pragma once

#ifndef _WIN32
#include "tests/support/catch.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <string>

namespace voice::test {

/// While it exists, no file grows beyond `bytes`.
class FullDisk {
 public:
  // A write is refused, as on a full disk, instead of the signal.
  explicit FullDisk(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before_) == 0);
    rlimit limit = before_;
    limit.rlim_cur = bytes;
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
  }
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  void (*handler_)(int);
  rlimit before_{};
};

#ifdef __linux__
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
#endif

}  // namespace voice::test
#endif

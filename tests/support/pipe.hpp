// A pipe, whose ends are closed with it and not inherited by programs. POSIX.
#pragma once

#ifndef _WIN32
#include "tests/support/catch.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>

namespace voice::test {

class Pipe {
 public:
  Pipe() {
    REQUIRE(::pipe(ends_.data()) == 0);
    for (const int end : ends_) ::fcntl(end, F_SETFD, FD_CLOEXEC);
  }
  ~Pipe() {
    close_reader();
    close_writer();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  [[nodiscard]] int reader() const { return ends_[0]; }
  [[nodiscard]] int writer() const { return ends_[1]; }
  void close_reader() { close_end(ends_[0]); }
  void close_writer() { close_end(ends_[1]); }

 private:
  static void close_end(int& end) {
    if (end >= 0) ::close(end);
    end = -1;
  }
  std::array<int, 2> ends_{-1, -1};
};

}  // namespace voice::test
#endif

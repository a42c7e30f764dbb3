#include "common/device/quiet_stderr.hpp"

#include <cstdio>

#ifndef _WIN32
#include <fcntl.h>
#include <unistd.h>
#endif

namespace voice {

#ifdef _WIN32

// PortAudio writes nothing there on Windows.
QuietStderr::QuietStderr() = default;
QuietStderr::~QuietStderr() = default;

#else

QuietStderr::QuietStderr() {
  const int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nothing < 0) return;
  kept_ = fcntl(2, F_DUPFD_CLOEXEC, 3);
  if (kept_ >= 0) dup2(nothing, 2);
  close(nothing);
}

QuietStderr::~QuietStderr() {
  if (kept_ < 0) return;
  std::fflush(stderr);
  dup2(kept_, 2);
  close(kept_);
}

#endif

}  // namespace voice

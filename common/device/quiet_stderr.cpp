#include "common/device/quiet_stderr.hpp"

#include <cstdio>
#include <mutex>

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

namespace {

// Threads overlap: the first one silences, the last one restores.
struct Silence {
  std::mutex mutex;
  int holders = 0;
  int kept = -1;
};

Silence& silence() {
  // Never destroyed: a thread that hangs in a file system may outlive main().
  static auto* const silence = new Silence;
  return *silence;
}

}  // namespace

QuietStderr::QuietStderr() {
  Silence& shared = silence();
  const std::lock_guard lock(shared.mutex);
  if (++shared.holders > 1) return;
  const int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nothing < 0) return;
  shared.kept = fcntl(2, F_DUPFD_CLOEXEC, 3);
  if (shared.kept >= 0) dup2(nothing, 2);
  close(nothing);
}

QuietStderr::~QuietStderr() {
  Silence& shared = silence();
  const std::lock_guard lock(shared.mutex);
  if (--shared.holders > 0 || shared.kept < 0) return;
  std::fflush(stderr);
  dup2(shared.kept, 2);
  close(shared.kept);
  shared.kept = -1;
}

#endif

}  // namespace voice

#include "server/app/realtime.hpp"

#ifdef __linux__
#include <sched.h>
#include <sys/mman.h>

#include <cerrno>
#include <cstring>
#endif

namespace voiced {

#ifdef __linux__

voice::expected<void, std::string> become_realtime() {
  // Low among the real-time priorities: sound servers and the kernel's own threads stay above.
  sched_param parameters{};
  parameters.sched_priority = 5;
  if (sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &parameters) != 0) {
    return voice::unexpected(std::string("real-time scheduling refused: ") + std::strerror(errno) +
                             "; grant it with LimitRTPRIO=5 (systemd) or `ulimit -r 5`");
  }
#ifdef MCL_ONFAULT
  // Only what has been touched: room reserved for thousands of participants stays virtual.
  if (mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) != 0) {
    return voice::unexpected(
        std::string("memory locking refused: ") + std::strerror(errno) +
        "; grant it with LimitMEMLOCK=infinity; scheduling is real-time nevertheless");
  }
#endif
  return {};
}

#else

voice::expected<void, std::string> become_realtime() {
  return voice::unexpected(std::string("real-time scheduling is supported on Linux only"));
}

#endif

}  // namespace voiced

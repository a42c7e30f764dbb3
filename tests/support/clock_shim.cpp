// Preloaded into a program, this sets the program's time of day: the wall clock is off by as many
// seconds as the file named by VOICE_TEST_CLOCK says, and jumps when the file changes. Clocks that
// count from an arbitrary start, such as CLOCK_MONOTONIC, do not change, as when an operator sets
// the machine's clock.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <ctime>

namespace {

/// The content of the file, mapped: eight bytes in this machine's byte order. Zero without a file.
const volatile std::int64_t* offset_s() {
  static const std::int64_t none = 0;
  static const volatile std::int64_t* const offset = []() -> const volatile std::int64_t* {
    const char* const path = std::getenv("VOICE_TEST_CLOCK");
    const int file = path == nullptr ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return &none;
    void* const mapped = mmap(nullptr, sizeof none, PROT_READ, MAP_SHARED, file, 0);
    close(file);
    return mapped == MAP_FAILED ? &none : static_cast<const std::int64_t*>(mapped);
  }
  ();
  return offset;
}

int real_clock_gettime(clockid_t clock, timespec* time) {
  using Function = int (*)(clockid_t, timespec*);
  static const auto real = reinterpret_cast<Function>(dlsym(RTLD_NEXT, "clock_gettime"));
  return real(clock, time);
}

}  // namespace

extern "C" int clock_gettime(clockid_t clock, timespec* time) noexcept {
  const int result = real_clock_gettime(clock, time);
  const bool of_day = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
  if (result == 0 && of_day) time->tv_sec += static_cast<time_t>(*offset_s());
  return result;
}

extern "C" int gettimeofday(timeval* __restrict time, void* __restrict) noexcept {
  timespec precise{};
  clock_gettime(CLOCK_REALTIME, &precise);
  *time = {precise.tv_sec, precise.tv_nsec / 1000};
  return 0;
}

extern "C" time_t time(time_t* seconds) noexcept {
  timespec precise{};
  clock_gettime(CLOCK_REALTIME_COARSE, &precise);
  if (seconds != nullptr) *seconds = precise.tv_sec;
  return precise.tv_sec;
}

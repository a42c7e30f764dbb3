#include "common/core/assert.hpp"

#include <cstdio>
#include <cstdlib>
#ifndef _WIN32
#include <unistd.h>
#endif

namespace voice {

void assertion_failed(const char* expression, const char* file, int line) noexcept {
#ifndef _WIN32
  // Nobody may be reading stderr: the program must end in any case.
  ::alarm(2);
#endif
  std::fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, expression);
  std::abort();
}

}  // namespace voice

#include "server/net/freed_memory.hpp"

#include <cstdlib>  // also tells whether this is glibc
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace voiced {

void return_freed_memory() noexcept {
#ifdef __GLIBC__
  // By itself, glibc returns only the end of its heap, where the memory of one peer may be in use
  // for weeks. Other allocators do this by themselves, after some seconds.
  ::malloc_trim(0);
#endif
}

}  // namespace voiced

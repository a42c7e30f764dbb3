#include "server/app/descriptor_table.hpp"

#ifndef _WIN32
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#endif

namespace voiced {

#ifndef _WIN32

void reserve_descriptors(std::size_t descriptors) noexcept {
  const long limit = ::sysconf(_SC_OPEN_MAX);
  if (limit > 0) descriptors = std::min(descriptors, static_cast<std::size_t>(limit));
  if (descriptors == 0) return;
  const int file = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  const int last = ::fcntl(file, F_DUPFD_CLOEXEC, static_cast<int>(descriptors - 1));
  if (last >= 0) ::close(last);
  ::close(file);
}

#else

void reserve_descriptors(std::size_t) noexcept {}

#endif

}  // namespace voiced

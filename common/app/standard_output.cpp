#include "common/app/standard_output.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace voice::app {

Exit print(const std::string& text) {
  errno = 0;
  // A full disk is often noticed only when the buffer is flushed.
  if (std::fputs(text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0) return {};
  const std::string why = errno == 0 ? "" : std::string(": ") + std::strerror(errno);
  return {ExitCode::failure, "cannot write to standard output" + why};
}

}  // namespace voice::app

#include "common/device/file/byte_pipe.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <system_error>

#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#else
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace voice {
namespace {

PipeResult failed(int error_number) {
  return {PipeOutcome::failed, 0, std::generic_category().message(error_number)};
}

#ifndef _WIN32
constexpr int moment_ms = 50;

// Errors and hang-ups count as ready: the call that follows tells them apart.
bool is_ready(int descriptor, short events) {
  pollfd entry{descriptor, events, 0};
  return poll(&entry, 1, moment_ms) > 0;
}
#endif

}  // namespace

#ifdef _WIN32

expected<int, std::string> open_named_pipe(const std::string&) {
  return unexpected(std::string("named pipes are not supported on this system"));
}

void close_pipe(int descriptor) {
  _close(descriptor);
}

expected<void, std::string> check_named_pipe(const std::string& path) {
  return unexpected(open_named_pipe(path).error());
}

void prepare_input_pipe(int descriptor) {
  _setmode(descriptor, _O_BINARY);
}

void prepare_output_pipe(int descriptor, std::size_t) {
  _setmode(descriptor, _O_BINARY);
}

bool is_regular_file(int) {
  return false;
}

bool is_pipe(int) {
  return false;
}

std::size_t waiting_bytes(int) {
  return 0;
}

void block_pipe_signal() {}

PipeResult read_some(int descriptor, std::span<std::uint8_t> out) {
  const int count = _read(descriptor, out.data(), static_cast<unsigned>(out.size()));
  if (count < 0) return failed(errno);
  if (count == 0) return {PipeOutcome::closed, 0, {}};
  return {PipeOutcome::moved, static_cast<std::size_t>(count), {}};
}

PipeResult write_some(int descriptor, std::span<const std::uint8_t> bytes) {
  const int count = _write(descriptor, bytes.data(), static_cast<unsigned>(bytes.size()));
  if (count >= 0) return {PipeOutcome::moved, static_cast<std::size_t>(count), {}};
  // A pipe without a reader is EPIPE or, by Windows' own name, EINVAL.
  if (errno == EPIPE || errno == EINVAL) return {PipeOutcome::closed, 0, {}};
  return failed(errno);
}

#else

expected<int, std::string> open_named_pipe(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (descriptor < 0) return unexpected(std::generic_category().message(errno));
  if (is_pipe(descriptor)) return descriptor;
  close_pipe(descriptor);
  return unexpected(std::string("no longer a named pipe"));
}

void close_pipe(int descriptor) {
  ::close(descriptor);
}

expected<void, std::string> check_named_pipe(const std::string& path) {
  if (access(path.c_str(), R_OK) == 0) return {};
  return unexpected(std::generic_category().message(errno));
}

void prepare_input_pipe(int) {}

bool is_regular_file(int descriptor) {
  struct stat info {};
  return fstat(descriptor, &info) == 0 && S_ISREG(info.st_mode);
}

bool is_pipe(int descriptor) {
  struct stat info {};
  return fstat(descriptor, &info) == 0 && S_ISFIFO(info.st_mode);
}

std::size_t waiting_bytes(int descriptor) {
  int count = 0;
  return ioctl(descriptor, FIONREAD, &count) == 0 && count > 0 ? static_cast<std::size_t>(count)
                                                               : 0;
}

void prepare_output_pipe(int descriptor, std::size_t buffer_bytes) {
#ifdef F_SETPIPE_SZ
  // Two pages at least: a pipe of one counts as full as soon as a byte is in it.
  const long two_pages = 2 * sysconf(_SC_PAGESIZE);
  const int size = std::max(static_cast<int>(buffer_bytes), static_cast<int>(two_pages));
  // Fails on anything but a pipe, which has no such buffer.
  static_cast<void>(fcntl(descriptor, F_SETPIPE_SZ, size));
#else
  static_cast<void>(descriptor);
  static_cast<void>(buffer_bytes);
#endif
}

void block_pipe_signal() {
  sigset_t pipe_signal;
  sigemptyset(&pipe_signal);
  sigaddset(&pipe_signal, SIGPIPE);
  // In this thread only: the signal goes to the thread that writes, and the program's own handling
  // stays unchanged.
  pthread_sigmask(SIG_BLOCK, &pipe_signal, nullptr);
}

PipeResult read_some(int descriptor, std::span<std::uint8_t> out) {
  if (!is_ready(descriptor, POLLIN)) return {PipeOutcome::not_ready, 0, {}};
  const ssize_t count = ::read(descriptor, out.data(), out.size());
  if (count > 0) return {PipeOutcome::moved, static_cast<std::size_t>(count), {}};
  if (count == 0) return {PipeOutcome::closed, 0, {}};
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) {
    return {PipeOutcome::not_ready, 0, {}};
  }
  return failed(errno);
}

PipeResult write_some(int descriptor, std::span<const std::uint8_t> bytes) {
  if (!is_ready(descriptor, POLLOUT)) return {PipeOutcome::not_ready, 0, {}};
  // POSIX: a pipe that is ready takes at least PIPE_BUF (512 or more) bytes without blocking.
  constexpr std::size_t never_blocks = 512;
  const ssize_t count = ::write(descriptor, bytes.data(), std::min(bytes.size(), never_blocks));
  if (count >= 0) return {PipeOutcome::moved, static_cast<std::size_t>(count), {}};
  if (errno == EPIPE) return {PipeOutcome::closed, 0, {}};
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) {
    return {PipeOutcome::not_ready, 0, {}};
  }
  return failed(errno);
}

#endif

}  // namespace voice

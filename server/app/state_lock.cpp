#include "server/app/state_lock.hpp"

#include "common/core/number.hpp"
#include "server/app/environment.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#include <share.h>
#include <sys/stat.h>
#else
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace voiced {

using voice::unexpected;

namespace {

StateLock::Fault fault(const std::string& path, int error) {
  return {false, path + ": " + std::strerror(error)};
}

StateLock::Fault held(const std::string& path, const std::string& holder) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return {true, folder + " is in use by another voiced" + holder +
                    "; give each voiced a state-directory of its own"};
}

}  // namespace

#ifdef _WIN32

// Opened without sharing: the open file itself is the lock.
voice::expected<std::shared_ptr<StateLock>, StateLock::Fault> StateLock::take(
    const std::string& path) {
  int descriptor = -1;
  const int error =
      ::_sopen_s(&descriptor, path.c_str(), _O_RDWR | _O_CREAT, _SH_DENYRW, _S_IREAD | _S_IWRITE);
  if (error == EACCES && std::filesystem::exists(path)) return unexpected(held(path, ""));
  if (error != 0) return unexpected(fault(path, error));
  return std::shared_ptr<StateLock>(new StateLock(path, descriptor));
}

StateLock::~StateLock() {
  ::_close(descriptor_);
}

bool StateLock::still_there() const {
  return true;  // an open file cannot be moved
}

#else

namespace {

std::string holder_of(int descriptor) {
  char text[32];
  const ssize_t size = ::pread(descriptor, text, sizeof text, 0);
  const auto id = voice::parse_number<std::int64_t>(
      std::string(text, size > 0 ? static_cast<std::size_t>(size) : 0));
  return id ? " (process " + std::to_string(*id) + ")" : "";
}

}  // namespace

// flock and not fcntl: a lock of the latter kind is lost when any descriptor of the file is closed.
voice::expected<std::shared_ptr<StateLock>, StateLock::Fault> StateLock::take(
    const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) return unexpected(fault(path, errno));
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    const int error = errno;
    const Fault why = error == EWOULDBLOCK ? held(path, holder_of(descriptor)) : fault(path, error);
    ::close(descriptor);
    return unexpected(why);
  }
  // Only for the error message of the next process: the lock works without it.
  const std::string id = std::to_string(process_id());
  if (::ftruncate(descriptor, 0) == 0) {
    [[maybe_unused]] const auto written = ::pwrite(descriptor, id.data(), id.size(), 0);
  }
  return std::shared_ptr<StateLock>(new StateLock(path, descriptor));
}

StateLock::~StateLock() {
  ::close(descriptor_);
}

bool StateLock::still_there() const {
  struct stat ours {
  }, there{};
  return ::fstat(descriptor_, &ours) == 0 && ::stat(path_.c_str(), &there) == 0 &&
         ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
}

#endif

}  // namespace voiced

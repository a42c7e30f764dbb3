#include "common/app/text_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>
#ifdef _WIN32
#include <fstream>
#else
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace voice::app {
namespace {

namespace fs = std::filesystem;
using Kind = FileError::Kind;

FileError unreadable(const std::string& why) {
  return {Kind::unreadable, "cannot be read: " + why};
}

// For a path of which a part is missing: whether the missing part is the target of a link. A link
// means that a file was expected there.
bool is_dangling(const std::string& path) {
  fs::path beginning;
  for (const fs::path& part : fs::path(path)) {
    beginning /= part;
    std::error_code error;
    const fs::file_status there = fs::symlink_status(beginning, error);
    if (there.type() == fs::file_type::not_found) return false;
    if (there.type() != fs::file_type::symlink) continue;
    if (fs::status(beginning, error).type() == fs::file_type::not_found) return true;
  }
  return false;
}

FileError missing(const std::string& path, const std::string& why) {
  if (is_dangling(path)) return unreadable("it is a link to something that does not exist");
  return {Kind::absent, "cannot be read: " + why};
}

constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";

expected<std::string, FileError> as_utf8(std::string text) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    return unexpected(unreadable("it is UTF-16 text; save it as UTF-8"));
  }
  if (text.starts_with(utf8_mark)) text.erase(0, utf8_mark.size());
  return text;
}

#ifdef _WIN32

expected<std::string, FileError> read_bytes(const std::string& path, std::size_t bytes_max, Pipes,
                                            std::chrono::milliseconds) {
  std::error_code error;
  const fs::file_status there = fs::status(path, error);
  if (there.type() == fs::file_type::not_found) return unexpected(missing(path, error.message()));
  if (there.type() == fs::file_type::directory) return unexpected(unreadable("it is a directory"));
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return unexpected(unreadable("it cannot be opened"));
  std::string text(bytes_max + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad()) return unexpected(unreadable("reading it failed"));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return text;
}

#else

using Clock = std::chrono::steady_clock;

class File {
 public:
  // Non-blocking: opening a pipe without a writer would otherwise block for ever.
  explicit File(const std::string& path)
      : descriptor_(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

 private:
  int descriptor_;
};

bool is_null_device(const struct stat& file) {
  struct stat null {};
  return S_ISCHR(file.st_mode) && ::stat("/dev/null", &null) == 0 && S_ISCHR(null.st_mode) &&
         file.st_rdev == null.st_rdev;
}

/// Why a file of this kind is not read, or null.
const char* refusal(const struct stat& file, Pipes pipes) {
  if (S_ISREG(file.st_mode) || is_null_device(file)) return nullptr;
  if (S_ISDIR(file.st_mode)) return "it is a directory";
  if (!S_ISFIFO(file.st_mode)) return "it is not a regular file";
  return pipes == Pipes::allowed ? nullptr : "it is a pipe, whose text can be read only once";
}

/// Waits until there is something to read, or the end. False when there is not in time.
bool wait_for_input(int descriptor, Clock::time_point deadline) {
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd waiting{descriptor, POLLIN, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(std::max<long long>(left, 0)));
    if (ready > 0) return true;
    if (ready == 0 || errno != EINTR) return false;
  }
}

/// @param waits whether to wait for more than can be read now.
expected<std::string, FileError> read_all(int descriptor, std::size_t bytes_max, bool waits,
                                          Clock::time_point deadline) {
  std::string text(bytes_max + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    if (waits && !wait_for_input(descriptor, deadline)) {
      return unexpected(unreadable("it is a pipe, and its writer has not finished in time"));
    }
    const ssize_t count = ::read(descriptor, text.data() + size, text.size() - size);
    if (count == 0) break;
    if (count > 0) {
      size += static_cast<std::size_t>(count);
    } else if (errno != EINTR && !(waits && errno == EAGAIN)) {
      return unexpected(unreadable(std::strerror(errno)));
    }
  }
  text.resize(size);
  return text;
}

expected<std::string, FileError> read_bytes(const std::string& path, std::size_t bytes_max,
                                            Pipes pipes, std::chrono::milliseconds pipe_time) {
  const auto deadline = Clock::now() + pipe_time;
  const File file(path);
  if (file.descriptor() < 0) {
    const std::string why = std::strerror(errno);
    return unexpected(errno == ENOENT ? missing(path, why) : unreadable(why));
  }
  struct stat about {};
  if (::fstat(file.descriptor(), &about) != 0) {
    return unexpected(unreadable(std::strerror(errno)));
  }
  if (const char* const why = refusal(about, pipes)) return unexpected(unreadable(why));
  const bool is_pipe = S_ISFIFO(about.st_mode);
  auto text = read_all(file.descriptor(), bytes_max, is_pipe, deadline);
  if (text && text->empty() && is_pipe) {
    return unexpected(unreadable("it is a pipe that delivered no data"));
  }
  return text;
}

#endif

}  // namespace

bool is_dispensable(const FileError& error, bool is_named) noexcept {
  return !is_named && error.kind == Kind::absent;
}

expected<std::string, FileError> read_text_file(const std::string& path, std::size_t bytes_max,
                                                Pipes pipes, std::chrono::milliseconds pipe_time) {
  // The system, unlike us, would end the name at a NUL.
  if (path.empty() || path.find('\0') != std::string::npos) {
    return unexpected(unreadable("the name of the file is empty or contains a NUL"));
  }
  auto text = read_bytes(path, bytes_max + utf8_mark.size(), pipes, pipe_time);
  if (!text) return text;
  return as_utf8(std::move(*text));
}

}  // namespace voice::app

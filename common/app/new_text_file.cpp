#include "common/app/new_text_file.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>
#ifndef _WIN32
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace voice::app {
namespace {

namespace fs = std::filesystem;

std::FILE* open_new(const std::string& path, [[maybe_unused]] unsigned mode) {
#ifdef _WIN32
  return std::fopen(path.c_str(), "wbx");
#else
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
                                static_cast<mode_t>(mode));
  return descriptor < 0 ? nullptr : ::fdopen(descriptor, "wb");
#endif
}

/// Gives it the owner and mode of the file that it replaces. Only root may, and must, set the
/// owner.
bool take_after([[maybe_unused]] std::FILE* file, [[maybe_unused]] const std::string& old) {
#ifndef _WIN32
  struct stat its {};
  if (::stat(old.c_str(), &its) != 0) return errno == ENOENT;
  const int descriptor = ::fileno(file);
  struct stat ours {};
  if (::fstat(descriptor, &ours) != 0) return false;
  const bool is_other = its.st_uid != ours.st_uid || its.st_gid != ours.st_gid;
  if (is_other && ::fchown(descriptor, its.st_uid, its.st_gid) != 0) return false;
  return ::fchmod(descriptor, its.st_mode & 0640) == 0;
#else
  return true;
#endif
}

bool write_out(std::FILE* file, const std::string& text) {
  bool good = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  good = std::fflush(file) == 0 && good;
#ifndef _WIN32
  good = good && ::fsync(::fileno(file)) == 0;
#endif
  return good;
}

/// Writes the file's name to the disk as well. If that is not possible, the file still exists.
void keep_name([[maybe_unused]] const std::string& path) {
#ifndef _WIN32
  fs::path folder = fs::path(path).parent_path();
  if (folder.empty()) folder = ".";
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  (void)::fsync(descriptor);
  ::close(descriptor);
#endif
}

}  // namespace

expected<std::string, std::string> real_path(const std::string& path) {
  std::error_code error;
  std::string real = path;
  if (fs::is_symlink(path, error)) real = fs::weakly_canonical(path, error).string();
  if (error && error != std::errc::no_such_file_or_directory) {
    return unexpected(path + ": " + error.message());
  }
  return real;
}

expected<NewTextFile, std::string> NewTextFile::begin(const std::string& path, Leftover leftover,
                                                      unsigned mode) {
  auto real = real_path(path);
  if (!real) return unexpected(real.error());
  std::string fresh = *real + ".new";
  std::error_code error;
  if (leftover == Leftover::removed) fs::remove(fresh, error);
  if (std::FILE* const file = open_new(fresh, mode)) {
    return NewTextFile(std::move(*real), std::move(fresh), file);
  }
  if (errno == EEXIST) {
    return unexpected(fresh +
                      " exists: another program is changing the file; if none is, remove it");
  }
  return unexpected(fresh + ": cannot be made: " + std::strerror(errno));
}

NewTextFile::NewTextFile(NewTextFile&& other) noexcept
    : path_(std::move(other.path_)),
      fresh_(std::exchange(other.fresh_, {})),
      file_(std::exchange(other.file_, nullptr)) {}

NewTextFile::~NewTextFile() {
  if (file_ != nullptr) std::fclose(file_);
  if (!fresh_.empty()) std::remove(fresh_.c_str());
}

std::string NewTextFile::write(const std::string& text) {
  const bool is_alike = take_after(file_, path_);
  bool good = is_alike && write_out(file_, text);
  int why = errno;
  if (std::fclose(std::exchange(file_, nullptr)) != 0 && good) {
    good = false;
    why = errno;
  }
  if (good) return {};
  std::string fault = path_ + ": cannot be written: " + std::strerror(why);
  if (!is_alike && why == EPERM) {
    fault += "; it belongs to another user or group: give it to those that this program runs as";
  }
  return fault;
}

std::string NewTextFile::put_in_place() {
  std::error_code error;
  fs::rename(fresh_, path_, error);
  if (error) return path_ + ": cannot be written: " + error.message();
  fresh_.clear();
  keep_name(path_);
  return {};
}

std::string NewTextFile::finish(const std::string& text) {
  std::string why = write(text);
  if (why.empty()) why = put_in_place();
  // At once, and not when this object is destroyed: the caller may try again before that.
  if (!why.empty()) std::remove(std::exchange(fresh_, {}).c_str());
  return why;
}

}  // namespace voice::app

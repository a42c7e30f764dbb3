#include "common/device/file/new_file.hpp"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <system_error>

#ifndef _WIN32
#include <fcntl.h>
#include <unistd.h>
#endif

namespace voice {
namespace {

namespace fs = std::filesystem;

constexpr int number_max = 9999;
constexpr int links_max = 40;  // as many as Linux follows

std::string cannot_write(const std::string& path, const std::string& why) {
  return "cannot write '" + path + "': " + why +
         "; give a path in a folder that exists and is writable";
}

std::string not_regular(const std::string& path) {
  std::error_code error;
  const char* const what = fs::is_directory(path, error) ? "a folder" : "not a regular file";
  return "cannot write '" + path + "': it is " + what +
         "; give the path of a WAV file (raw samples go to stdout with --output -)";
}

// Where a new file would be made: at the end of the chain of links that `path` may be.
fs::path end_of_links(fs::path path) {
  std::error_code error;
  for (int i = 0; i < links_max && fs::is_symlink(path, error); ++i) {
    const fs::path target = fs::read_symlink(path, error);
    if (error) break;
    path = target.is_absolute() ? target : path.parent_path() / target;
  }
  return path;
}

// Whether it is another name of a descriptor, whatever that refers to.
bool is_descriptor(const std::string& path) {
  return path.starts_with("/dev/std") || path.starts_with("/dev/fd/") || path.starts_with("/proc/");
}

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

// The same for every spelling of the name of a file that does not exist.
std::optional<fs::path> place_of_new(const std::string& path) {
  const fs::path end = end_of_links(path);
  std::error_code error;
  const fs::path folder = fs::canonical(folder_of(end), error);
  if (error || !end.has_filename()) return std::nullopt;
  return folder / end.filename();
}

std::error_code cannot_write_into(const fs::path& folder) {
  std::error_code error;
  const bool is_folder = fs::is_directory(folder, error);
  if (error) return error;
  if (!is_folder) return std::make_error_code(std::errc::not_a_directory);
#ifndef _WIN32
  if (faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) != 0) {
    return {errno, std::generic_category()};
  }
#endif
  return {};
}

/// The descriptor, or -1 with errno set. Never opens what exists, not even through a link.
int create_exclusively(const std::string& path) {
#ifdef _WIN32
  std::FILE* const file = std::fopen(path.c_str(), "wbx");
  if (file != nullptr) std::fclose(file);
  return file != nullptr ? 0 : -1;
#else
  constexpr mode_t everybody_less_umask = 0666;
  return open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, everybody_less_umask);
#endif
}

NewFile made(int descriptor, std::string path) {
#ifdef _WIN32
  descriptor = -1;
#endif
  return {descriptor, std::move(path)};
}

}  // namespace

std::string numbered_name(std::string_view path, int number) {
  if (number <= 1) return std::string(path);
  const fs::path whole(path);
  const std::string extension = whole.extension().string();
  return std::string(path.substr(0, path.size() - extension.size())) + '-' +
         std::to_string(number) + extension;
}

bool is_same_file(const std::string& a, const std::string& b) {
  std::error_code error;
  if (fs::equivalent(a, b, error) && !error) return true;
  if (fs::exists(a, error) || fs::exists(b, error)) return false;
  const auto place = place_of_new(a);
  return place && place == place_of_new(b);
}

expected<void, std::string> check_new_file(const std::string& path) {
  if (is_descriptor(path)) return unexpected(not_regular(path));
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::none) return unexpected(cannot_write(path, error.message()));
  if (fs::exists(status) && !fs::is_regular_file(status)) return unexpected(not_regular(path));
  const fs::path place = fs::exists(status) ? fs::path(path) : end_of_links(path);
  if (!place.has_filename()) return unexpected(not_regular(path));
  if (const auto why = cannot_write_into(folder_of(place))) {
    return unexpected(cannot_write(path, why.message()));
  }
  return {};
}

expected<NewFile, std::string> create_new_file(const std::string& path) {
  if (is_descriptor(path)) return unexpected(not_regular(path));
  for (int number = 1; number <= number_max; ++number) {
    const std::string name = numbered_name(path, number);
    std::error_code error;
    const fs::file_status status = fs::status(name, error);
    if (fs::exists(status) && number == 1 && !fs::is_regular_file(status)) {
      return unexpected(not_regular(name));
    }
    if (fs::exists(status)) continue;
    const std::string place = end_of_links(name).string();
    const int descriptor = create_exclusively(place);
    if (descriptor >= 0) return made(descriptor, name);
    if (errno != EEXIST) {
      return unexpected(cannot_write(name, std::generic_category().message(errno)));
    }
  }
  return unexpected("cannot write '" + path + "': it and the numbers up to " +
                    std::to_string(number_max) + " exist; give another name");
}

}  // namespace voice

#include "server/app/places.hpp"

#include <cstdlib>
#include <filesystem>
#ifndef _WIN32
#include <unistd.h>
#endif

namespace voiced {
namespace {

namespace fs = std::filesystem;

/// The first of several, which systemd separates by colons.
std::string directory_in(const char* variable) {
  const char* const value = std::getenv(variable);
  if (value == nullptr) return {};
  const std::string all = value;
#ifdef _WIN32
  return all;
#else
  return all.substr(0, all.find(':'));
#endif
}

std::string control_file_below(const fs::path& folder) {
  std::error_code error;
  const bool is_new = fs::create_directories(folder, error);
  if (error) return {};
  if (is_new) fs::permissions(folder, fs::perms::others_write, fs::perm_options::remove, error);
  return (folder / "control.sock").string();
}

}  // namespace

std::string default_control_path() {
  if (const std::string given = directory_in("RUNTIME_DIRECTORY"); !given.empty()) {
    return given + "/control.sock";
  }
#ifdef _WIN32
  const std::string own = directory_in("LOCALAPPDATA");
#else
  const std::string own = directory_in("XDG_RUNTIME_DIR");
#endif
  if (!own.empty()) return control_file_below(fs::path(own) / "voiced");
#ifndef _WIN32
  if (::geteuid() == 0) return control_file_below("/run/voiced");
#endif
  return {};
}

std::string credential_path(const std::string& name) {
  const char* const folder = std::getenv("CREDENTIALS_DIRECTORY");  // one, colons and all
  if (folder == nullptr || *folder == '\0') return {};
  const fs::path path = fs::path(folder) / name;
  // Neither a folder that cannot be read nor a dangling link may count as "no credential": that
  // would admit everybody.
  std::error_code error;
  const fs::directory_iterator entries(folder, error);
  const bool is_absent =
      !error && fs::symlink_status(path, error).type() == fs::file_type::not_found;
  return is_absent ? std::string{} : path.string();
}

std::string default_state_directory() {
  return directory_in("STATE_DIRECTORY");
}

}  // namespace voiced

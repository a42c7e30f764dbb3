#include "server/app/set_aside.hpp"

#include "common/app/new_text_file.hpp"

#include <system_error>

namespace voiced {
namespace {

namespace fs = std::filesystem;

constexpr int set_aside_max = 1000;

}  // namespace

std::optional<FileState> state_of(const std::string& path) {
  std::error_code error;
  const auto bytes = fs::file_size(path, error);
  if (error) return std::nullopt;
  const auto changed = fs::last_write_time(path, error);
  if (error) return std::nullopt;
  return FileState{bytes, changed};
}

voice::expected<std::string, std::string> set_aside(const std::string& path) {
  // The content gets the second name. A second name of a link would show what the link's file holds
  // after the next write.
  const auto real = voice::app::real_path(path);
  if (!real) return voice::unexpected(real.error());
  std::error_code error;
  for (int number = 1; number <= set_aside_max; ++number) {
    std::string as = path + ".set-aside-" + std::to_string(number);
    const fs::file_type type = fs::symlink_status(as, error).type();
    if (type != fs::file_type::not_found) continue;
    fs::create_hard_link(*real, as, error);
    if (error == std::errc::file_exists) continue;
    // A file system without hard links, or a file on another one: a copy, which does not replace
    // anything either.
    if (error) fs::copy(*real, as, fs::copy_options::copy_symlinks, error);
    if (error) return voice::unexpected(path + " cannot be set aside: " + error.message());
    return as;
  }
  return voice::unexpected(path + " cannot be set aside: " + std::to_string(set_aside_max) +
                           " copies have already been set aside; remove some");
}

}  // namespace voiced

#include "client/app/known_servers.hpp"

#include "client/app/config.hpp"
#include "common/app/text_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <sstream>

namespace voicecli {
namespace {

namespace fs = std::filesystem;
using voice::unexpected;

constexpr std::size_t file_bytes_max = std::size_t{1024} * 1024;

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

}  // namespace

std::string known_servers_file(const std::string& named) {
  if (!named.empty()) return named;
  const fs::path configuration = default_config_file();
  return configuration.empty() ? std::string()
                               : (configuration.parent_path() / "known_servers").string();
}

voice::expected<std::optional<voice::tls::Fingerprint>, std::string> find_known(
    const std::string& file, const std::string& server) {
  using Found = std::optional<voice::tls::Fingerprint>;
  if (file.empty()) return Found{};
  const auto text = voice::app::read_text_file(file, file_bytes_max, voice::app::Pipes::refused);
  if (!text) {
    if (text.error().kind == voice::app::FileError::Kind::absent) return Found{};
    return unexpected(file + ": " + text.error().reason);
  }
  if (text->size() > file_bytes_max) return unexpected(file + ": is longer than 1 MiB");
  std::istringstream lines(*text);
  std::string line;
  Found found;
  for (int number = 1; std::getline(lines, line); ++number) {
    std::istringstream words(line);
    std::string name;
    std::string shown;
    if (!(words >> name) || name.front() == '#') continue;
    const auto fingerprint = words >> shown ? voice::tls::parse_fingerprint(shown) : std::nullopt;
    if (!fingerprint) {
      return unexpected(
          file + ":" + std::to_string(number) +
          ": must be HOST:PORT and a fingerprint (sha256:…); correct or remove the line");
    }
    if (lower(name) == lower(server)) found = fingerprint;
  }
  return found;
}

voice::expected<void, std::string> add_known(const std::string& file, const std::string& server,
                                             const voice::tls::Fingerprint& fingerprint) {
  if (file.empty()) return unexpected(std::string("there is no home directory for known_servers"));
  std::error_code error;
  const fs::path folder = fs::path(file).parent_path();
  if (!folder.empty()) fs::create_directories(folder, error);
  const auto before = voice::app::read_text_file(file, file_bytes_max, voice::app::Pipes::refused);
  if (!before && before.error().kind != voice::app::FileError::Kind::absent) {
    return unexpected(file + ": " + before.error().reason);
  }
  std::FILE* const out = std::fopen(file.c_str(), "ab");
  if (out == nullptr) return unexpected(file + ": cannot be written: " + std::strerror(errno));
  const std::uintmax_t bytes_before = fs::file_size(file, error);
  // An editor may have left the last line without a line feed.
  const bool is_unfinished = before && !before->empty() && before->back() != '\n';
  const std::string line =
      (is_unfinished ? "\n" : "") + lower(server) + " " + voice::tls::to_string(fingerprint) + "\n";
  const bool is_written = std::fwrite(line.data(), 1, line.size(), out) == line.size();
  const bool is_closed = std::fclose(out) == 0;
  if (is_written && is_closed) return {};
  const std::string why = std::strerror(errno);
  // With half a line in the file, voicecli would trust no server.
  if (!error) fs::resize_file(file, bytes_before, error);
  return unexpected(file + ": cannot be written: " + why);
}

}  // namespace voicecli

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
#ifdef _WIN32
#include <io.h>
#else
#include <sys/file.h>
#include <unistd.h>
#endif

namespace voicecli {
namespace {

namespace fs = std::filesystem;
using voice::unexpected;
using voice::app::FileError;

constexpr std::size_t file_bytes_max = std::size_t{1024} * 1024;

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

/// Waits until no other voicecli is writing to the file; until it is closed. False: this file
/// system has no locks.
bool lock(std::FILE* file) noexcept {
#ifdef _WIN32
  return file != nullptr;
#else
  return ::flock(::fileno(file), LOCK_EX) == 0;
#endif
}

bool cut(std::FILE* file, std::uintmax_t bytes) noexcept {
#ifdef _WIN32
  return ::_chsize_s(::_fileno(file), static_cast<long long>(bytes)) == 0;
#else
  return ::ftruncate(::fileno(file), static_cast<off_t>(bytes)) == 0;
#endif
}

/// Adds the line at the end, or nothing. Returns what was wrong, or 0.
/// @param is_alone nobody else writes to the file
int append(std::FILE* file, const std::string& line, std::uintmax_t bytes_before,
           bool is_alone) noexcept {
  std::setvbuf(file, nullptr, _IONBF, 0);  // nothing is left to be written by fclose()
  if (std::fwrite(line.data(), 1, line.size(), file) == line.size()) return 0;
  const int why = errno;
  // With half a line in the file, voicecli would trust no server.
  if (is_alone) static_cast<void>(cut(file, bytes_before));
  return why;
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
  const auto read = [&] {
    return voice::app::read_text_file(file, file_bytes_max, voice::app::Pipes::refused);
  };
  if (const auto found = read(); !found && found.error().kind != FileError::Kind::absent) {
    return unexpected(file + ": " + found.error().reason);
  }
  std::FILE* const out = std::fopen(file.c_str(), "ab");
  if (out == nullptr) return unexpected(file + ": cannot be written: " + std::strerror(errno));
  const bool is_alone = lock(out);
  const auto before = read();
  const std::uintmax_t bytes_before = fs::file_size(file, error);
  // An editor may have left the last line without a line feed.
  const bool is_unfinished = before && !before->empty() && before->back() != '\n';
  const std::string line =
      (is_unfinished ? "\n" : "") + lower(server) + " " + voice::tls::to_string(fingerprint) + "\n";
  int why = append(out, line, bytes_before, is_alone && !error);
  if (std::fclose(out) != 0 && why == 0) why = errno;
  if (why == 0) return {};
  return unexpected(file + ": cannot be written: " + std::strerror(why));
}

}  // namespace voicecli

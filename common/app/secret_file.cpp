#include "common/app/secret_file.hpp"

#include "common/wire/text_message.hpp"

#include <array>
#include <fstream>
#include <string_view>

namespace voice::app {

expected<std::string, std::string> read_password(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  // One byte more than the longest with its line end, to see that there is no more.
  std::array<char, password_bytes_max + 3> bytes{};
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (file.bad() || (file.fail() && !file.eof())) {
    return unexpected(path + ": cannot be read; it should hold the password in its first line");
  }
  std::string_view line(bytes.data(), static_cast<std::size_t>(file.gcount()));
  line = line.substr(0, line.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.empty()) return unexpected(path + ": its first line is empty; a password belongs there");
  if (line.size() > password_bytes_max) {
    return unexpected(path + ": the password is too long; 128 bytes are the most");
  }
  const bool is_clean = printable(line, password_bytes_max) == line;
  if (!is_clean || line.front() == ' ' || line.back() == ' ') {
    return unexpected(
        path + ": the password must be text, without control characters or blanks around it");
  }
  return std::string(line);
}

}  // namespace voice::app

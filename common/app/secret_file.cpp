#include "common/app/secret_file.hpp"

#include "common/wire/text_message.hpp"

#include <string_view>

namespace voice::app {

expected<std::string, std::string> read_password(const std::string& path, Pipes pipes) {
  // With room for its line end.
  const auto text = read_text_file(path, password_bytes_max + 2, pipes);
  if (!text) {
    return unexpected(path + ": " + text.error().reason +
                      "; it must be a file that this program's user can read, with the password in "
                      "its first line");
  }
  std::string_view line = *text;
  line = line.substr(0, line.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.empty()) return unexpected(path + ": its first line is empty; put the password there");
  if (line.size() > password_bytes_max) {
    return unexpected(path + ": the password is too long; use at most 128 bytes");
  }
  const bool is_clean = printable(line, password_bytes_max) == line;
  if (!is_clean || line.front() == ' ' || line.back() == ' ') {
    return unexpected(
        path + ": the password must be text, without control characters or blanks around it");
  }
  return std::string(line);
}

}  // namespace voice::app

#include "common/app/secret_file.hpp"

#include "common/wire/text_message.hpp"

#include <string_view>

namespace voice::app {

expected<std::string, std::string> read_first_line(const std::string& path, std::size_t bytes_max,
                                                   const std::string& what, Pipes pipes) {
  // With room for its line end.
  const auto text = read_text_file(path, bytes_max + 2, pipes);
  if (!text) {
    return unexpected(path + ": " + text.error().reason +
                      "; it must be a file that this program's user can read, with the " + what +
                      " in its first line");
  }
  std::string_view line = *text;
  line = line.substr(0, line.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.empty()) {
    return unexpected(path + ": its first line is empty; put the " + what + " there");
  }
  if (line.size() > bytes_max) {
    return unexpected(path + ": the " + what + " is too long; use at most " +
                      std::to_string(bytes_max) + " bytes");
  }
  const bool is_clean = printable(line, bytes_max) == line;
  if (!is_clean || line.front() == ' ' || line.back() == ' ') {
    return unexpected(path + ": the " + what +
                      " must be text without control characters and without spaces at either end");
  }
  return std::string(line);
}

expected<std::string, std::string> read_password(const std::string& path, Pipes pipes) {
  return read_first_line(path, password_bytes_max, "password", pipes);
}

}  // namespace voice::app

#include "common/app/config_lines.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

namespace voice::app {
namespace {

constexpr std::string_view blanks = " \t\r";

bool is_binary(const std::string& text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\n' && c != '\r' && c != '\t') || byte == 0x7F;
  });
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// Reads the right side of '=': a word, a string in quotes, or several of them in brackets.
class ValueReader {
 public:
  explicit ValueReader(std::string_view text) : rest_(text) {}

  expected<std::vector<std::string>, std::string> read() {
    std::vector<std::string> values;
    skip_blanks();
    if (next_is('[')) {
      if (auto list = read_list(values); !list) return unexpected(list.error());
    } else {
      auto one = read_one("");
      if (!one) return unexpected(one.error());
      values.push_back(std::move(*one));
    }
    skip_blanks();
    if (!rest_.empty() && rest_.front() != '#') {
      return unexpected("nothing but a comment may follow the value, found `" +
                        std::string(rest_.substr(0, 40)) + "`");
    }
    return values;
  }

 private:
  void skip_blanks() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(blanks), rest_.size()));
  }

  bool next_is(char wanted) const { return !rest_.empty() && rest_.front() == wanted; }

  expected<void, std::string> read_list(std::vector<std::string>& values) {
    rest_.remove_prefix(1);
    while (true) {
      skip_blanks();
      if (next_is(']')) break;
      if (rest_.empty() || next_is('#')) return unexpected(std::string(unclosed_list));
      auto one = read_one(",]");
      if (!one) return unexpected(one.error());
      values.push_back(std::move(*one));
      skip_blanks();
      if (next_is(',')) {
        rest_.remove_prefix(1);
      } else if (!next_is(']')) {
        return unexpected(std::string(unclosed_list));
      }
    }
    rest_.remove_prefix(1);
    return {};
  }

  /// @param ends what ends a word, in addition to the end of the line and a comment.
  expected<std::string, std::string> read_one(std::string_view ends) {
    if (next_is('"') || next_is('\'')) return read_quoted();
    std::size_t size = 0;
    while (size < rest_.size() && ends.find(rest_[size]) == std::string_view::npos) {
      // "USB#2" is a name; a comment is set off by a blank.
      const bool apart = size == 0 || blanks.find(rest_[size - 1]) != std::string_view::npos;
      if (rest_[size] == '#' && apart) break;
      ++size;
    }
    const std::string word(trimmed(rest_.substr(0, size)));
    rest_.remove_prefix(size);
    return word;
  }

  // As in TOML: escapes in "…", none in '…'.
  expected<std::string, std::string> read_quoted() {
    const char quote = rest_.front();
    std::string value;
    for (std::size_t i = 1; i < rest_.size(); ++i) {
      char c = rest_[i];
      if (c == quote) {
        rest_.remove_prefix(i + 1);
        return value;
      }
      if (c == '\\' && quote == '"') {
        const auto unescaped = i + 1 < rest_.size() ? unescape(rest_[++i]) : std::nullopt;
        if (!unescaped) {
          return unexpected(std::string(
              R"(a \ in "…" must be \\, \", \n or \t; within '…' it stands for itself)"));
        }
        c = *unescaped;
      }
      value += c;
    }
    return unexpected("the closing " + std::string(1, quote) + " is missing");
  }

  static std::optional<char> unescape(char c) {
    switch (c) {
      case '\\':
      case '"':
        return c;
      case 'n':
        return '\n';
      case 't':
        return '\t';
      default:
        return std::nullopt;
    }
  }

  static constexpr std::string_view unclosed_list =
      "the closing ] is missing; a list must be on one line: [\"a\", \"b\"]";

  std::string_view rest_;
};

}  // namespace

expected<std::vector<ConfigLine>, ConfigFileError> parse_config(const std::string& text) {
  if (text.size() > config_bytes_max) {
    return unexpected(ConfigFileError{0, "too long for a configuration file"});
  }
  if (is_binary(text)) return unexpected(ConfigFileError{0, "not a text file"});

  std::vector<ConfigLine> lines;
  std::string_view rest = text;
  for (int number = 1; !rest.empty(); ++number) {
    const std::string_view content = trimmed(rest.substr(0, rest.find('\n')));
    rest.remove_prefix(std::min(rest.find('\n'), rest.size() - 1) + 1);
    if (content.empty() || content.front() == '#' || content.front() == ';') continue;
    if (content.front() == '[') {
      return unexpected(ConfigFileError{number, "sections are not supported: remove this line"});
    }
    const auto equals = content.find('=');
    const std::string key(trimmed(content.substr(0, equals)));
    if (equals == std::string_view::npos || key.empty()) {
      return unexpected(ConfigFileError{
          number, "expected `key = value`, found `" + std::string(content.substr(0, 40)) + "`"});
    }
    const auto before = std::find_if(lines.begin(), lines.end(),
                                     [&](const ConfigLine& other) { return other.key == key; });
    if (before != lines.end()) {
      return unexpected(ConfigFileError{
          number, key + ": given twice; first on line " + std::to_string(before->line)});
    }
    auto values = ValueReader(content.substr(equals + 1)).read();
    if (!values) return unexpected(ConfigFileError{number, key + ": " + values.error()});
    lines.push_back({key, std::move(*values), number});
  }
  return lines;
}

}  // namespace voice::app

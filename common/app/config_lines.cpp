#include "common/app/config_lines.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <sstream>

namespace voice::app {
namespace {

bool is_binary(const std::string& text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\n' && c != '\r' && c != '\t') || byte == 0x7F;
  });
}

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

}  // namespace

expected<std::vector<ConfigLine>, ConfigFileError> parse_config(const std::string& text) {
  if (text.size() > config_bytes_max) {
    return unexpected(ConfigFileError{0, "too long for a configuration file"});
  }
  if (is_binary(text)) return unexpected(ConfigFileError{0, "not a text file"});

  // CLI11 parses one line at a time here, so that every key is known with its line. Arrays stay on
  // one line.
  std::vector<ConfigLine> lines;
  std::istringstream input(text);
  std::string line;
  for (int number = 1; std::getline(input, line); ++number) {
    const std::string content = trimmed(line);
    if (content.empty() || content.front() == '#' || content.front() == ';') continue;
    if (content.front() == '[') {
      return unexpected(ConfigFileError{number, "sections are not used here: remove this line"});
    }
    if (content.find('=') == std::string::npos) {
      return unexpected(
          ConfigFileError{number, "expected `key = value`, found `" + content.substr(0, 40) + "`"});
    }
    try {
      std::istringstream one(content);
      for (const CLI::ConfigItem& item : CLI::ConfigTOML().from_config(one)) {
        const auto same = [&](const ConfigLine& other) { return other.key == item.fullname(); };
        const auto before = std::find_if(lines.begin(), lines.end(), same);
        if (before != lines.end()) {
          return unexpected(ConfigFileError{
              number,
              item.fullname() + ": given twice, first in line " + std::to_string(before->line)});
        }
        lines.push_back({item.fullname(), item.inputs, number});
      }
    } catch (const std::exception& error) {
      return unexpected(ConfigFileError{number, error.what()});
    }
  }
  return lines;
}

}  // namespace voice::app

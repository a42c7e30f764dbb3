#include "tests/demo/events.hpp"

#include <charconv>

namespace voice::demo {

namespace {

// The text after `"key":`, without blanks. Enough for objects that our own program prints.
std::optional<std::string_view> value_of(std::string_view object, std::string_view key) {
  const std::string quoted = '"' + std::string(key) + '"';
  const std::size_t at = object.find(quoted);
  if (at == std::string_view::npos) return std::nullopt;
  const std::size_t value = object.find_first_not_of(" :", at + quoted.size());
  if (value == std::string_view::npos) return std::nullopt;
  return object.substr(value);
}

}  // namespace

std::optional<double> monotonic_ms_of(std::string_view lines, std::string_view event) {
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    const std::string_view line = lines.substr(0, end);
    lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 1);
    const auto name = value_of(line, "event");
    if (!name || !name->starts_with('"' + std::string(event) + '"')) continue;
    const auto time = value_of(line, "monotonic_ms");
    double milliseconds = 0;
    if (time && std::from_chars(time->data(), time->data() + time->size(), milliseconds).ec ==
                    std::errc()) {
      return milliseconds;
    }
  }
  return std::nullopt;
}

}  // namespace voice::demo

#include "common/core/number.hpp"

#include <cmath>
#include <cstddef>
#include <locale>
#include <sstream>
#include <string>

namespace voice {
namespace {

// Removes the digits at the front, and returns how many there were.
std::size_t take_digits(std::string_view& text) {
  std::size_t count = 0;
  while (count < text.size() && text[count] >= '0' && text[count] <= '9') ++count;
  text.remove_prefix(count);
  return count;
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

// Whether std::from_chars accepts it in its general format, except for infinity and NaN.
bool is_decimal(std::string_view text) {
  (void)take(text, "-");
  std::size_t digits = take_digits(text);
  if (take(text, ".")) digits += take_digits(text);
  if (digits == 0) return false;
  if (take(text, "eE")) {
    (void)take(text, "+-");
    if (take_digits(text) == 0) return false;
  }
  return text.empty();
}

}  // namespace

std::optional<double> parse_decimal_portably(std::string_view text) {
  if (!is_decimal(text)) return std::nullopt;
  std::istringstream stream{std::string(text)};
  stream.imbue(std::locale::classic());
  double value = 0;
  stream >> value;
  if (stream.fail() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<double> parse_decimal(std::string_view text) {
#ifdef __cpp_lib_to_chars
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (result.ec != std::errc{} || result.ptr != end || !std::isfinite(value)) return std::nullopt;
  return value;
#else
  return parse_decimal_portably(text);
#endif
}

}  // namespace voice

// Numbers from text, the same on every system: no locale, no blanks, no sign but "-", nothing left
// over. In: text of any kind. Out: the number, or none.
#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>
#include <system_error>

namespace voice {

/// A decimal fraction, as std::from_chars reads it ("-6", "1.5", ".5", "1e3"). None when the text
/// is anything else, or the number is too large; infinity and NaN do not count as numbers.
[[nodiscard]] std::optional<double> parse_decimal(std::string_view text);

/// The same without std::from_chars, which libc++ has for whole numbers only.
[[nodiscard]] std::optional<double> parse_decimal_portably(std::string_view text);

/// The whole text as a whole number. None when it does not fit into `Number`.
template <std::integral Number>
[[nodiscard]] std::optional<Number> parse_number(std::string_view text, int base = 10) noexcept {
  Number value{};
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value, base);
  if (result.ec != std::errc{} || result.ptr != end) return std::nullopt;
  return value;
}

/// The whole text as a decimal fraction, see parse_decimal().
template <std::same_as<double> Number>
[[nodiscard]] std::optional<Number> parse_number(std::string_view text) {
  return parse_decimal(text);
}

}  // namespace voice

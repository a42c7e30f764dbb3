#include "common/app/validators.hpp"

#include "common/core/number.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <sstream>
#include <string_view>

namespace voice::app {
namespace {

std::string joined(const std::vector<std::string>& words, const std::string& between) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : between) + word;
  return out;
}

// Decimal only: to CLI11, which converts the text afterwards, 0x10 would be 16.
template <class Number>
std::optional<Number> number_of(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  return parse_number<Number>(text);
}

// To CLI11, 010 is 8.
bool has_leading_zero(std::string_view text) {
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  return text.size() > 1 && text[0] == '0' && text[1] != '.';
}

template <class Number>
CLI::Validator range_of(Number min, Number max, const std::string& limits, const char* kind) {
  return CLI::Validator(
      [=](std::string& text) -> std::string {
        const auto value = number_of<Number>(text);
        if (!value || !std::isfinite(static_cast<double>(*value))) {
          return "`" + text + "` is " + kind + "; use " + limits;
        }
        if (has_leading_zero(text)) return "`" + text + "` begins with a zero; leave that out";
        if (*value < min || *value > max) return text + " is out of range; use " + limits;
        return {};
      },
      limits);
}

template <class Number>
std::string between(Number min, Number max) {
  std::ostringstream out;
  out << min << "…" << max;
  return out.str();
}

}  // namespace

CLI::Validator range(int min, int max) {
  return range_of(min, max, between(min, max), "not a whole number");
}

CLI::Validator range_or_zero(int min, int max) {
  const std::string limits = "0, " + between(min, max);
  const CLI::Validator in_range = range_of(min, max, limits, "not a whole number");
  return CLI::Validator(
      [in_range](std::string& text) { return text == "0" ? std::string{} : in_range(text); },
      limits);
}

CLI::Validator range(double min, double max, const std::string& limits) {
  return range_of(min, max, limits.empty() ? between(min, max) : limits, "not a number");
}

CLI::Validator one_of(const std::vector<std::string>& words) {
  return CLI::Validator(
      [words](std::string& text) -> std::string {
        if (std::find(words.begin(), words.end(), text) != words.end()) return {};
        return "`" + text + "` is not one of " + joined(words, ", ");
      },
      "{" + joined(words, ",") + "}");
}

}  // namespace voice::app

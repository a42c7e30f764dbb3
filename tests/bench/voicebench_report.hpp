// Builds the one JSON line: a flat object, which the simplest parser can read.
#pragma once

#include <concepts>
#include <cstdio>
#include <string>
#include <string_view>

namespace voicebench {

class Report {
 public:
  void add(std::string_view key, double value) {
    char digits[40];
    std::snprintf(digits, sizeof digits, "%.6g", value);
    raw(key, digits);
  }
  void add(std::string_view key, std::integral auto value) { raw(key, std::to_string(value)); }
  void add(std::string_view key, bool value) { raw(key, value ? "true" : "false"); }
  /// Quotes, backslashes and control characters in `value` are left out.
  void add(std::string_view key, std::string_view value) { raw(key, '"' + clean(value) + '"'); }

  [[nodiscard]] std::string line() const { return '{' + fields_ + '}'; }

 private:
  static std::string clean(std::string_view text) {
    std::string out;
    for (const char c : text) {
      if (c >= ' ' && c != '"' && c != '\\') out += c;
    }
    return out;
  }

  void raw(std::string_view key, const std::string& value) {
    if (!fields_.empty()) fields_ += ',';
    fields_ += '"' + clean(key) + "\":" + value;
  }

  std::string fields_;
};

}  // namespace voicebench

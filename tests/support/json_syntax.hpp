// Checks whether a text is exactly one JSON value, by the grammar of RFC 8259.
#pragma once

#include <regex>
#include <string>

namespace voice::test {

class JsonSyntax {
 public:
  [[nodiscard]] static bool accepts(const std::string& text) {
    JsonSyntax syntax(text);
    return syntax.value() && syntax.at_ == text.end();
  }

 private:
  using At = std::string::const_iterator;
  explicit JsonSyntax(const std::string& text) : at_(text.begin()), end_(text.end()) {}

  [[nodiscard]] bool value() {
    static const std::regex scalar(
        R"re("([^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"|true|false|null)re"
        R"re(|-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?)re");
    blanks();
    const bool good = at_ != end_ && (*at_ == '{'   ? list('}', true)
                                      : *at_ == '[' ? list(']', false)
                                                    : eat(scalar));
    blanks();
    return good;
  }

  // Members or values, separated by commas.
  [[nodiscard]] bool list(char closing, bool named) {
    static const std::regex name(R"re("([^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*")re");
    ++at_;
    blanks();
    if (eat(closing)) return true;
    do {
      blanks();
      if (named && !eat(name)) return false;
      blanks();
      if (named && !eat(':')) return false;
      if (!value()) return false;
    } while (eat(','));
    return eat(closing);
  }

  bool eat(char wanted) {
    if (at_ == end_ || *at_ != wanted) return false;
    ++at_;
    return true;
  }
  bool eat(const std::regex& wanted) {
    std::smatch match;
    if (!std::regex_search(at_, end_, match, wanted, std::regex_constants::match_continuous)) {
      return false;
    }
    at_ = match[0].second;
    return true;
  }
  void blanks() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\t' || *at_ == '\r')) ++at_;
  }

  At at_, end_;
};

}  // namespace voice::test

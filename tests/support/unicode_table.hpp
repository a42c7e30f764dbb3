// What the programs have in common that make tables of characters from ICU, as C++.
#pragma once

#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

namespace voice::test {

inline constexpr std::size_t table_columns = 100;

inline std::string escaped(const std::u32string& look) {
  std::string text;
  for (const char32_t character : look) {
    char digits[16];
    std::snprintf(digits, sizeof digits, character > 0xFFFF ? "\\U%08X" : "\\u%04X",
                  static_cast<unsigned>(character));
    const bool is_plain = character < 0x80 && character != '"' && character != '\\';
    text += is_plain ? std::string(1, static_cast<char>(character)) : digits;
  }
  return text;
}

/// Lines of `table_columns` at most, of parts that stay whole.
class Lines {
 public:
  /// @param behind what must still fit behind it
  void add(const std::string& part, std::size_t behind) {
    if (line_.size() + part.size() + 1 + behind > table_columns) end();
    line_ += (line_.empty() ? "    " : " ") + part;
  }
  /// Continues a part without a blank.
  void join(const std::string& part, std::size_t behind) {
    if (line_.size() + part.size() + behind > table_columns) {
      line_ += '"';
      end();
      line_ = "     U\"";
    }
    line_ += part;
  }
  void end() {
    if (!line_.empty()) text_ += line_ + '\n';
    line_.clear();
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string line_;
  std::string text_;
};

/// The table on standard output; with a file, whether it is the table: 0 yes, 1 no, 77 if it was
/// made by a version of Unicode that this ICU does not have.
inline int keep_table(const std::string& fresh, int argc, char** argv) {
  if (argc < 2) {
    std::cout << fresh;
    return 0;
  }
  std::ifstream file(argv[1]);
  const std::string kept{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (kept == fresh) return 0;
  const auto first_line = [](const std::string& text) { return text.substr(0, text.find('\n')); };
  if (!kept.empty() && first_line(kept) != first_line(fresh)) return 77;
  std::cerr << argv[1] << " is not what " << argv[0] << " prints; make it anew\n";
  return 1;
}

}  // namespace voice::test

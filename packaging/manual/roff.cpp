#include "packaging/manual/roff.hpp"

#include <array>
#include <cctype>
#include <cstdio>
#include <sstream>

namespace voice::manual {
namespace {

constexpr std::size_t line_bytes_max = 78;

// The code point of the UTF-8 sequence that begins at `at`, which is moved to its end.
unsigned code_point(const std::string& text, std::size_t& at) {
  const auto first = static_cast<unsigned char>(text[at++]);
  unsigned code = first < 0xE0 ? first & 0x1FU : first < 0xF0 ? first & 0x0FU : first & 0x07U;
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) {
    code = (code << 6U) | (static_cast<unsigned char>(text[at++]) & 0x3FU);
  }
  return code;
}

enum class Dash { typed, hyphen };

std::string escaped(const std::string& text, Dash dash) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if ((static_cast<unsigned char>(c) & 0x80U) != 0) {
      std::array<char, 16> name{};
      std::snprintf(name.data(), name.size(), "\\[u%04X]", code_point(text, at));
      out += name.data();
      continue;
    }
    ++at;
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-' && dash == Dash::typed) {
      out += "\\-";
    } else {
      out += c;
    }
  }
  return out;
}

// The dash of an option or a negative number, or one by itself, is typed; a dash in a word is a
// hyphen.
std::string escaped_word(const std::string& word) {
  const std::size_t start = word.find_first_not_of("(\"'`[");
  const bool typed = start != std::string::npos && word[start] == '-';
  return escaped(word, typed ? Dash::typed : Dash::hyphen);
}

// `words` in backticks, as in our documents, become quoted words.
void replace_backticks(std::string& word, bool& open) {
  for (std::size_t at = word.find('`'); at != std::string::npos; at = word.find('`')) {
    word.replace(at, 1, open ? "\\(cq" : "\\(oq");
    open = !open;
  }
}

bool ends_sentence(const std::string& word) {
  const std::size_t last = word.find_last_not_of(")\"'`");
  return last != std::string::npos && (word[last] == '.' || word[last] == '!' || word[last] == '?');
}

}  // namespace

std::string literal(const std::string& word) {
  return escaped(word, Dash::typed);
}

std::string running_text(const std::string& text) {
  std::istringstream words(text);
  std::string out;
  std::string line;
  bool quote_open = false;
  const auto end_line = [&] {
    if (line.empty()) return;
    const bool macro = line.front() == '.' || line.front() == '\'';
    out += (macro ? "\\&" : "") + line + "\n";
    line.clear();
  };
  for (std::string word; words >> word;) {
    std::string piece = escaped_word(word);
    replace_backticks(piece, quote_open);
    if (line.size() + 1 + piece.size() > line_bytes_max) end_line();
    line += (line.empty() ? "" : " ") + piece;
    if (ends_sentence(word)) end_line();
  }
  end_line();
  return out;
}

std::string ended(const std::string& help) {
  return help.empty() || ends_sentence(help) ? help : help + ".";
}

std::string sentence(const std::string& help) {
  if (help.empty()) return help;
  std::string out = help;
  // A value is typed as it is: "adaptive: as little delay as possible".
  const bool is_value = out.find(": ") < out.find(' ');
  if (!is_value) {
    out.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(out.front())));
  }
  return ended(out);
}

std::string join(const std::vector<std::string>& parts, const std::string& between) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : between) + part;
  return out;
}

}  // namespace voice::manual

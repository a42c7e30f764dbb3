// A configuration file with any content is read, or refused with a line number. What is read from
// it is read back the same after it has been written.
#include "common/app/config_lines.hpp"
#include "common/core/assert.hpp"

#include "tests/fuzz/input.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace {

using Lines = std::vector<voice::app::ConfigLine>;

std::string quoted(const std::string& value) {
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    out += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return out + '"';
}

std::string plainly(const Lines& lines) {
  std::string text;
  for (const auto& line : lines) {
    text += line.key + "=[";
    for (const std::string& value : line.values) text += quoted(value) + ", ";
    text += "]\n";
  }
  return text;
}

bool say_the_same(const Lines& some, const Lines& others) {
  return std::equal(
      some.begin(), some.end(), others.begin(), others.end(),
      [](const auto& a, const auto& b) { return a.key == b.key && a.values == b.values; });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto lines = voice::app::parse_config(text);
  VOICE_ASSERT(size != 0 ||
               !voice::app::parse_config(std::string(voice::app::config_bytes_max + 1, '\n')));
  const int lines_in_text = 1 + static_cast<int>(std::count(text.begin(), text.end(), '\n'));
  if (!lines) {
    VOICE_ASSERT(!lines.error().reason.empty());
    VOICE_ASSERT(lines.error().line >= 0 && lines.error().line <= lines_in_text);
    return 0;
  }
  const std::string plain = plainly(*lines);
  if (plain.size() <= voice::app::config_bytes_max) {
    const auto again = voice::app::parse_config(plain);
    VOICE_ASSERT(again && say_the_same(*again, *lines));
  }
  int last = 0;
  for (const auto& line : *lines) {
    VOICE_ASSERT(!line.key.empty());
    VOICE_ASSERT(line.line > last && line.line <= lines_in_text);
    last = line.line;
    VOICE_ASSERT(std::count_if(lines->begin(), lines->end(),
                               [&](const auto& other) { return other.key == line.key; }) == 1);
  }
  return 0;
}

// A configuration file of any content: read or refused with a line, never worse. What is read of a
// file is read again the same when it is written down plainly.
#include "common/app/config_lines.hpp"
#include "common/core/assert.hpp"

#include "tests/fuzz/input.hpp"

#include <algorithm>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto lines = voice::app::parse_config(text);
  const int lines_in_text = 1 + static_cast<int>(std::count(text.begin(), text.end(), '\n'));
  if (!lines) {
    VOICE_ASSERT(!lines.error().reason.empty());
    VOICE_ASSERT(lines.error().line >= 0 && lines.error().line <= lines_in_text);
    return 0;
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

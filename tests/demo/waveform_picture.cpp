#include "tests/demo/waveform_picture.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <string_view>

#ifdef _WIN32
#include <io.h>
#else
#include <unistd.h>
#endif

namespace voice::demo {

namespace {

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

bool stdout_is_terminal() {
#ifdef _WIN32
  return _isatty(1) != 0;
#else
  return isatty(STDOUT_FILENO) != 0;
#endif
}

bool is_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string_view value = environment(name);
    if (value.empty()) continue;  // the first that is set takes precedence
    return value.find("UTF-8") != std::string_view::npos ||
           value.find("utf8") != std::string_view::npos;
  }
  return false;
}

// Peak of column `index` of `columns`.
float peak(Samples sound, int index, int columns) {
  const std::size_t from =
      sound.size() * static_cast<std::size_t>(index) / static_cast<std::size_t>(columns);
  const std::size_t to = std::max(from + 1, sound.size() * static_cast<std::size_t>(index + 1) /
                                                static_cast<std::size_t>(columns));
  float highest = 0;
  for (std::size_t i = from; i < std::min(to, sound.size()); ++i) {
    highest = std::max(highest, std::abs(sound[i]));
  }
  return highest;
}

// A cell of which `eighths` (0…8) are filled from the middle line outwards. Unicode has blocks that
// hang from above only as halves and wholes.
const char* cell(int eighths, bool above, Glyphs glyphs) {
  static constexpr std::array rising{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  if (glyphs == Glyphs::ascii) return eighths >= 6 ? "#" : eighths >= 2 ? (above ? "." : "'") : " ";
  if (above) return rising[static_cast<std::size_t>(eighths)];
  return eighths >= 6 ? "█" : eighths >= 2 ? "▀" : " ";
}

std::string coloured(const std::string& text, const char* code, const Paper& paper) {
  return paper.colour ? std::string("\x1b[") + code + "m" + text + "\x1b[0m" : text;
}

}  // namespace

Paper paper_of_this_terminal() {
  Paper paper;
  paper.glyphs = is_utf8() ? Glyphs::unicode : Glyphs::ascii;
  const int columns = std::atoi(std::string(environment("COLUMNS")).c_str());
  if (columns >= 20) paper.columns = std::min(columns, 200);
  paper.colour = environment("NO_COLOR").empty() && environment("TERM") != "dumb" &&
                 !environment("TERM").empty() && stdout_is_terminal();
  return paper;
}

std::string draw_envelope(Samples sound, const Paper& paper, int rows) {
  float loudest = 1e-4F;  // silence is drawn as silence, not as magnified noise
  for (int i = 0; i < paper.columns; ++i) {
    loudest = std::max(loudest, peak(sound, i, paper.columns));
  }
  std::string picture;
  for (int line = 0; line < 2 * rows; ++line) {
    const bool above = line < rows;
    const int distance =
        above ? rows - 1 - line : line - rows;  // cells between this line and the middle
    std::string text;
    for (int i = 0; i < paper.columns; ++i) {
      const auto height =
          std::lround(peak(sound, i, paper.columns) / loudest * 8.0F * static_cast<float>(rows));
      text += cell(std::clamp(static_cast<int>(height) - 8 * distance, 0, 8), above, paper.glyphs);
    }
    picture += coloured(text, "36", paper) + "\n";
  }
  return picture;
}

std::string draw_lane(Samples sound, std::ptrdiff_t lag, std::size_t length, const Paper& paper) {
  const char* mark = paper.glyphs == Glyphs::unicode ? "▬" : "=";
  std::string lane;
  for (int i = 0; i < paper.columns; ++i) {
    const auto at = static_cast<std::ptrdiff_t>(length * static_cast<std::size_t>(i) /
                                                static_cast<std::size_t>(paper.columns));
    const std::size_t width = length / static_cast<std::size_t>(paper.columns);
    lane += level_db(part(sound, at - lag, width)) > -45 ? mark : " ";
  }
  return coloured(lane, "33", paper);
}

}  // namespace voice::demo

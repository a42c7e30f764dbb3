// Draws a sound as text: an envelope of a few lines, as wide as the terminal, and lanes that say
// which speaker spoke when.
#pragma once

#include "tests/demo/sound.hpp"

#include <string>

namespace voice::demo {

enum class Glyphs : std::uint8_t { ascii, unicode };

/// What the terminal behind stdout can show.
struct Paper {
  Glyphs glyphs = Glyphs::ascii;
  int columns = 80;
  bool colour = false;
};

/// From LC_ALL, LC_CTYPE, LANG, COLUMNS, NO_COLOR, TERM and whether stdout is a terminal.
[[nodiscard]] Paper paper_of_this_terminal();

/// An envelope mirrored at a middle line, `rows` lines above and as many below, every line ended by
/// '\n'. The loudest column fills the height.
[[nodiscard]] std::string draw_envelope(Samples sound, const Paper& paper, int rows);

/// One line without an end: marked where `sound`, starting at sample `lag` of a recording `length`
/// samples long, speaks.
[[nodiscard]] std::string draw_lane(Samples sound, std::ptrdiff_t lag, std::size_t length,
                                    const Paper& paper);

}  // namespace voice::demo

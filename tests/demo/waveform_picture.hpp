// Draws a sound as text: an envelope of a few lines, as wide as the terminal, and lanes that show
// which speaker spoke when.
#pragma once

#include "tests/demo/sound.hpp"

#include <string>

namespace voice::demo {

enum class Glyphs : std::uint8_t { ascii, unicode };

/// The capabilities of the terminal at stdout.
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

/// One line, without a line feed: marked where `sound`, starting at sample `lag` of a recording of
/// `length` samples, is audible.
[[nodiscard]] std::string draw_lane(Samples sound, std::ptrdiff_t lag, std::size_t length,
                                    const Paper& paper);

}  // namespace voice::demo

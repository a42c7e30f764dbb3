// Lines for a terminal that may take only a part of one: the rest is kept and goes out first, so
// that the screen shows whole lines and whole escape sequences.
#pragma once

#include "common/terminal/terminal.hpp"

#include <string>
#include <string_view>

namespace voice::terminal {

class WholeLines {
 public:
  /// As write_line(); a line of which a part was written counts as written.
  [[nodiscard]] Written write(int descriptor, std::string_view line);

 private:
  std::string rest_;  // of the last line
};

}  // namespace voice::terminal

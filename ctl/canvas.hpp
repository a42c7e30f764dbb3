// Draws lines on the terminal behind standard output, only those that have changed. Never waits for
// the terminal: lines that a stopped terminal does not take are drawn when it continues.
#pragma once

#include "common/terminal/terminal.hpp"
#include "common/terminal/whole_lines.hpp"
#include "ctl/watch_screen.hpp"

#include <optional>
#include <vector>

namespace voicectl {

class Canvas {
 public:
  explicit Canvas(bool color) : color_(color) {}

  /// Switches to the full screen, and back.
  void enter();
  void leave();

  /// False when the terminal is gone.
  [[nodiscard]] bool draw(const std::vector<ScreenLine>& lines);
  /// What is on the screen is unknown: the next draw() draws all lines.
  void forget();

 private:
  [[nodiscard]] std::string styled(const ScreenLine& line) const;

  voice::terminal::FullScreen screen_;
  voice::terminal::WholeLines lines_;
  bool color_;
  bool blank_ = false;                            // the screen has been cleared
  std::vector<std::optional<ScreenLine>> drawn_;  // none: unknown
};

}  // namespace voicectl

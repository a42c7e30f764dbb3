// Draws lines on the terminal behind standard output, only those that have changed, and never waits
// for it: what a stopped terminal does not take is drawn when it goes on.
#pragma once

#include "common/terminal/terminal.hpp"
#include "ctl/watch_screen.hpp"

#include <optional>
#include <vector>

namespace voicectl {

class Canvas {
 public:
  explicit Canvas(bool color) : color_(color) {}

  /// Takes the screen, and gives it back; draws nothing in between.
  void enter();
  void leave();

  /// False when nobody sees it any more.
  [[nodiscard]] bool draw(const std::vector<ScreenLine>& lines);
  /// What is on the screen is unknown: the next draw() is of all lines.
  void forget();

 private:
  [[nodiscard]] std::string styled(const ScreenLine& line) const;

  voice::terminal::FullScreen screen_;
  bool color_;
  bool blank_ = false;                            // nothing old is on the screen
  std::vector<std::optional<ScreenLine>> drawn_;  // none: unknown
};

}  // namespace voicectl

#include "ctl/canvas.hpp"

#include <string>

namespace voicectl {

using voice::terminal::stdout_descriptor;
using voice::terminal::Written;

namespace {

// Reverse, bold and faint are not colours, so NO_COLOR keeps them.
std::string escape_of(Look look, bool color) {
  switch (look) {
    case Look::plain:
      return "";
    case Look::title:
      return "\x1b[7m";
    case Look::talking:
      return color ? "\x1b[1;32m" : "\x1b[1m";
    case Look::warning:
      return color ? "\x1b[1;31m" : "\x1b[1m";
    case Look::faint:
      return "\x1b[2m";
  }
  return "";
}

}  // namespace

void Canvas::enter() {
  voice::terminal::prepare_for_escapes(stdout_descriptor);
  screen_.enter();
  forget();
}

void Canvas::leave() {
  screen_.leave();
}

void Canvas::forget() {
  drawn_.clear();
  blank_ = false;
}

std::string Canvas::styled(const ScreenLine& line) const {
  const std::string escape = escape_of(line.look, color_);
  return escape.empty() ? line.text : escape + line.text + "\x1b[0m";
}

bool Canvas::draw(const std::vector<ScreenLine>& lines) {
  if (!voice::terminal::in_foreground(stdout_descriptor)) return true;
  if (!blank_) {
    const Written cleared = lines_.write(stdout_descriptor, "\x1b[0m\x1b[H\x1b[2J");
    if (cleared != Written::all) return cleared == Written::dropped;
    blank_ = true;
  }
  drawn_.resize(lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (drawn_[i] == lines[i]) continue;
    // Each line sets its own position, so any of them can be left out.
    const std::string place = "\x1b[" + std::to_string(i + 1) + ";1H\x1b[K";
    const Written written = lines_.write(stdout_descriptor, place + styled(lines[i]));
    if (written == Written::closed) return false;
    drawn_[i] = written == Written::all ? std::optional{lines[i]} : std::nullopt;
  }
  return true;
}

}  // namespace voicectl

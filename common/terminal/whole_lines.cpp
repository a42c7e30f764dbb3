#include "common/terminal/whole_lines.hpp"

namespace voice::terminal {

Written WholeLines::write(int descriptor, std::string_view line) {
  std::string_view rest = rest_;
  const Written finished = write_front(descriptor, rest);
  rest_.erase(0, rest_.size() - rest.size());
  if (finished != Written::all) return finished;
  rest = line;
  const Written written = write_front(descriptor, rest);
  if (written != Written::dropped || rest.size() == line.size()) return written;
  rest_ = rest;
  return Written::all;
}

}  // namespace voice::terminal

#include "client/ui/console_options.hpp"

#include "common/terminal/terminal.hpp"

#include <cstdlib>
#include <string_view>

namespace voicecli {

using namespace voice::terminal;

namespace {

bool is_dumb_terminal() {
  const char* term = std::getenv("TERM");
#ifdef _WIN32
  return term != nullptr && std::string_view{term} == "dumb";
#else
  return term == nullptr || *term == '\0' || std::string_view{term} == "dumb";
#endif
}

bool colors_wanted() {
  // https://no-color.org: present and not empty, whatever its value.
  const char* no_color = std::getenv("NO_COLOR");
  return no_color == nullptr || *no_color == '\0';
}

}  // namespace

ConsoleOptions console_options(int errors, bool wants_json, bool sound_stdin, bool sound_stdout) {
  ConsoleOptions options;
  const bool dumb = is_dumb_terminal();
  options.descriptor = errors;
  options.reads_stdin = !sound_stdin;
  if (!dumb && is_terminal(stdin_descriptor)) options.input = InputMode::keys;
  if (wants_json) {
    options.output = OutputMode::json;
    if (!sound_stdout) options.descriptor = stdout_descriptor;
  } else if (!dumb && is_terminal(errors)) {
    options.output = OutputMode::status_line;
    options.color = colors_wanted();
  }
  return options;
}

}  // namespace voicecli

// How the console reads and writes: whatever suits the descriptors and the environment.
#pragma once

#include "client/ui/commands.hpp"

namespace voicecli {

enum class OutputMode : std::uint8_t {
  status_line,  // one line redrawn, events scroll above it
  text,         // one line per event
  json,         // one object per event and per second
};

struct ConsoleOptions {
  OutputMode output = OutputMode::text;
  int descriptor = 2;  // where it goes
  bool color = false;
  bool reads_stdin = true;  // false when sound comes in there
  InputMode input = InputMode::lines;
};

/// What fits the descriptors and the environment (NO_COLOR, TERM).
/// @param errors      a descriptor for messages (stderr or a duplicate of it).
/// @param wants_json  `--json`.
/// @param sound_stdin, sound_stdout  stdin, stdout carry sound.
[[nodiscard]] ConsoleOptions console_options(int errors, bool wants_json, bool sound_stdin,
                                             bool sound_stdout);

}  // namespace voicecli

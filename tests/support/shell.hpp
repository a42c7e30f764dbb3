// Runs commands of the system for a test, and returns their output and exit code. POSIX.
#pragma once

#include <sys/wait.h>

#include <cstdio>
#include <stdexcept>
#include <string>

namespace voice::test {

struct Output {
  int exit_code = 0;  // 128 + the number of the signal if one ended it
  std::string text;   // standard output; add 2>&1 for both
};

/// Runs a line of shell. Throws only if there is no shell.
inline Output output_of(const std::string& command) {
  Output output;
  FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot run " + command);
  char piece[4096];
  for (std::size_t count = 0; (count = std::fread(piece, 1, sizeof piece, pipe)) > 0;) {
    output.text.append(piece, count);
  }
  const int status = pclose(pipe);
  output.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return output;
}

/// The same for a command that must succeed: throws, with its output, if it does not.
inline void run_or_throw(const std::string& command) {
  const Output output = output_of(command + " 2>&1");
  if (output.exit_code != 0) throw std::runtime_error(command + ": " + output.text);
}

}  // namespace voice::test

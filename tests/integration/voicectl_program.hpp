// The real voicectl, run by a test.
#pragma once

#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/process.hpp"
#include "tests/support/scratch_directory.hpp"

#include <string>
#include <vector>

namespace voice::test {

struct Told {
  int exit_code = -1;
  std::string out, err;
};

/// Runs it to its end.
inline Told voicectl(const std::vector<std::string>& words,
                     const std::vector<std::string>& environment = {}) {
  const ScratchDirectory scratch;
  std::vector<std::string> command{VOICECTL_PROGRAM};
  command.insert(command.end(), words.begin(), words.end());
  Process process(command, scratch.file("voicectl"), environment);
  const auto exit_code = process.wait();
  return {exit_code.value_or(-1), process.out(), process.err()};
}

/// `watch` on a terminal of its own, which has no size and is therefore treated as 80 by 24.
class WatchedScreen {
 public:
  WatchedScreen(const std::string& socket, const std::vector<std::string>& environment = {})
      : process_({"/usr/bin/script", "--quiet", "--return", "--command",
                  std::string{VOICECTL_PROGRAM} + " --socket " + socket + " watch",
                  scratch_.file("typescript")},
                 scratch_.file("watch"), with_terminal(environment)) {}

  [[nodiscard]] Process& process() noexcept { return process_; }
  [[nodiscard]] bool shows(const std::string& text, std::size_t from = 0) {
    return process_.prints(text, from);
  }
  [[nodiscard]] std::string drawn() const { return process_.out(); }

 private:
  static std::vector<std::string> with_terminal(std::vector<std::string> environment) {
    environment.emplace_back("TERM=xterm");
    environment.emplace_back("SHELL=/bin/sh");
    return environment;
  }

  ScratchDirectory scratch_;
  Process process_;
};

}  // namespace voice::test

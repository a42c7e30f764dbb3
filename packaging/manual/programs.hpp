// The programs that have manual pages and completions; another one is a line in programs.cpp.
#pragma once

#include "packaging/manual/completion.hpp"
#include "packaging/manual/facts.hpp"
#include "packaging/manual/page.hpp"

#include <memory>
#include <string>
#include <vector>

namespace voice::manual {

struct Program {
  Command command;
  int section = 1;            // of the manual
  std::string configuration;  // "voiced.conf", below config/; empty: it has none
  const CLI::App* cli = nullptr;
  const app::Options* settings = nullptr;  // null: command line only
  std::shared_ptr<void> declared;          // owns what the two above refer to
};

/// Defaults that depend on the user (home, user name) are those of the environment at the call.
[[nodiscard]] std::vector<Program> programs();

}  // namespace voice::manual

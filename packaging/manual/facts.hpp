// What manual pages and completions tell about a program, read from the declaration of its options.
#pragma once

#include "common/app/options.hpp"

#include <string>
#include <vector>

namespace voice::manual {

/// What may stand behind an option, or as an argument.
struct Value {
  std::string type;                  // "number", "text", "file"; empty: nothing stands there
  std::vector<std::string> choices;  // all that are right, when these are few
  std::string range;                 // "2…1000", or empty
  std::string preset;                // the default, or empty
  std::string live;                  // a command that prints what only the running program knows
};

struct Option {
  std::vector<std::string> names;  // "-v", "--verbose": all that mean the same
  std::string negation;            // "--no-mute", or empty
  Value value;
  bool repeatable = false;
  std::string help;
  std::string variable;  // of the environment; empty: on the command line only
  std::string key;       // of the configuration file; likewise
  app::TakesEffect takes_effect = app::TakesEffect::restart;
};

struct Argument {
  std::string name;
  Value value;
  bool required = false;
  bool repeatable = false;
  std::string help;
};

/// A program, or one of its commands; a command has none of its own.
struct Command {
  std::string name;
  std::string about;
  std::vector<Option> options;
  std::vector<Argument> arguments;
  std::vector<Command> commands;
  bool falls_through = false;  // the program's options may stand behind it, too
};

/// Reads all but what the declaration hides. `settings`, when there is one, is the table that `cli`
/// belongs to, and tells which options are also keys and variables.
[[nodiscard]] Command command_of(const CLI::App& cli, const app::Options* settings = nullptr);

/// Lets shells ask `live`, which prints one candidate a line, for the argument of `commands`.
void complete_with(Command& program, const std::vector<std::string>& commands,
                   const std::string& live);

/// The options that may stand behind one of the program's commands: its own first.
[[nodiscard]] std::vector<Option> options_behind(const Command& program, const Command& command);

/// Every name that begins with a dash, in the order of declaration.
[[nodiscard]] std::vector<std::string> flags_of(const std::vector<Option>& options);

}  // namespace voice::manual

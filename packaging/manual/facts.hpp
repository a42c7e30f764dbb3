// What manual pages and completions say about a program, read from the declaration of its options.
#pragma once

#include "common/app/options.hpp"

#include <string>
#include <vector>

namespace voice::manual {

/// What may follow an option, or be an argument.
struct Value {
  std::string type;                  // "number", "text", "file"; empty: nothing follows
  std::vector<std::string> choices;  // all valid values, if they are few
  std::string range;                 // "2…1000", or empty
  std::string preset;                // the default, or empty
  std::string live;                  // a command that prints the running program's values
};

struct Option {
  std::vector<std::string> names;  // "-v", "--verbose": all with one meaning
  std::string negation;            // "--no-mute", or empty
  Value value;
  bool repeatable = false;
  std::string help;
  std::string variable;  // of the environment; empty: command line only
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
  bool falls_through = false;  // the program's options may follow it, too
  // Options of the program, with a value, that say which running program is meant: Value::live is
  // asked with those that are on the line.
  std::vector<std::string> selectors;
};

/// Reads everything that the declaration does not hide. `settings`, if any, is the table that `cli`
/// belongs to, and tells which options are also keys and variables.
[[nodiscard]] Command command_of(const CLI::App& cli, const app::Options* settings = nullptr);

/// Shells complete an argument of `commands` with the output of `live`, one candidate per line.
/// @param place  of the argument, from 0
void complete_with(Command& program, const std::vector<std::string>& commands,
                   const std::string& live, std::size_t place = 0);
/// The same for the value of an option of one of the program's commands.
void complete_option_with(Command& program, const std::string& command, const std::string& option,
                          const std::string& live);

/// The options that may follow one of the program's commands: its own first.
[[nodiscard]] std::vector<Option> options_behind(const Command& program, const Command& command);

/// All names that begin with a dash, in order of declaration.
[[nodiscard]] std::vector<std::string> flags_of(const std::vector<Option>& options);

}  // namespace voice::manual

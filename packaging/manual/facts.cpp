#include "packaging/manual/facts.hpp"

#include "common/core/assert.hpp"

#include <algorithm>
#include <cctype>
#include <sstream>

namespace voice::manual {
namespace {

bool contains(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::istringstream rest(text);
  for (std::string part; std::getline(rest, part, at);) parts.push_back(part);
  return parts;
}

// CLI11 names types for programmers; a name given in the declaration is kept.
std::string plain_type(std::string type) {
  if (type == "INT" || type == "UINT" || type == "FLOAT") return "number";
  if (type == "PATH") return "file";
  std::transform(type.begin(), type.end(), type.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return type;
}

// "INT:2…1000" or "TEXT:{auto,json}": the type, then the descriptions of its validators.
Value value_of(const CLI::Option& option) {
  const std::string described = option.get_type_name();
  const std::size_t colon = described.find(':');
  Value value;
  value.type = plain_type(described.substr(0, colon));
  value.preset = option.get_default_str();
  if (colon == std::string::npos) return value;
  const std::string limits = described.substr(colon + 1);
  if (limits.front() == '{' && limits.back() == '}') {
    value.choices = split(limits.substr(1, limits.size() - 2), ',');
  } else {
    value.range = limits;
  }
  return value;
}

Option option_of(const CLI::Option& declared, const app::Options* settings) {
  Option option;
  for (const std::string& name : declared.get_snames()) option.names.push_back("-" + name);
  for (const std::string& name : declared.get_lnames()) {
    const bool negates = contains(declared.get_fnames(), name);
    if (!negates) option.names.push_back("--" + name);
    if (negates) option.negation = "--" + name;
  }
  if (declared.get_items_expected_max() > 0) {
    option.value = value_of(declared);
    option.repeatable = declared.get_items_expected_max() >= CLI::detail::expected_max_vector_size;
  } else if (!option.negation.empty()) {
    option.value.preset = declared.get_default_str();
  }
  option.help = declared.get_description();
  if (settings == nullptr || declared.get_lnames().empty()) return option;
  const std::string& key = declared.get_lnames().front();
  if (!contains(settings->names(), key)) return option;
  option.key = key;
  option.variable = settings->variable_of(key);
  option.takes_effect = settings->takes_effect(key);
  return option;
}

Argument argument_of(const CLI::Option& declared) {
  return {.name = declared.get_name(true),
          .value = value_of(declared),
          .required = declared.get_required(),
          .repeatable = declared.get_items_expected_max() >= CLI::detail::expected_max_vector_size,
          .help = declared.get_description()};
}

}  // namespace

Command command_of(const CLI::App& cli, const app::Options* settings) {
  Command command;
  command.name = cli.get_name();
  command.about = cli.get_description();
  for (const CLI::Option* option : cli.get_options()) {
    if (option->get_group().empty()) continue;
    if (option->nonpositional()) {
      command.options.push_back(option_of(*option, settings));
    } else {
      command.arguments.push_back(argument_of(*option));
    }
  }
  const auto shown = [](const CLI::App* sub) { return !sub->get_group().empty(); };
  for (const CLI::App* sub : cli.get_subcommands(shown)) {
    command.commands.push_back(command_of(*sub));
    command.commands.back().falls_through = sub->get_fallthrough();
    VOICE_ASSERT(command.commands.back().commands.empty());
  }
  return command;
}

void complete_with(Command& program, const std::vector<std::string>& commands,
                   const std::string& live, std::size_t place) {
  for (Command& command : program.commands) {
    if (!contains(commands, command.name)) continue;
    VOICE_ASSERT(place < command.arguments.size());
    command.arguments[place].value.live = live;
  }
}

void complete_option_with(Command& program, const std::string& command, const std::string& option,
                          const std::string& live) {
  for (Command& each : program.commands) {
    if (each.name != command) continue;
    for (Option& own : each.options) {
      if (contains(own.names, option)) own.value.live = live;
    }
  }
}

std::vector<Option> options_behind(const Command& program, const Command& command) {
  std::vector<Option> all = command.options;
  if (!command.falls_through) return all;
  const auto own = flags_of(command.options);
  for (const Option& option : program.options) {
    if (!contains(own, option.names.back())) all.push_back(option);
  }
  return all;
}

std::vector<std::string> flags_of(const std::vector<Option>& options) {
  std::vector<std::string> flags;
  for (const Option& option : options) {
    flags.insert(flags.end(), option.names.begin(), option.names.end());
    if (!option.negation.empty()) flags.push_back(option.negation);
  }
  return flags;
}

}  // namespace voice::manual

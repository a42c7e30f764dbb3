#include "packaging/manual/page.hpp"

#include "packaging/manual/roff.hpp"

#include <sstream>

namespace voice::manual {
namespace {

// .Fl writes the first dash itself.
std::string flag(const std::string& name) {
  return "Fl " + literal(name.substr(1));
}

std::string placeholder(const Argument& argument) {
  const std::string name = "Ar " + literal(argument.name);
  const std::string more = argument.repeatable ? " ..." : "";
  return argument.required ? name + more : "Op " + name + more;
}

std::string tag_of(const Option& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.names) names.push_back(flag(name));
  if (!option.negation.empty()) names.push_back(flag(option.negation));
  const std::string value = option.value.type.empty() ? "" : " Ar " + option.value.type;
  return ".It " + join(names, " , ") + value + "\n";
}

// What a few words can say about a value.
std::string limits_of(const Value& value) {
  std::string out;
  if (!value.choices.empty()) out += " One of " + join(value.choices, ", ") + ".";
  if (!value.range.empty()) out += " Range: " + value.range + ".";
  if (!value.preset.empty() && value.preset != "[]") out += " Default: " + value.preset + ".";
  return out;
}

std::string description_of(const Option& option) {
  std::string text = sentence(option.help);
  const bool said = option.help.find("repeatable") != std::string::npos;
  if (option.repeatable && !said) text += " May be given several times.";
  return running_text(text + limits_of(option.value));
}

// It follows what the command does, so the name says what it is about.
std::string description_of(const Argument& argument) {
  if (argument.help.empty()) return "";
  return ".Ar " + literal(argument.name) + " :\n" +
         running_text(ended(argument.help) + limits_of(argument.value));
}

}  // namespace

std::string options_list(const std::vector<Option>& options) {
  if (options.empty()) return "";
  std::string out = ".Bl -tag -width Ds\n";
  for (const Option& option : options) out += tag_of(option) + description_of(option);
  return out + ".El\n";
}

std::string commands_list(const std::vector<Command>& commands) {
  if (commands.empty()) return "";
  std::string out = ".Bl -tag -width Ds\n";
  for (const Command& command : commands) {
    out += ".It Ic " + literal(command.name);
    for (const Argument& argument : command.arguments) out += " " + placeholder(argument);
    out += "\n" + running_text(sentence(command.about));
    for (const Argument& argument : command.arguments) out += description_of(argument);
    std::vector<Option> own;
    for (const Option& option : command.options) {
      if (option.names.back() != "--help") own.push_back(option);
    }
    out += options_list(own);
  }
  return out + ".El\n";
}

expected<std::string, std::string> fill(const std::string& page, const PageParts& parts) {
  std::istringstream lines(page);
  std::string out;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with('@')) {
      out += line + "\n";
      continue;
    }
    const std::string* part = line == "@options@"    ? &parts.options
                              : line == "@commands@" ? &parts.commands
                              : line == "@settings@" ? &parts.settings
                                                     : nullptr;
    if (part == nullptr || part->empty()) return unexpected("nothing to put in for " + line);
    out += *part;
  }
  return out;
}

}  // namespace voice::manual

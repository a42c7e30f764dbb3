#include "packaging/manual/completion.hpp"
#include "packaging/manual/roff.hpp"

#include <algorithm>

namespace voice::manual {
namespace {

// For use inside [a description] of _arguments and between its colons.
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string in_quotes(const std::string& text) {
  return quoted(text, R"('\'')");
}

// Offers each line that a command prints. The blank before its name in value_spec() keeps
// _arguments from adding arguments of its own.
constexpr const char* live_function = R"sh(
_@name@_live() {
  local -a hits
  hits=(${(f)"$("$@" 2>/dev/null)"})
  compadd -a hits
}

)sh";

// The same, with the last selector in `typed`, which are the words before the one to complete.
constexpr const char* selecting_live_function = R"sh(
_@name@_live() {
  local -a hits where
  local word flag
  for word in "${(@)typed}"; do
    if [[ -n $flag ]]; then
      where=("$flag" "$word") flag=
      continue
    fi
    case $word in
      @selectors@) flag=$word ;;
      @with_value@) where=("${word%%=*}" "${word#*=}") ;;
    esac
  done
  if (( $#where )); then
    word=${(Q)where[2]}
    [[ $where[2] != \~/* ]] || word=$HOME${word[2,-1]}
    # Nothing is offered if the shell would do more with it than take off quotes.
    [[ $word != *[\$\`]* ]] || return 0
    where[2]=$word
  fi
  hits=(${(f)"$("$@" "${(@)where}" 2>/dev/null)"})
  compadd -a hits
}

)sh";

// ":what:how to complete it"
std::string value_spec(const Value& value, const std::string& program) {
  const std::string what = ":" + escaped(value.type) + ":";
  switch (offer_for(value)) {
    case Offer::choices:
      return what + "(" + join(value.choices, " ") + ")";
    case Offer::files:
      return what + "_files";
    case Offer::live:
      return what + " _" + program + "_live " + value.live;
    case Offer::nothing:
      return what + " ";
  }
  return what;
}

// One line for each spelling; those of one option exclude each other unless it may be repeated.
std::string option_specs(const Option& option, const std::string& program,
                         const std::string& indent) {
  std::vector<std::string> all = option.names;
  if (!option.negation.empty()) all.push_back(option.negation);
  const bool ends = option.names.back() == "--help" || option.names.back() == "--version";
  const std::string before = option.repeatable ? "*" : ends ? "(- *)" : "(" + join(all, " ") + ")";
  std::string out;
  for (const std::string& name : all) {
    const std::string help =
        name == option.negation ? "the opposite of " + option.names.back() : brief(option.help);
    std::string spec = before + name;
    if (!option.value.type.empty() && name.starts_with("--")) spec += "=";
    spec += "[" + escaped(help) + "]";
    if (!option.value.type.empty()) spec += value_spec(option.value, program);
    out += indent + in_quotes(spec) + " \\\n";
  }
  return out;
}

std::string arguments_call(const Command& command, const std::vector<Option>& options,
                           const std::string& program, const std::string& indent) {
  std::string out = indent + "_arguments -s -S " + (command.commands.empty() ? "" : "-C ") + "\\\n";
  for (const Option& option : options) {
    out += option_specs(option, program, indent + "  ");
  }
  for (const Argument& argument : command.arguments) {
    const std::string spec = value_spec(argument.value, program);
    const std::string place = argument.repeatable ? "*" : argument.required ? "" : ":";
    out += indent + "  " + in_quotes(place + spec) + " \\\n";
  }
  if (!command.commands.empty()) {
    // (-): what stands behind the command is left to that command, options of the program, too.
    out += indent + "  '(-)1:command:->command' '(-)*::argument:->argument' \\\n";
  }
  return out.substr(0, out.size() - 3) + "\n";  // the last line has no continuation
}

bool asks_program(const Command& command) {
  return std::any_of(command.arguments.begin(), command.arguments.end(),
                     [](const Argument& each) { return offer_for(each.value) == Offer::live; });
}

std::string live_function_of(const Command& program) {
  if (program.selectors.empty()) return replaced(live_function + 1, "@name@", program.name);
  const std::string with_name = replaced(selecting_live_function + 1, "@name@", program.name);
  return replaced(replaced(with_name, "@selectors@", join(program.selectors, "|")), "@with_value@",
                  join(program.selectors, "=*|") + "=*");
}

std::string commands_body(const Command& program) {
  std::string out = arguments_call(program, program.options, program.name, "  ");
  out.pop_back();
  out += " && return\n  case $state in\n    command)\n      commands=(\n";
  for (const Command& command : program.commands) {
    out += "        " + in_quotes(escaped(command.name) + ":" + brief(command.about)) + "\n";
  }
  out +=
      "      )\n      _describe command commands\n      ;;\n    argument)\n"
      "      case $words[1] in\n";
  for (const Command& command : program.commands) {
    out += "        " + command.name + ")\n";
    out += arguments_call(command, options_behind(program, command), program.name, "          ");
    out += "          ;;\n";
  }
  return out + "      esac\n      ;;\n  esac\n";
}

}  // namespace

std::string zsh_completion(const Command& program) {
  const std::string function = "_" + program.name;
  std::string out =
      "#compdef " + program.name + "\n# Completion of " + program.name +
      " for zsh. Made from the declaration of its options by packaging/manual; do not "
      "edit.\n\n";
  const bool live = std::any_of(program.commands.begin(), program.commands.end(), asks_program);
  if (live) out += live_function_of(program);
  out += function + "() {\n";
  if (program.commands.empty()) {
    out += arguments_call(program, program.options, program.name, "  ");
  } else {
    out +=
        "  local context state state_descr line\n  local -a commands\n"
        "  typeset -A opt_args\n";
    if (!program.selectors.empty()) {
      out += "  local -a typed\n  typed=(\"${(@)words[2,CURRENT-1]}\")\n";
    }
    out += commands_body(program);
  }
  return out + "}\n\nif [[ $funcstack[1] == " + function + " ]]; then\n  " + function +
         " \"$@\"\nelse\n  compdef " + function + " " + program.name + "\nfi\n";
}

}  // namespace voice::manual

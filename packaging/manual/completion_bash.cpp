#include "packaging/manual/completion.hpp"
#include "packaging/manual/roff.hpp"

#include <algorithm>
#include <utility>

namespace voice::manual {
namespace {

// For bash, `--option=value` is three words.
constexpr const char* beginning = R"sh(# shellcheck shell=bash
# Completion of @name@ for bash.
# Made from the declaration of its options by packaging/manual; do not edit.

_@name@() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
  local command="" options="" words="" files="" live="" word
  COMPREPLY=()
  if [[ $current == = ]]; then
    current=""
  elif [[ $previous == = ]] && ((COMP_CWORD > 1)); then
    previous=${COMP_WORDS[COMP_CWORD-2]}
  fi
)sh";

// Finds the first word that is neither an option nor an option's value; `place` counts the words
// of that kind after it, and `where` is the last selector with its value.
constexpr const char* find_command = R"sh(
  local skip="" place=0 flag="" where=()
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    if [[ $word == = ]]; then
      skip=yes
    elif [[ -n $skip ]]; then
      skip=""
      case $flag in
        @selectors@) where=("$flag" "$word") ;;
      esac
    else
      flag=$word
      case $word in
        @with_value@) skip=yes ;;
        -*) ;;
        *) if [[ -z $command ]]; then command=$word; else place=$((place + 1)); fi ;;
      esac
    fi
  done
)sh";

constexpr const char* read_selector = R"sh(
  if [[ -n $live && ${#where[@]} -gt 0 ]]; then
    word=${where[1]}
    [[ $word != \~/* ]] || word=$HOME${word:1}
    word=${word#[\"\']} word=${word%[\"\']}
    # Nothing is offered if the shell would do more with it than take off quotes.
    [[ $word != *[\"\'\\\$\`]* ]] || return 0
    where[1]=$word
  fi
)sh";

constexpr const char* ending = R"sh(
  if [[ -n $live ]]; then
    while IFS= read -r word; do
      [[ $word != "$current"* ]] || COMPREPLY+=("$(printf %q "$word")")
    done < <($live@where@ 2>/dev/null)
  elif [[ -n $files ]]; then
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
  elif [[ -z $words || ($current == -* && -n $options) ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
  else
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  fi
} && complete -F _@name@ @name@
)sh";

// Sets the variable for what to offer.
std::string offer(const Value& value) {
  switch (offer_for(value)) {
    case Offer::choices:
      return "words=\"" + join(value.choices, " ") + "\"";
    case Offer::files:
      return "files=yes";
    case Offer::live:
      return "live=\"" + value.live + "\"";
    case Offer::nothing:
      return "";
  }
  return "";
}

// Words in double quotes may be on several lines.
std::string wrapped(const std::vector<std::string>& words, const std::string& indent) {
  constexpr std::size_t columns_max = 110;
  std::string out, line;
  for (const std::string& word : words) {
    if (!line.empty() && line.size() + word.size() > columns_max) {
      out += line + "\n";
      line = indent;
    }
    line += line.empty() || line == indent ? word : " " + word;
  }
  return out + line;
}

// One branch for all options whose values are completed in one way.
std::string values(const std::vector<Option>& options, const std::string& indent) {
  std::vector<std::pair<std::string, std::string>> branches;  // what to offer, the options
  for (const Option& option : options) {
    if (option.value.type.empty()) continue;
    const std::string what = offer(option.value);
    auto branch = std::find_if(branches.begin(), branches.end(),
                               [&](const auto& known) { return known.first == what; });
    if (branch == branches.end()) branch = branches.insert(branches.end(), {what, ""});
    branch->second += (branch->second.empty() ? "" : " | ") + join(option.names, " | ");
  }
  if (branches.empty()) return "";
  std::string out = indent + "case $previous in\n";
  for (const auto& [what, names] : branches) {
    out += indent + "  " + names + ")\n" + indent +
           "    options=\"\" words=\"\" files=\"\" live=\"\"\n";
    if (!what.empty()) out += indent + "    " + what + "\n";
    out += indent + "    ;;\n";
  }
  return out + indent + "esac\n";
}

// What may follow within one command, or before a command is named.
std::string context(const Command& command, const std::vector<Option>& options,
                    const std::string& indent) {
  std::vector<std::string> words;
  for (const Command& sub : command.commands) words.push_back(sub.name);
  std::string out = indent + "options=\"" + wrapped(flags_of(options), indent + "  ") + "\"\n";
  if (!words.empty()) out += indent + "words=\"" + wrapped(words, indent + "  ") + "\"\n";
  for (std::size_t place = 0; place < command.arguments.size(); ++place) {
    const Argument& argument = command.arguments[place];
    const std::string what = offer(argument.value);
    if (what.empty()) continue;
    const std::string elsewhere = argument.repeatable ? " -lt " : " -ne ";
    out += indent + "[[ $current == -* || $place" + elsewhere + std::to_string(place) + " ]] || " +
           what + "\n";
  }
  return out + values(options, indent);
}

}  // namespace

std::string bash_completion(const Command& program) {
  std::string out = replaced(beginning, "@name@", program.name);
  if (program.commands.empty()) {
    // Shared with programs that have commands, and then unused.
    out = replaced(out, "command=\"\" ", "");
    out += context(program, program.options, "  ");
  } else {
    const auto flags = flags_with_value(program);
    const std::string selectors = program.selectors.empty() ? "=" : join(program.selectors, " | ");
    out +=
        replaced(replaced(find_command, "@with_value@", flags.empty() ? "=" : join(flags, " | ")),
                 "@selectors@", selectors);
    out += "  case $command in\n    \"\")\n" + context(program, program.options, "      ") +
           "      ;;\n";
    for (const Command& command : program.commands) {
      out += "    " + command.name + ")\n" +
             context(command, options_behind(program, command), "      ") + "      ;;\n";
    }
    out += "  esac\n";
  }
  if (!program.selectors.empty()) out += read_selector + 1;
  return out + replaced(replaced(ending + 1, "@name@", program.name), "@where@",
                        program.selectors.empty() ? "" : " \"${where[@]}\"");
}

}  // namespace voice::manual

#include "packaging/manual/completion.hpp"
#include "packaging/manual/roff.hpp"

namespace voice::manual {
namespace {

std::string in_quotes(const std::string& text) {
  std::string escaped;
  for (const char c : text) escaped += c == '\\' ? R"(\\)" : std::string{c};
  return quoted(escaped, R"(\')");
}

std::string value_words(const Value& value) {
  switch (offer_for(value)) {
    case Offer::choices:
      return " -x -a " + in_quotes(join(value.choices, " "));
    case Offer::files:
      return " -r -F";
    case Offer::live:
      return " -x -a " + in_quotes("(@live@" + value.live + " 2>/dev/null)");
    case Offer::nothing:
      return " -x";
  }
  return "";
}

std::string name_words(const std::string& name) {
  return name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
}

// `start` is the command with the condition under which the option applies.
std::string option_lines(const Option& option, const std::string& start) {
  std::string out = start;
  for (const std::string& name : option.names) out += name_words(name);
  if (!option.value.type.empty()) out += value_words(option.value);
  out += " -d " + in_quotes(brief(option.help)) + "\n";
  if (!option.negation.empty()) {
    out += start + name_words(option.negation) + " -d " +
           in_quotes("the opposite of " + option.names.back()) + "\n";
  }
  return out;
}

// `place` counts the words before the one to complete: the command, then its arguments.
std::string argument_lines(const Command& command, const std::string& start,
                           const std::string& condition, const std::string& place) {
  std::string out;
  for (std::size_t i = 0; i < command.arguments.size(); ++i) {
    const Argument& argument = command.arguments[i];
    if (offer_for(argument.value) == Offer::nothing) continue;
    const std::string here = "test (count (" + place + ")) " +
                             (argument.repeatable ? "-gt " : "-eq ") +
                             std::to_string(argument.repeatable ? i : i + 1);
    out += start + " -n " + in_quotes(condition + "; and " + here) + value_words(argument.value) +
           "\n";
  }
  return out;
}

// Finds the words that are neither an option nor an option's value. fish's own function for this
// mistakes an option's value for the command.
constexpr const char* functions = R"(
function __fish_@name@_words
    set -l skip no
    for word in (commandline -opc)[2..-1]
        if test $skip = yes
            set skip no
            continue
        end
        switch $word
            case @with_value@
                set skip yes
            case '-*'
            case '*'
                echo $word
        end
    end
end

function __fish_@name@_command
    set -l words (__fish_@name@_words)
    test (count $words) -gt 0
    and echo $words[1]
end

)";

// Runs a command with the last selector on the line.
constexpr const char* live_function = R"(
function __fish_@name@_live
    set -l where
    set -l flag
    for word in (commandline -opc)[2..-1]
        if test -n "$flag"
            set where $flag $word
            set flag
            continue
        end
        switch $word
            case @selectors@
                set flag $word
            case @with_value@
                set where (string split -m 1 = -- $word)
        end
    end
    if test (count $where) -eq 2
        # Nothing is offered if the shell would do more with it than take off quotes.
        string match -q -r '[$(]' -- $where[2]
        and return
        set where[2] (string replace -r '^~/' "$HOME/" -- $where[2])
    end
    command $argv $where
end

)";

}  // namespace

std::string fish_completion(const Command& program) {
  const std::string& name = program.name;
  const std::string start = "complete -c " + name;
  const std::string function = "__fish_" + name + "_command";
  const bool commands = !program.commands.empty();
  std::string out =
      "# Completion of " + name +
      " for fish. Made from the declaration of its options by packaging/manual; do not "
      "edit.\n\n";
  if (commands) {
    out += replaced(replaced(functions + 1, "@name@", name), "@with_value@",
                    join(flags_with_value(program), " "));
  }
  if (!program.selectors.empty()) {
    out += replaced(replaced(replaced(live_function + 1, "@name@", name), "@selectors@",
                             join(program.selectors, " ")),
                    "@with_value@", "'" + join(program.selectors, "=*' '") + "=*'");
  }
  out += start + " -f\n";
  const std::string at_first =
      start + (commands ? " -n " + in_quotes("not " + function + " >/dev/null") : "");
  for (const Option& option : program.options) out += option_lines(option, at_first);
  for (const Command& command : program.commands) {
    out +=
        "\n" + at_first + " -a " + command.name + " -d " + in_quotes(brief(command.about)) + "\n";
    const std::string condition = "contains -- " + command.name + " (" + function + ")";
    const std::string within = start + " -n " + in_quotes(condition);
    for (const Option& option : options_behind(program, command)) {
      out += option_lines(option, within);
    }
    out += argument_lines(command, start, condition, "__fish_" + name + "_words");
  }
  return replaced(out, "@live@", program.selectors.empty() ? "" : "__fish_" + name + "_live ");
}

}  // namespace voice::manual

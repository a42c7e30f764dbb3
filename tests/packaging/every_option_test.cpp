// Every option appears wherever it must. The options are read from CLI11 itself and the files as
// they are committed, not through the program that makes them.
#include "packaging/manual/programs.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

using voice::manual::Program;

namespace {

// Options that are not settings: they say what to do instead of how, or where the settings are.
// Every other option is also a key of the configuration file and an environment variable; a new
// name here needs a reason.
const std::set<std::string> command_line_only{"help",         "version",      "config",
                                              "print-config", "check-config", "make-certificate",
                                              "list-devices", "verbose"};

std::string text_of(const std::string& path) {
  std::ifstream in(std::string{VOICE_SOURCE_DIR} + "/" + path, std::ios::binary);
  INFO(path);
  REQUIRE(in);
  return {std::istreambuf_iterator<char>(in), {}};
}

// As a word of its own: --port is not in --port-max.
bool has_word(const std::string& text, const std::string& word) {
  const auto is_part = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '\\';
  };
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool starts = at == 0 || !is_part(text[at - 1]);
    if (starts && (end == text.size() || !is_part(text[end]))) return true;
  }
  return false;
}

// As roff spells it: every dash is a minus.
std::string in_roff(const std::string& name) {
  return std::regex_replace(name, std::regex("-"), R"(\-)");
}

struct Named {
  std::string command;  // empty: the program itself
  std::string name;     // without dashes
  bool is_long;
};

void add_options(std::vector<Named>& all, const CLI::App& app, const std::string& command) {
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;
    for (const std::string& name : option->get_snames()) all.push_back({command, name, false});
    for (const std::string& name : option->get_lnames()) all.push_back({command, name, true});
  }
}

std::vector<Named> options_of(const Program& program) {
  std::vector<Named> all;
  add_options(all, *program.cli, "");
  for (const CLI::App* sub : program.cli->get_subcommands([](const CLI::App*) { return true; })) {
    if (!sub->get_group().empty()) add_options(all, *sub, sub->get_name());
  }
  return all;
}

std::string help_of(const Program& program, const std::string& command) {
  return command.empty() ? program.cli->help() : program.cli->get_subcommand_ptr(command)->help();
}

}  // namespace

TEST_CASE("every option is in --help, in the manual page and in all completions", "[manual]") {
  for (const Program& program : voice::manual::programs()) {
    const std::string& name = program.command.name;
    const std::string page =
        text_of("packaging/man/" + name + "." + std::to_string(program.section));
    const std::string bash = text_of("packaging/completions/bash/" + name);
    const std::string zsh = text_of("packaging/completions/zsh/_" + name);
    const std::string fish = text_of("packaging/completions/fish/" + name + ".fish");
    for (const Named& option : options_of(program)) {
      const std::string flag = (option.is_long ? "--" : "-") + option.name;
      INFO(name << " " << option.command << " " << flag);

      CHECK(has_word(help_of(program, option.command), flag));
      // Each command has --help; the page says so once.
      CHECK(has_word(page, "Fl " + in_roff(flag.substr(1))));
      CHECK(has_word(bash, flag));
      CHECK(zsh.find(flag + "[") + zsh.find(flag + "=[") != 2 * std::string::npos);
      CHECK(has_word(fish, (option.is_long ? "-l " : "-s ") + option.name));
    }
    for (const CLI::App* sub : program.cli->get_subcommands([](const CLI::App*) { return true; })) {
      if (sub->get_group().empty()) continue;
      INFO(name << " " << sub->get_name());
      CHECK(has_word(program.cli->help(), sub->get_name()));
      CHECK(has_word(page, "Ic " + in_roff(sub->get_name())));
      CHECK(has_word(bash, sub->get_name()));
      CHECK(has_word(zsh, sub->get_name()));
      CHECK(has_word(fish, "-a " + sub->get_name()));
    }
  }
}

TEST_CASE("every option is a setting, unless it can only be said on the command line", "[manual]") {
  for (const Program& program : voice::manual::programs()) {
    if (program.settings == nullptr) continue;
    const auto settings = program.settings->names();
    for (const CLI::Option* option : program.cli->get_options()) {
      if (!option->nonpositional()) continue;
      const std::string name = option->get_lnames().front();
      INFO(program.command.name << " --" << name);
      const bool is_setting = std::find(settings.begin(), settings.end(), name) != settings.end();
      CHECK(is_setting != command_line_only.contains(name));
    }
  }
}

TEST_CASE("every setting is in --print-config, in the shipped file and in its page", "[manual]") {
  for (const Program& program : voice::manual::programs()) {
    if (program.settings == nullptr) continue;
    const std::string printed = "\n" + program.settings->print_config();
    const std::string shipped = text_of("config/" + program.configuration);
    const std::string page = text_of("packaging/man/" + program.configuration + ".5");
    for (const std::string& name : program.settings->names()) {
      INFO(program.command.name << " " << name);

      CHECK(printed.find("\n" + name + " = ") != std::string::npos);
      CHECK(shipped.find("\n#" + name + " = ") != std::string::npos);
      CHECK(has_word(page, in_roff(name)));
      CHECK(has_word(page, program.settings->variable_of(name)));
    }
  }
}

#include "packaging/manual/programs.hpp"

#include "client/app/config.hpp"
#include "ctl/arguments.hpp"
#include "server/app/config.hpp"

namespace voice::manual {
namespace {

// A configuration, and the options that refer to it.
template <class Config, auto declare>
Program from_table(int section) {
  struct Declared {
    Config config;
    std::unique_ptr<app::Options> options = declare(config);
  };
  auto declared = std::make_shared<Declared>();
  const app::Options& options = *declared->options;
  Program program;
  program.command = command_of(options.cli(), &options);
  program.section = section;
  program.configuration = program.command.name + ".conf";
  program.cli = &options.cli();
  program.settings = &options;
  program.declared = std::move(declared);
  return program;
}

// The words that its commands take come from the running server.
Program voicectl_program() {
  struct Declared {
    voicectl::Arguments arguments;
    std::unique_ptr<CLI::App> cli = voicectl::declare_commands(arguments);
  };
  auto declared = std::make_shared<Declared>();
  Program program;
  program.command = command_of(*declared->cli);
  program.command.selectors = {"--socket", "--instance"};
  complete_with(program.command, {"mute", "unmute", "gain", "kick", "move", "ban"},
                "voicectl complete");
  complete_with(program.command, {"unban"}, "voicectl complete --bans");
  complete_with(program.command, {"lock", "unlock", "close", "open"}, "voicectl complete --rooms");
  complete_with(program.command, {"move"}, "voicectl complete --rooms", 1);
  complete_option_with(program.command, "invite", "--room", "voicectl complete --rooms");
  program.cli = declared->cli.get();
  program.declared = std::move(declared);
  return program;
}

}  // namespace

std::vector<Program> programs() {
  std::vector<Program> all;
  all.push_back(from_table<voiced::Config, voiced::declare_options>(8));
  all.push_back(voicectl_program());
  all.push_back(from_table<voicecli::Config, voicecli::declare_options>(1));
  return all;
}

}  // namespace voice::manual

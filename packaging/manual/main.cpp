// manual SOURCE OUT: writes manual pages into OUT/man and completions into OUT/completions, from
// the declarations of the options, the pages in SOURCE/packaging/manual/pages and the files in
// SOURCE/config.
#include "packaging/manual/programs.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace fs = std::filesystem;
using voice::manual::Program;

namespace {

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error(path.string() + ": cannot be read");
  return {std::istreambuf_iterator<char>(in), {}};
}

void write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream out(path, std::ios::binary);
  out << text;
  if (!out.flush()) throw std::runtime_error(path.string() + ": cannot be written");
}

void write_page(const fs::path& source, const fs::path& out, const std::string& name,
                const voice::manual::PageParts& parts) {
  const fs::path page = source / "packaging/manual/pages" / (name + ".in");
  const auto filled = voice::manual::fill(read(page), parts);
  if (!filled) throw std::runtime_error(page.string() + ": " + filled.error());
  write(out / "man" / name, *filled);
}

void write_pages(const Program& program, const fs::path& source, const fs::path& out) {
  const voice::manual::Command& command = program.command;
  write_page(source, out, command.name + "." + std::to_string(program.section),
             {.options = voice::manual::options_list(command.options),
              .commands = voice::manual::commands_list(command.commands)});
  if (program.configuration.empty()) return;
  const fs::path shipped = source / "config" / program.configuration;
  const auto settings = voice::manual::settings_list(command, read(shipped));
  if (!settings) throw std::runtime_error(shipped.string() + ": " + settings.error());
  write_page(source, out, program.configuration + ".5", {.settings = *settings});
}

void write_completions(const Program& program, const fs::path& out) {
  const std::string& name = program.command.name;
  const fs::path completions = out / "completions";
  write(completions / "bash" / name, voice::manual::bash_completion(program.command));
  write(completions / "zsh" / ("_" + name), voice::manual::zsh_completion(program.command));
  write(completions / "fish" / (name + ".fish"), voice::manual::fish_completion(program.command));
}

// Pages are for everybody: they show neither the name nor the home of the user who generates them.
void forget_who_asks() {
  for (const char* name : {"USER", "LOGNAME", "USERNAME", "XDG_CONFIG_HOME"}) ::unsetenv(name);
  ::setenv("HOME", "~", 1);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: manual SOURCE OUT\n", stderr);
    return 2;
  }
  try {
    forget_who_asks();
    for (const Program& program : voice::manual::programs()) {
      write_pages(program, argv[1], argv[2]);
      write_completions(program, argv[2]);
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "manual: %s\n", error.what());
    return 1;
  }
  return 0;
}

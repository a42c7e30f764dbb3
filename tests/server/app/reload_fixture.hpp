// A configuration that is in force, and that is read again after its files have changed.
#pragma once

#include "server/app/reload.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/scratch_directory.hpp"

#include <memory>
#include <string>
#include <vector>

namespace voiced::test {

// A voiced that was started with a file, and perhaps with flags.
struct Started {
  explicit Started(const std::string& content, const std::vector<std::string>& flags = {})
      : path(scratch.write("voiced.conf", content)), arguments{"voiced", "--config", path} {
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    start();
  }

  // Starts as main does.
  void start() {
    std::vector<const char*> argv;
    for (const std::string& argument : arguments) argv.push_back(argument.c_str());
    auto settings = std::make_unique<Settings>();
    REQUIRE(settings->options->parse(static_cast<int>(argv.size()), argv.data()));
    REQUIRE(complete(*settings, voice::app::Pipes::allowed, Sockets::own));
    reloader = std::make_unique<Reloader>(std::move(settings));
  }

  voice::expected<Reloaded, std::string> reload() {
    return reloader->take_over(read_settings(arguments, Sockets::own));
  }
  auto reload_with(const std::string& content) {
    (void)scratch.write("voiced.conf", content);
    return reload();
  }

  voice::test::ScratchDirectory scratch;
  std::string path;
  std::vector<std::string> arguments;
  std::unique_ptr<Reloader> reloader;
};

inline std::string text_of(const std::vector<SettingChange>& changes) {
  std::string text;
  for (const SettingChange& change : changes) {
    text += change.name + ": " + change.from + " -> " + change.to + "\n";
  }
  return text;
}

}  // namespace voiced::test

// A program with settings, for tests of Options.
#pragma once

#include "common/app/options.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/environment_variable.hpp"
#include "tests/support/scratch_directory.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace voice::test {

using Strings = std::vector<std::string>;

// A program with one setting of each kind.
struct Program {
  explicit Program(std::string default_file = "") {
    options = std::make_unique<app::Options>(app::Options::About{
        "prog", "A program", "VOICE_TEST_", std::move(default_file), "The end of the help."});
    options->value("listen", listen, "addresses");
    options->value("port", port, "a number")->check(CLI::Range(0, 65535));
    options->toggle("silent", silent, "a switch");
    options->value("input-device", device, "a text");
  }

  expected<void, app::Exit> run(Strings arguments) {
    arguments.insert(arguments.begin(), "prog");
    std::vector<const char*> argv;
    for (const std::string& argument : arguments) argv.push_back(argument.c_str());
    return options->parse(static_cast<int>(argv.size()), argv.data());
  }

  /// The one line for stderr that a failed run returns.
  std::string complaint(const Strings& arguments) {
    const auto result = run(arguments);
    REQUIRE_FALSE(result);
    CHECK(result.error().code == app::ExitCode::usage);
    CHECK(result.error().text.find('\n') == std::string::npos);
    return result.error().text;
  }

  Strings listen;
  int port = 7000;
  bool silent = true;
  std::string device;
  std::unique_ptr<app::Options> options;
};

}  // namespace voice::test

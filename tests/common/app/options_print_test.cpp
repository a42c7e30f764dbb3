// What --print-config prints.
#include "tests/common/app/options_program.hpp"

using namespace voice::app;
using namespace voice::test;

TEST_CASE("what --print-config prints names every setting's value and origin", "[options]") {
  const ScratchDirectory scratch;
  const std::string file = scratch.write("p.conf", "\nsilent = off\n");
  const EnvironmentVariable device("VOICE_TEST_INPUT_DEVICE", "USB \"Audio\"");
  Program program;

  REQUIRE(program.run({"--config", file, "--port", "8", "--print-config"}));

  CHECK(program.options->wants_print_config());
  const std::string printed = program.options->print_config();
  CHECK(printed.substr(printed.find('\n') + 1) ==
        "listen = []  # default\n"
        "port = 8  # flag\n"
        "silent = false  # file line 2\n"
        "input-device = \"USB \\\"Audio\\\"\"  # environment\n");
}

TEST_CASE("of a hidden setting, --print-config prints only that it is set", "[options]") {
  const ScratchDirectory scratch;
  Program unset;
  unset.options->hide({"input-device"});
  REQUIRE(unset.run({"--config", "/dev/null"}));
  CHECK(unset.options->print_config().find("\ninput-device = ") != std::string::npos);
  // Nor is there anything to hide where a file sets the default.
  Program empty;
  empty.options->hide({"input-device"});
  REQUIRE(empty.run({"--config", scratch.write("empty.conf", "input-device = \"\"\n")}));
  CHECK(empty.options->print_config().find("\ninput-device = \"\"  # file") != std::string::npos);

  const EnvironmentVariable device("VOICE_TEST_INPUT_DEVICE", "a secret");
  Program set;
  set.options->hide({"input-device"});
  REQUIRE(set.run({"--config", "/dev/null"}));
  const std::string printed = set.options->print_config();
  CHECK(printed.find("\n#input-device = (not shown)  # environment\n") != std::string::npos);
  CHECK(printed.find("a secret") == std::string::npos);
  CHECK(set.options->shown("input-device") == "(not shown)");
  // Still a configuration.
  Program again;
  CHECK(again.run({"--config", scratch.write("again.conf", printed)}));
}

TEST_CASE("what --print-config prints is itself a configuration of the same settings",
          "[options]") {
  const auto device = GENERATE(values<std::string>(
      {"", "hw:0", "USB Audio", "a # b", "[x]", "a \"b\" 'c'", "back\\slash", "-", "-1.5", "true",
       "line\nfeed\tand tab", "trailing ", " ", "=", ";", "ÄÖ"}));
  const auto listen = GENERATE(values<Strings>({{}, {"::1"}, {"127.0.0.1", "a, b", "[c]"}, {""}}));
  INFO("device `" << device << "`, addresses " << listen.size());
  const ScratchDirectory scratch;
  Program first;
  Strings arguments{"--no-silent", "--port", "0"};
  // CLI11 accepts an empty value only as a separate argument, and a value with a leading dash only
  // after `=`.
  const auto give = [&](const std::string& flag, const std::string& value) {
    if (value.empty()) arguments.push_back(flag);
    arguments.push_back(value.empty() ? value : flag + "=" + value);
  };
  give("--input-device", device);
  for (const std::string& address : listen) give("--listen", address);
  REQUIRE(first.run(arguments));

  Program second;
  REQUIRE(second.run({"--config", scratch.write("p.conf", first.options->print_config())}));

  CHECK(second.device == first.device);
  CHECK(second.listen == first.listen);
  CHECK(second.port == 0);
  CHECK_FALSE(second.silent);
  CHECK(second.options->origin("listen") == Origin::file);
}

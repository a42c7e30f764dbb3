#include "tests/common/app/options_program.hpp"

using namespace voice::app;
using namespace voice::test;

TEST_CASE("without flags, environment and file the defaults hold", "[options]") {
  Program program;

  REQUIRE(program.run({}));

  CHECK(program.port == 7000);
  CHECK(program.silent);
  CHECK(program.listen.empty());
  CHECK(program.options->origin("port") == Origin::preset);
  CHECK(program.options->file().empty());
  CHECK(program.options->names() == Strings{"listen", "port", "silent", "input-device"});
}

TEST_CASE("a flag beats the environment, which beats the file, which beats the default",
          "[options]") {
  const ScratchDirectory scratch;
  const std::string file = scratch.write("p.conf", "\nport = 1\nsilent = false\nlisten = [f]\n");
  const bool in_environment = GENERATE(true, false);
  const bool as_flag = GENERATE(true, false);
  std::vector<std::unique_ptr<EnvironmentVariable>> variables;
  if (in_environment) {
    variables.push_back(std::make_unique<EnvironmentVariable>("VOICE_TEST_PORT", "2"));
    variables.push_back(std::make_unique<EnvironmentVariable>("VOICE_TEST_SILENT", "yes"));
    variables.push_back(std::make_unique<EnvironmentVariable>("VOICE_TEST_LISTEN", "e1,e2"));
  }
  Strings arguments{"--config", file};
  if (as_flag) {
    for (const char* const flag :
         {"--port", "3", "--no-silent", "--listen", "l1", "--listen", "l2"}) {
      arguments.emplace_back(flag);
    }
  }
  Program program;

  REQUIRE(program.run(arguments));

  const auto& options = *program.options;
  CHECK(program.port == (as_flag ? 3 : in_environment ? 2 : 1));
  CHECK(program.silent == (!as_flag && in_environment));
  CHECK(program.listen == (as_flag          ? Strings{"l1", "l2"}
                           : in_environment ? Strings{"e1", "e2"}
                                            : Strings{"f"}));
  CHECK(options.place_of("port") == (as_flag          ? "--port"
                                     : in_environment ? "VOICE_TEST_PORT"
                                                      : file + ":2: port"));
  CHECK(options.origin("silent") == (as_flag          ? Origin::flag
                                     : in_environment ? Origin::environment
                                                      : Origin::file));
  CHECK(options.file() == file);
}

TEST_CASE("each setting is taken from its own best source", "[options]") {
  const ScratchDirectory scratch;
  const EnvironmentVariable port("VOICE_TEST_PORT", "2");
  const EnvironmentVariable config("VOICE_TEST_CONFIG",
                                   scratch.write("p.conf", "input-device = USB Audio\n"));
  Program program;

  REQUIRE(program.run({"--listen", "::1"}));

  CHECK(program.port == 2);
  CHECK(program.device == "USB Audio");
  CHECK(program.listen == Strings{"::1"});
  CHECK(program.silent);
}

TEST_CASE("the flag config beats the environment's file", "[options]") {
  const ScratchDirectory scratch;
  const EnvironmentVariable config("VOICE_TEST_CONFIG", scratch.write("env.conf", "port = 1\n"));
  const std::string named = scratch.write("named.conf", "port = 2\n");
  Program program;

  REQUIRE(program.run({"--config", named}));

  CHECK(program.port == 2);
}

TEST_CASE("the default file is read if it exists, and may be missing", "[options]") {
  const ScratchDirectory scratch;
  Program with(scratch.write("there.conf", "port = 5\n"));
  Program without(scratch.file("not_there.conf"));

  REQUIRE(with.run({}));
  REQUIRE(without.run({}));

  CHECK(with.port == 5);
  CHECK(without.port == 7000);
  CHECK(without.options->file().empty());
}

TEST_CASE("a toggle understands yes and no in all spellings", "[options]") {
  struct Row {
    const char* text;
    bool silent;
  };
  const auto row = GENERATE(values<Row>({{"true", true},
                                         {"on", true},
                                         {"yes", true},
                                         {"1", true},
                                         {"False", false},
                                         {"OFF", false},
                                         {"no", false},
                                         {"0", false}}));
  INFO(row.text);
  const ScratchDirectory scratch;
  Program by_file, by_variable, by_flag;
  by_file.silent = by_variable.silent = by_flag.silent = !row.silent;

  REQUIRE(by_file.run({"--config", scratch.write("p.conf", "silent = " + std::string(row.text))}));
  REQUIRE(by_flag.run({"--silent=" + std::string(row.silent ? "true" : "false")}));
  const EnvironmentVariable variable("VOICE_TEST_SILENT", row.text);
  REQUIRE(by_variable.run({}));

  CHECK(by_file.silent == row.silent);
  CHECK(by_variable.silent == row.silent);
  CHECK(by_flag.silent == row.silent);
}

TEST_CASE("every mistake in a file is one line: file, line, key, reason", "[options]") {
  struct Row {
    const char* text;
    const char* complaint;
  };
  const auto row = GENERATE(values<Row>({
      {"nope = 1", ":1: nope: unknown key; `prog --print-config` lists those that exist"},
      {"\n\nPort = 1", ":3: Port: unknown key; `prog --print-config` lists those that exist"},
      {"net.port = 1", ":1: net.port: unknown key; `prog --print-config` lists those that exist"},
      {"port = 70000", ":1: port: Value 70000 not in range 0 to 65535"},
      {"port = abc", ":1: port: Value abc not in range 0 to 65535"},
      {"# x\nport =", ":2: port: Value  not in range 0 to 65535"},
      {"port = [1, 2]", ":1: port: takes one value, not a list"},
      {"port = []", ":1: port: takes one value, not a list"},
      {"silent = maybe", ":1: silent: `maybe` is neither true nor false"},
      {"silent =", ":1: silent: `` is neither true nor false"},
      {"silent = 2", ":1: silent: `2` is neither true nor false"},
      {"silent = [true]x", ":1: silent: nothing but a comment may follow the value, found `x`"},
      {"silent = [true, false]", ":1: silent: takes one value, not a list"},
      {"port = 1\nport = 2", ":2: port: given twice; first on line 1"},
      {"[server]", ":1: sections are not supported: remove this line"},
      {"port 1", ":1: expected `key = value`, found `port 1`"},
      {"\x01", ": not a text file"},
  }));
  INFO(row.text);
  const ScratchDirectory scratch;
  const std::string file = scratch.write("p.conf", row.text);
  Program program;

  CHECK(program.complaint({"--config", file}) == file + row.complaint);
}

TEST_CASE("mistakes in the environment and in flags say where they are", "[options]") {
  Program program;
  SECTION("number") {
    const EnvironmentVariable variable("VOICE_TEST_PORT", "x");
    CHECK(program.complaint({}) == "environment VOICE_TEST_PORT: Value x not in range 0 to 65535");
  }
  SECTION("toggle") {
    const EnvironmentVariable variable("VOICE_TEST_SILENT", "perhaps");
    CHECK(program.complaint({}) ==
          "environment VOICE_TEST_SILENT: `perhaps` is neither true nor false");
  }
  SECTION("file that is not there") {
    const EnvironmentVariable variable("VOICE_TEST_CONFIG", "/not/there.conf");
    CHECK(program.complaint({}).rfind("/not/there.conf: cannot be read: ", 0) == 0);
  }
#ifndef _WIN32  // where an empty variable does not exist
  SECTION("name of a file that is empty") {
    const EnvironmentVariable variable("VOICE_TEST_CONFIG", "");
    CHECK(program.complaint({}).rfind("environment VOICE_TEST_CONFIG: names no file; ", 0) == 0);
  }
  SECTION("list that is empty") {
    const EnvironmentVariable variable("VOICE_TEST_LISTEN", "");
    CHECK(program.complaint({}).rfind("environment VOICE_TEST_LISTEN: is empty; ", 0) == 0);
  }
#endif
  SECTION("flag that names no file") {
    CHECK(program.complaint({"--config", ""}).rfind("--config: names no file; ", 0) == 0);
  }
  SECTION("flag's value") {
    CHECK(program.complaint({"--port", "70000"}).rfind("--port: ", 0) == 0);
  }
  SECTION("flag without its value") {
    CHECK(program.complaint({"--port"}).find("--port") != std::string::npos);
  }
  SECTION("unknown flag") {
    CHECK(program.complaint({"--nope"}).find("--nope") != std::string::npos);
  }
  SECTION("stray word") {
    CHECK(program.complaint({"word"}).find("word") != std::string::npos);
  }
}

TEST_CASE("variables with the program's prefix that belong to no setting are found", "[options]") {
  const EnvironmentVariable slip("VOICE_TEST_PROT", "7"), other("VOICE_TEST_", "x"),
      setting("VOICE_TEST_PORT", "7"), file("VOICE_TEST_CONFIG", "/dev/null"),
      foreign("OTHER_VOICE_TEST_PROT", "7");
  const Program program;

  CHECK(program.options->unknown_variables() == Strings{"VOICE_TEST_", "VOICE_TEST_PROT"});
}

TEST_CASE("a named file must be readable, also if it is the default one", "[options]") {
  const ScratchDirectory scratch;
  const std::string absent = scratch.file("not_there.conf");
  Program by_flag(absent);
  Program by_variable(absent);

  CHECK(by_flag.complaint({"--config", absent}).rfind(absent + ": cannot be read: ", 0) == 0);
  const EnvironmentVariable variable("VOICE_TEST_CONFIG", absent);
  CHECK(by_variable.complaint({}).rfind(absent + ": cannot be read: ", 0) == 0);
}

TEST_CASE("a default file that exists must be readable", "[options]") {
  const ScratchDirectory scratch;
  Program folder(scratch.file(""));
  CHECK(folder.complaint({}).find("cannot be read: it is a directory; make it readable") !=
        std::string::npos);
#ifndef _WIN32
  std::filesystem::create_symlink(scratch.file("nowhere"), scratch.file("link.conf"));
  Program link(scratch.file("link.conf"));
  CHECK(link.complaint({}).find("cannot be read: it is a link to something that does not exist") !=
        std::string::npos);
#endif
}

TEST_CASE("a file with a byte order mark and lines as on Windows is read as any other",
          "[options]") {
  const ScratchDirectory scratch;
  Program program;

  REQUIRE(program.run({"--config", scratch.write("p.conf", "\xEF\xBB\xBFport = 5\r\n# x\r\n")}));

  CHECK(program.port == 5);
  CHECK(program.options->settings_in_file() == 1);
  CHECK(program.options->place_of("port").ends_with(":1: port"));
}

TEST_CASE("a directory is not a configuration file", "[options]") {
  const ScratchDirectory scratch;
  Program program;

  CHECK(program.complaint({"--config", scratch.file("")}).find("cannot be read") !=
        std::string::npos);
}

TEST_CASE("help and version go to stdout and exit with 0", "[options]") {
  Program program;
  SECTION("help names every setting") {
    const auto result = program.run({"--help"});
    REQUIRE_FALSE(result);
    CHECK(result.error().code == ExitCode::ok);
    for (const std::string& name : program.options->names()) {
      CHECK(result.error().text.find("--" + name) != std::string::npos);
    }
    CHECK(result.error().text.find("The end of the help.") != std::string::npos);
  }
  SECTION("version is one line") {
    const auto result = program.run({"--version"});
    REQUIRE_FALSE(result);
    CHECK(result.error().code == ExitCode::ok);
    CHECK(result.error().text.rfind("prog ", 0) == 0);
    CHECK(result.error().text.find('\n') == result.error().text.size() - 1);
  }
}

TEST_CASE("an empty list in the file replaces a default that is not empty", "[options]") {
  const ScratchDirectory scratch;
  Program program;
  program.listen = {"default"};

  REQUIRE(program.run({"--config", scratch.write("p.conf", "listen = []")}));

  CHECK(program.listen.empty());
}

#include "tests/server/app/reload_fixture.hpp"
#include "tests/support/environment_variable.hpp"

#include <filesystem>
#ifndef _WIN32
#include <sys/stat.h>
#endif

using namespace voiced;
using namespace voiced::test;
using voice::app::TakesEffect;
using voice::test::EnvironmentVariable;
using voice::test::ScratchDirectory;

TEST_CASE("when a setting takes effect is what its declaration says", "[reload]") {
  // What each declaration says, and a value other than the default.
  struct Row {
    std::string line;
    TakesEffect when;
  };
  const auto row = GENERATE(values<Row>({{"jitter-depth = 8", TakesEffect::live},
                                         {"log-level = warn", TakesEffect::live},
                                         {"strangers-max = 8", TakesEffect::newcomers},
                                         {"require-hello = true", TakesEffect::newcomers},
                                         {"port = 7001", TakesEffect::restart},
                                         {"metrics-participants = 8", TakesEffect::restart}}));
  INFO(row.line);
  Started voiced("outbox-age-ms = 200\n");

  const auto reloaded = voiced.reload_with("outbox-age-ms = 200\n" + row.line + "\n");

  REQUIRE(reloaded);
  const bool waits = row.when == TakesEffect::restart;
  REQUIRE(reloaded->changed.size() == (waits ? 0 : 1));
  REQUIRE(reloaded->pending.size() == (waits ? 1 : 0));
  const SettingChange& change = waits ? reloaded->pending.front() : reloaded->changed.front();
  CHECK(row.line.starts_with(change.name + " = "));
  CHECK(change.takes_effect == row.when);
  // The new value is in force, or until the restart the old one.
  const Settings defaults;
  for (const SettingInForce& setting : voiced.reloader->settings()) {
    if (setting.name != change.name) continue;
    CHECK(setting.takes_effect == row.when);
    CHECK((setting.value == defaults.options->shown(setting.name)) == waits);
  }
}

TEST_CASE("a reload tells what has changed, and only that", "[reload]") {
  Started voiced("jitter-depth = 8\nlog-level = info # the default\n");

  const auto first =
      voiced.reload_with("jitter-depth = 10\nrequire-hello = yes\nlog-level = warn\n");

  REQUIRE(first);
  CHECK(text_of(first->changed) ==
        "jitter-depth: 8 -> 10\nrequire-hello: false -> true\nlog-level: \"info\" -> \"warn\"\n");
  CHECK(first->pending.empty());
  CHECK(voiced.reloader->config().jitter_depth == 10);
  CHECK(voiced.reloader->config().require_hello);

  const auto second = voiced.reload();
  REQUIRE(second);
  CHECK(second->changed.empty());

  const auto third = voiced.reload_with("load-max-percent = 90");
  REQUIRE(third);
  CHECK(text_of(third->changed) ==
        "jitter-depth: 10 -> 0\nrequire-hello: true -> false\nlog-level: \"warn\" -> \"info\"\n");
}

TEST_CASE("what waits for a restart is named at every reload until it is taken back", "[reload]") {
  Started voiced("port = 7000\n");
  const std::string both = "port = 7001\nlisten = [\"127.0.0.1\", \"::1\"]\n";

  for (int i = 0; i < 2; ++i) {
    const auto reloaded = voiced.reload_with(both);
    REQUIRE(reloaded);
    CHECK(reloaded->changed.empty());
    CHECK(text_of(reloaded->pending) == "listen: [] -> [127.0.0.1, \"::1\"]\nport: 7000 -> 7001\n");
  }
  const auto taken_back = voiced.reload_with("port = 7000\n");
  REQUIRE(taken_back);
  CHECK(taken_back->pending.empty());
}

TEST_CASE("a configuration with a mistake changes nothing, whatever else it holds", "[reload]") {
  Started voiced("jitter-depth = 8\n");

  const auto refused = voiced.reload_with("jitter-depth = 10\nstall-limit-s = 0\n");

  REQUIRE_FALSE(refused);
  CHECK(refused.error() == voiced.path + ":2: stall-limit-s: 0 is out of range; use 1…3600");
  CHECK(voiced.reloader->config().jitter_depth == 8);

  const auto mended = voiced.reload_with("jitter-depth = 10\nstall-limit-s = 1\n");
  REQUIRE(mended);
  CHECK(text_of(mended->changed) == "jitter-depth: 8 -> 10\nstall-limit-s: 30 -> 1\n");
}

TEST_CASE("flags continue to override the file", "[reload]") {
  Started voiced("jitter-depth = 8\n", {"--jitter-depth", "20"});

  const auto reloaded = voiced.reload_with("jitter-depth = 10\n");

  REQUIRE(reloaded);
  CHECK(reloaded->changed.empty());
  CHECK(voiced.reloader->config().jitter_depth == 20);
}

TEST_CASE("a file that is gone is a mistake, not a wish for the defaults", "[reload]") {
  Started voiced("jitter-depth = 8\n");
  std::filesystem::remove(voiced.path);

  const auto refused = voiced.reload();

  REQUIRE_FALSE(refused);
  CHECK(refused.error().rfind(voiced.path + ": ", 0) == 0);
  CHECK(voiced.reloader->config().jitter_depth == 8);
}

TEST_CASE("a file that has no settings any more is a mistake, not a wish for the defaults",
          "[reload]") {
  Started voiced("require-hello = true\n");
  const auto* const content = GENERATE("", "\n\n", "# require-hello = true\n", "\xEF\xBB\xBF");

  const auto refused = voiced.reload_with(content);

  REQUIRE_FALSE(refused);
  CHECK(refused.error().rfind(voiced.path + ": has no settings any more; ", 0) == 0);
  CHECK(voiced.reloader->config().require_hello);
}

TEST_CASE("a file that never had a setting need not get one", "[reload]") {
  Started voiced("# nothing yet\n");

  CHECK(voiced.reload_with(""));
  CHECK(voiced.reload_with("jitter-depth = 8\n"));
  CHECK_FALSE(voiced.reload_with(""));
}

TEST_CASE("a reload refuses whatever startup would", "[reload]") {
  Started voiced("jitter-depth = 8\n");
  const auto* const line =
      GENERATE("listen = localhost", "state-directory = /nowhere", "control-socket = /nowhere/x",
               "control-group = no-such-group", "password-file = /nowhere");

  const auto refused = voiced.reload_with("jitter-depth = 9\n" + std::string(line));

  REQUIRE_FALSE(refused);
  CHECK(refused.error().rfind(voiced.path + ":2: ", 0) == 0);
  CHECK(voiced.reloader->config().jitter_depth == 8);
}

TEST_CASE("another password in the same file is a change, and neither password is shown",
          "[reload]") {
  const ScratchDirectory secrets;
  const std::string file = secrets.write("password", "first-secret\n");
  Started voiced("password-file = " + file + "\n");

  CHECK(voiced.reload()->changed.empty());
  (void)secrets.write("password", "second-secret\n");
  const auto reloaded = voiced.reload();

  REQUIRE(reloaded);
  CHECK(text_of(reloaded->changed) ==
        "password-file: \"" + file + "\" -> \"" + file + "\" # another password\n");
  CHECK(voiced.reloader->config().password == "second-secret");
  CHECK(voiced.reload()->changed.empty());
}

TEST_CASE("a password that cannot be read any more is refused, and the old one stays in force",
          "[reload]") {
  const ScratchDirectory secrets;
  const std::string file = secrets.write("password", "first-secret\n");
  Started voiced("password-file = " + file + "\n");
  SECTION("cut to nothing") {
    (void)secrets.write("password", "");
  }
  SECTION("gone") {
    std::filesystem::remove(file);
  }
  SECTION("a folder") {
    std::filesystem::remove(file);
    std::filesystem::create_directory(file);
  }
#ifndef _WIN32
  SECTION("a link that leads nowhere") {
    std::filesystem::remove(file);
    std::filesystem::create_symlink(secrets.file("nowhere"), file);
  }
  SECTION("a pipe") {
    std::filesystem::remove(file);
    REQUIRE(::mkfifo(file.c_str(), 0600) == 0);
  }
#endif

  const auto refused = voiced.reload();

  REQUIRE_FALSE(refused);
  CHECK(refused.error().rfind(voiced.path + ":1: password-file: " + file + ": ", 0) == 0);
  CHECK(voiced.reloader->config().password == "first-secret");
}

#ifndef _WIN32
TEST_CASE("a reload without the credential that held the password is refused", "[reload]") {
  const ScratchDirectory credentials;
  (void)credentials.write("password", "first-secret\n");
  const EnvironmentVariable variable("CREDENTIALS_DIRECTORY", credentials.file(""));
  Started voiced("jitter-depth = 8\n");
  REQUIRE(voiced.reloader->config().password == "first-secret");

  std::filesystem::remove(credentials.file("password"));
  const auto gone = voiced.reload();
  std::filesystem::create_symlink("nowhere", credentials.file("password"));
  const auto dangling = voiced.reload();

  REQUIRE_FALSE(gone);
  CHECK(gone.error().rfind("credential: the password is gone", 0) == 0);
  REQUIRE_FALSE(dangling);
  CHECK(dangling.error().rfind("credential: ", 0) == 0);
  CHECK(voiced.reloader->config().password == "first-secret");
}
#endif

TEST_CASE("an empty flag or variable lets nobody in", "[reload]") {
  const ScratchDirectory scratch;
  const std::string file =
      scratch.write("voiced.conf", "password-file = \"\"\nusers-file = \"\"\n");
  const std::string name = GENERATE("password-file", "users-file", "client-ca", "certificate",
                                    "certificate-key", "rooms", "state-directory");
  INFO(name);
  const auto complaint = [&](const std::vector<const char*>& flags) {
    Settings settings;
    std::vector<const char*> argv{"voiced", "--config", file.c_str()};
    argv.insert(argv.end(), flags.begin(), flags.end());
    const auto parsed = settings.options->parse(static_cast<int>(argv.size()), argv.data());
    return parsed ? std::string() : parsed.error().text;
  };

  CHECK(complaint({}).empty());  // in the file, it spells out the default
  CHECK(complaint({("--" + name).c_str(), ""}) ==
        "--" + name + ": is empty; give it a value, or leave it out");
#ifndef _WIN32
  const std::string variable = Settings().options->variable_of(name);
  const EnvironmentVariable empty(variable, "");
  CHECK(complaint({}).starts_with(variable + ": is empty; "));
#endif
}

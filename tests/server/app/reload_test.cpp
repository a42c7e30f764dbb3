#include "server/app/reload.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/scratch_directory.hpp"

using namespace voiced;
using voice::test::ScratchDirectory;

namespace {

// A voiced that was started with a file, and perhaps with flags.
struct Started {
  explicit Started(const std::string& content, std::vector<std::string> flags = {})
      : path(scratch.write("voiced.conf", content)) {
    std::vector<std::string> arguments{"voiced", "--config", path};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    std::vector<const char*> argv;
    for (const std::string& argument : arguments) argv.push_back(argument.c_str());
    auto settings = std::make_unique<Settings>();
    REQUIRE(settings->options->parse(static_cast<int>(argv.size()), argv.data()));
    reloader = std::make_unique<Reloader>(arguments, std::move(settings));
  }

  auto reload_with(const std::string& content) {
    (void)scratch.write("voiced.conf", content);
    return reloader->reload();
  }

  ScratchDirectory scratch;
  std::string path;
  std::unique_ptr<Reloader> reloader;
};

std::string text_of(const std::vector<SettingChange>& changes) {
  std::string text;
  for (const SettingChange& change : changes) {
    text += change.name + ": " + change.from + " -> " + change.to + "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("every setting of voiced is known to take effect live or at restart", "[reload]") {
  const Settings settings;
  int live = 0;
  for (const std::string& name : settings.options->names()) {
    live += takes_effect(name) == TakesEffect::live ? 1 : 0;
  }

  CHECK(live > 0);
  CHECK(takes_effect("jitter-depth") == TakesEffect::live);
  CHECK(takes_effect("port") == TakesEffect::at_restart);
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

  const auto second = voiced.reloader->reload();
  REQUIRE(second);
  CHECK(second->changed.empty());

  const auto third = voiced.reload_with("");
  REQUIRE(third);
  CHECK(text_of(third->changed) ==
        "jitter-depth: 10 -> 6\nrequire-hello: true -> false\nlog-level: \"warn\" -> \"info\"\n");
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
  CHECK(text_of(mended->changed) == "jitter-depth: 8 -> 10\nstall-limit-s: 10 -> 1\n");
}

TEST_CASE("flags go on winning over the file", "[reload]") {
  Started voiced("jitter-depth = 8\n", {"--jitter-depth", "20"});

  const auto reloaded = voiced.reload_with("jitter-depth = 10\n");

  REQUIRE(reloaded);
  CHECK(reloaded->changed.empty());
  CHECK(voiced.reloader->config().jitter_depth == 20);
}

TEST_CASE("a file that is gone is a mistake, not a wish for the defaults", "[reload]") {
  Started voiced("jitter-depth = 8\n");
  std::filesystem::remove(voiced.path);

  const auto refused = voiced.reloader->reload();

  REQUIRE_FALSE(refused);
  CHECK(refused.error().rfind(voiced.path + ": ", 0) == 0);
  CHECK(voiced.reloader->config().jitter_depth == 8);
}

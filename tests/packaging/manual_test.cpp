// Manual pages and completions of a program with options of every kind.
#include "common/app/validators.hpp"
#include "packaging/manual/completion.hpp"
#include "packaging/manual/page.hpp"
#include "packaging/manual/roff.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/scratch_directory.hpp"
#include "tests/support/shell.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

using namespace voice::manual;
using Strings = std::vector<std::string>;
using voice::app::TakesEffect;

namespace {

struct Declared {
  Declared() : options({"prog", "A program", "PROG_", "/etc/prog.conf", ""}) {
    options.value("depth", depth, "packets kept; more are dropped")->check(voice::app::range(2, 9));
    options.value("listen", listen, "address to listen on", TakesEffect::live);
    options.value("level", level, "how much to tell", TakesEffect::live)
        ->check(voice::app::one_of({"warn", "info"}));
    options.toggle("mute", mute, "start muted, as with `m`", TakesEffect::live);
    options.value("record", record, "write here", TakesEffect::newcomers)->type_name("FILE");
    options.cli().add_flag("--hidden", hidden, "for tests")->group("");
    CLI::App* kick = options.cli().add_subcommand("kick", "remove somebody")->fallthrough();
    kick->add_option("who", who, "its id or name")->type_name("PERSON")->required();
    kick->add_option("--reason", reason, "what it is told");
    CLI::App* drain = options.cli().add_subcommand("drain", "let nobody in any more");
    drain->add_flag("--now", now, "drop everybody");
    CLI::App* gain = options.cli().add_subcommand("gain", "how loud somebody is");
    gain->add_option("who", who, "an id or a name")->type_name("PERSON")->required();
    gain->add_option("db", db, "decibels")->required();
    options.cli().add_subcommand("secret", "for tests")->group("");
  }

  [[nodiscard]] Command command() const {
    Command all = command_of(options.cli(), &options);
    complete_with(all, {"kick", "gain"}, "seq 11 12");
    return all;
  }

  int depth = 6;
  double db = 0;
  Strings listen;
  std::string level = "info", record, who, reason;
  bool mute = true, hidden = false, now = false;
  voice::app::Options options;
};

bool has(const std::string& text, const std::string& part) {
  INFO("looking for: " << part);
  INFO(text);
  CHECK(text.find(part) != std::string::npos);
  return text.find(part) != std::string::npos;
}

const Option& option_named(const Command& command, const std::string& name) {
  for (const Option& option : command.options) {
    if (option.names.back() == name) return option;
  }
  FAIL("no option " << name);
  return command.options.front();
}

const std::string shipped =
    "# About the file.\n\n## Sound\n\n# Packets kept, 2…9. At restart.\n#depth = 6\n\n"
    "# Where to\n# listen, and what to say, warn or info: `level`.\n#listen = []\n#level = info\n\n"
    "## Rest\n\n# Muted.\n#mute = true\n\n# A file. New connections only.\n#record = \"\"\n";

}  // namespace

TEST_CASE("everything that a declaration says is known", "[manual]") {
  const Declared declared;
  const Command command = declared.command();

  const Option& depth = option_named(command, "--depth");
  CHECK(depth.value.type == "number");
  CHECK(depth.value.range == "2…9");
  CHECK(depth.value.preset == "6");
  CHECK(depth.key == "depth");
  CHECK(depth.variable == "PROG_DEPTH");
  CHECK(option_named(command, "--level").value.choices == Strings{"warn", "info"});
  CHECK(option_named(command, "--mute").negation == "--no-mute");
  CHECK(option_named(command, "--mute").value.type.empty());
  CHECK(option_named(command, "--mute").value.preset == "true");
  CHECK(option_named(command, "--listen").repeatable);
  CHECK_FALSE(depth.repeatable);
  CHECK(option_named(command, "--version").names == Strings{"-V", "--version"});
  CHECK(option_named(command, "--version").key.empty());
  REQUIRE(command.commands.size() == 3);
  CHECK(command.commands[0].arguments.front().name == "who");
  CHECK(command.commands[0].arguments.front().required);
}

TEST_CASE("what a declaration hides appears nowhere", "[manual]") {
  const Declared declared;
  const Command command = declared.command();

  for (const std::string& text :
       {options_list(command.options), commands_list(command.commands), bash_completion(command),
        zsh_completion(command), fish_completion(command)}) {
    CHECK(text.find("hidden") == std::string::npos);
    CHECK(text.find("secret") == std::string::npos);
  }
}

TEST_CASE("running text is roff that says the same", "[manual]") {
  struct Row {
    const char* what;
    std::string text, roff;
  };
  const Row row = GENERATE(values<Row>({
      {"a sentence begins a line", "One. Two (three.) Four", "One.\nTwo (three.)\nFour\n"},
      {"an option has minuses, a word hyphens", "push-to-talk --no-mute, -4",
       R"(push-to-talk \-\-no\-mute, \-4
)"},
      {"no line is a macro", ".Dd 'tis", "\\&.Dd 'tis\n"},
      {"a backslash is one", R"(a\b)", "a\\eb\n"},
      {"other characters have names", "2…9", "2\\[u2026]9\n"},
      {"backticks are quotes", "say `all of it` now", "say \\(oqall of it\\(cq now\n"},
      {"nothing is nothing", "", ""},
  }));
  INFO(row.what);

  CHECK(running_text(row.text) == row.roff);
}

TEST_CASE("a help text becomes a sentence, but a value at its beginning stays as it is typed",
          "[manual]") {
  CHECK(sentence("start muted") == "Start muted.");
  CHECK(sentence("on: always; off: never") == "on: always; off: never.");
  CHECK(sentence("for add: the role") == "For add: the role.");
  CHECK(sentence("Is it?") == "Is it?");
  CHECK(sentence("").empty());
}

TEST_CASE("a line of roff is never longer than a terminal", "[manual]") {
  std::string text;
  for (int i = 0; i < 200; ++i) text += "`word` ";

  const std::string roff = running_text(text);

  std::size_t start = 0;
  for (std::size_t end = roff.find('\n'); end != std::string::npos; end = roff.find('\n', start)) {
    CHECK(end - start <= 78);
    start = end + 1;
  }
}

TEST_CASE("options and commands are lists of a manual page", "[manual]") {
  const Declared declared;
  const Command command = declared.command();

  const std::string options = options_list(command.options);
  has(options, ".It Fl V , Fl \\-version\n");
  has(options,
      ".It Fl \\-depth Ar number\nPackets kept; more are dropped.\nRange: 2\\[u2026]9.\nDefault: "
      "6.\n");
  has(options, ".It Fl \\-level Ar text\nHow much to tell.\nOne of warn, info.\n");
  has(options, ".It Fl \\-mute , Fl \\-no\\-mute\n");
  has(options, "May be given several times.\n");
  const std::string commands = commands_list(command.commands);
  has(commands, ".It Ic kick Ar who\nRemove somebody.\n.Ar who :\nits id or name.\n");
  has(commands, ".It Fl \\-reason Ar text\n");
}

TEST_CASE("the page of a file has its comments and the facts", "[manual]") {
  const Declared declared;

  const auto page = settings_list(declared.command(), shipped);

  REQUIRE(page);
  CHECK(page->find("About the file") == std::string::npos);
  has(*page,
      ".Ss Sound\n.Bl -tag -width Ds\n.It Ic depth\nPackets kept, 2\\[u2026]9.\n.Pp\n"
      "Number, 2\\[u2026]9; default: 6.\nVariable: PROG_DEPTH.\nTakes effect at a restart.\n");
  has(*page,
      ".It Ic listen , level\nWhere to listen, and what to say, warn or info: \\(oqlevel\\(cq.\n");
  has(*page, "\\(oqlevel\\(cq: One of warn, info; default: info.\n");
  has(*page, "True or false; default: true.\n");
  has(*page, "Takes effect at a reload.\n.El\n.Ss Rest\n");
  has(*page, "Takes effect at a reload, for new connections only.\n.El\n");
}

TEST_CASE("if file and declaration differ, no page is made", "[manual]") {
  struct Row {
    std::string from, to, complaint;
  };
  const Row row = GENERATE(values<Row>({
      {"#depth = 6\n", "", "the configuration file does not show depth"},
      {"#depth = 6\n", "#depth = 6\n#deep = 6\n",
       "the configuration file shows deep, which is no option"},
      {"#depth = 6\n", "#depth = 7\n",
       "the configuration file shows depth = 7, but the default is 6"},
      {"2…9", "a few", "the configuration file does not say the range of depth: 2…9"},
      {"warn or info", "warn or not",
       "the configuration file does not name a choice of level: info"},
      {" At restart.", "",
       "the configuration file is wrong about when depth takes effect: at restart"},
      {"# Muted.", "# Muted. At restart.",
       "the configuration file is wrong about when mute takes effect: at once"},
      {" New connections only.", "",
       "the configuration file is wrong about when record takes effect: for new connections"},
  }));
  std::string file = shipped;
  file.replace(file.find(row.from), row.from.size(), row.to);
  const Declared declared;

  const auto page = settings_list(declared.command(), file);

  REQUIRE_FALSE(page);
  CHECK(page.error() == row.complaint);
}

TEST_CASE("a page is filled where it says so, or not at all", "[manual]") {
  CHECK(fill(".Sh A\n@options@\n.Sh B\n", {.options = "x\n"}) == ".Sh A\nx\n.Sh B\n");
  CHECK_FALSE(fill("@options@\n", {}));
  CHECK_FALSE(fill("@option@\n", {.options = "x\n"}));
}

TEST_CASE("completions know commands, choices, files and what only the program knows", "[manual]") {
  const Declared declared;
  const Command command = declared.command();

  const std::string bash = bash_completion(command);
  has(bash, "words=\"kick drain gain\"");
  has(bash, "words=\"warn info\"");
  has(bash, "--config | --record)\n");
  has(bash, "live=\"seq 11 12\"");
  const std::string zsh = zsh_completion(command);
  has(zsh, "'kick:remove somebody'");
  has(zsh, "'(--level)--level=[how much to tell]:text:(warn info)'");
  has(zsh, "person: _prog_live seq 11 12'");
  has(zsh, "'*--listen=[address to listen on]:text: '");
  const std::string fish = fish_completion(command);
  has(fish, "-n 'not __fish_prog_command >/dev/null' -a drain -d 'let nobody in any more'\n");
  has(fish, "-n 'contains -- drain (__fish_prog_command)' -l now -d 'drop everybody'\n");
  has(fish, "-x -a '(seq 11 12 2>/dev/null)'\n");
}

TEST_CASE("the shells complete commands, their options and what only the program knows",
          "[manual]") {
  const Declared declared;
  const Command command = declared.command();
  const voice::test::ScratchDirectory scratch;
  for (const char* shell : {"bash", "zsh", "fish"}) {
    std::filesystem::create_directory(scratch.file(shell));
  }
  (void)scratch.write("bash/prog", bash_completion(command));
  (void)scratch.write("zsh/_prog", zsh_completion(command));
  (void)scratch.write("fish/prog.fish", fish_completion(command));
  const std::string shell = GENERATE("bash", "zsh", "fish");
  if (voice::test::output_of("command -v " + shell).exit_code != 0) return;
  const auto offers = [&](const std::string& line) {
    return voice::test::output_of(std::string{VOICE_SOURCE_DIR} + "/tests/packaging/offers.sh " +
                                  shell + " " + scratch.file("") + " '" + line + "'")
        .text;
  };
  INFO(shell);

  CHECK(offers("prog ") == "drain\ngain\nkick\n");
  CHECK(offers("prog --level=info k") == "kick\n");
  CHECK(offers("prog --record kick d") == "drain\n");
  CHECK(offers("prog kick ") == "11\n12\n");
  CHECK(offers("prog gain ") == "11\n12\n");
  CHECK(offers("prog gain 11 1") == "");  // decibels, which only the user knows
  CHECK(offers("prog --mute kick --rea") == "--reason\n");
  CHECK(offers("prog drain --n") == "--now\n");
  CHECK(offers("prog kick --mu") == "--mute\n");
  CHECK(offers("prog drain --mu") == "");
  CHECK(offers("prog kick --level ") == "info\nwarn\n");
}

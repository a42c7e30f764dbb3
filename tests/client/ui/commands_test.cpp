#include "client/ui/commands.hpp"

#include "tests/support/catch.hpp"

#include <vector>

using namespace voicecli;
using Kind = Command::Kind;
using namespace std::chrono_literals;

namespace {

constexpr voice::TimePoint start{1h};

std::vector<Command> commands_of(CommandReader& reader) {
  std::vector<Command> commands;
  while (const auto command = reader.next()) commands.push_back(*command);
  return commands;
}

}  // namespace

TEST_CASE("each key has its meaning, others have none", "[commands]") {
  struct Row {
    char key;
    std::optional<Command> command;
  };
  const auto row = GENERATE(values<Row>({{'m', Command{Kind::toggle_mute}},
                                         {'s', Command{Kind::toggle_deaf}},
                                         {' ', Command{Kind::talk_for, 0.0, talk_press_duration}},
                                         {'+', Command{Kind::change_volume, volume_step_db}},
                                         {'-', Command{Kind::change_volume, -volume_step_db}},
                                         {'q', Command{Kind::quit}},
                                         {'?', Command{Kind::status}},
                                         {'x', std::nullopt},
                                         {'\n', std::nullopt},
                                         {'\x04', std::nullopt}}));
  INFO(row.key);
  CHECK(command_of_key(row.key) == row.command);
}

TEST_CASE("each word has its meaning, whatever its case and blanks", "[commands]") {
  struct Row {
    const char* line;
    std::optional<Command> command;
  };
  const auto row = GENERATE(values<Row>({{"mute", Command{Kind::mute}},
                                         {"  UnMute\r", Command{Kind::unmute}},
                                         {"deaf", Command{Kind::deaf}},
                                         {"undeaf", Command{Kind::undeaf}},
                                         {"talk", Command{Kind::talk}},
                                         {"talk  off", Command{Kind::talk_off}},
                                         {"volume up", Command{Kind::change_volume, 3.0}},
                                         {"volume down", Command{Kind::change_volume, -3.0}},
                                         {"+", Command{Kind::change_volume, 3.0}},
                                         {"-", Command{Kind::change_volume, -3.0}},
                                         {"volume -7.5", Command{Kind::set_volume, -7.5}},
                                         {"volume +4", Command{Kind::set_volume, 4.0}},
                                         {"status", Command{Kind::status}},
                                         {"quit", Command{Kind::quit}},
                                         {"", std::nullopt},
                                         {"volume", std::nullopt},
                                         {"volume loud", std::nullopt},
                                         {"volume nan", std::nullopt},
                                         {"volume inf", std::nullopt},
                                         {"mute now", std::nullopt},
                                         {"m", std::nullopt}}));
  INFO(row.line);
  CHECK(command_of_line(row.line) == row.command);
}

TEST_CASE("lines may arrive cut anywhere", "[commands]") {
  const std::string script = "mute\nvolume 3\n\nquit\n";
  const std::vector<Command> expected{{Kind::mute}, {Kind::set_volume, 3.0}, {Kind::quit}};

  for (std::size_t cut = 0; cut <= script.size(); ++cut) {
    CommandReader reader{InputMode::lines};
    reader.feed(script.substr(0, cut), start);
    reader.feed(script.substr(cut), start);
    INFO("cut at " << cut);
    CHECK(commands_of(reader) == expected);
    CHECK_FALSE(reader.next_unknown());
  }
}

TEST_CASE("an unknown line is reported once, and an endless one is bounded", "[commands]") {
  CommandReader reader{InputMode::lines};

  reader.feed("dance\n", start);
  CHECK(reader.next_unknown() == "dance");
  CHECK_FALSE(reader.next_unknown());

  reader.feed(std::string(1'000'000, 'x'), start);
  reader.feed("\nmute\n", start);
  const auto unknown = reader.next_unknown();
  REQUIRE(unknown);
  CHECK(unknown->size() <= 200);
  CHECK(commands_of(reader) == std::vector<Command>{{Kind::mute}});
}

TEST_CASE("a line that is too long is not a command, even if its beginning is one", "[commands]") {
  CommandReader reader{InputMode::lines};
  reader.feed("quit" + std::string(300, ' ') + "\n", start);
  CHECK_FALSE(reader.next());
  CHECK(reader.next_unknown());
}

TEST_CASE("a flood of commands is bounded", "[commands]") {
  const auto mode = GENERATE(InputMode::keys, InputMode::lines);
  CommandReader reader{mode};
  for (int i = 0; i < 100'000; ++i) reader.feed(mode == InputMode::keys ? "m" : "mute\n", start);
  CHECK(commands_of(reader).size() <= 1000);
}

TEST_CASE("arrow and function keys are not commands, nor are the letters in them", "[commands]") {
  const std::string sequences = "\x1b[A\x1bOq\x1b[1;5s\x1b[15~\x1b\x1bOS\x1b[\x1bOS\x1bqm";
  for (std::size_t cut = 0; cut < sequences.size(); ++cut) {
    INFO("cut at " << cut);
    CommandReader reader{InputMode::keys};
    reader.feed(sequences.substr(0, cut), start);
    reader.feed(sequences.substr(cut), start + escape_wait_max);
    CHECK(commands_of(reader) == std::vector<Command>{{Kind::toggle_mute}});
  }
}

TEST_CASE("the Esc key does not swallow the key that is pressed a moment later", "[commands]") {
  CommandReader reader{InputMode::keys};
  reader.feed("\x1b", start);
  reader.feed("q", start + escape_wait_max + 1ms);
  CHECK(commands_of(reader) == std::vector<Command>{{Kind::quit}});
}

TEST_CASE("commands change the controls", "[commands]") {
  const voice::TimePoint now{1h};
  Controls controls;

  apply({Kind::toggle_mute}, controls, now);
  CHECK(controls.microphone_muted);
  apply({Kind::mute}, controls, now);
  CHECK(controls.microphone_muted);
  apply({Kind::unmute}, controls, now);
  CHECK_FALSE(controls.microphone_muted);
  apply({Kind::deaf}, controls, now);
  CHECK(controls.loudspeaker_muted);
  apply({Kind::toggle_deaf}, controls, now);
  CHECK_FALSE(controls.loudspeaker_muted);
  apply({Kind::set_volume, -6.0}, controls, now);
  apply({Kind::change_volume, 2.0}, controls, now);
  CHECK(controls.volume_db == -4.0);
  apply({Kind::set_volume, 99.0}, controls, now);
  CHECK(controls.volume_db == volume_db_max);
}

TEST_CASE("a held key keeps the microphone open, one press opens it for a moment", "[commands]") {
  voice::TimePoint now{1h};
  Controls controls;
  controls.push_to_talk = true;

  apply(*command_of_key(' '), controls, now);
  CHECK(controls.microphone_open(now + 699ms));
  CHECK_FALSE(controls.microphone_open(now + 700ms));

  // X11's default: the first repetition after 660 ms, then every 40 ms.
  apply(*command_of_key(' '), controls, now);
  now += 660ms;
  CHECK(controls.microphone_open(now));
  for (int i = 0; i < 50; ++i) {
    apply(*command_of_key(' '), controls, now);
    now += 40ms;
    CHECK(controls.microphone_open(now));
  }
}

TEST_CASE("talk holds until talk off, and a press in between does not shorten it", "[commands]") {
  const voice::TimePoint now{1h};
  Controls controls;
  controls.push_to_talk = true;

  apply({Kind::talk}, controls, now);
  apply(*command_of_key(' '), controls, now);
  CHECK(controls.microphone_open(now + 1h));
  apply({Kind::talk_off}, controls, now);
  CHECK_FALSE(controls.microphone_open(now));
}

TEST_CASE("the last line needs no line end", "[commands]") {
  CommandReader reader{InputMode::lines};

  reader.feed("mute\nqu", start);
  reader.feed("it", start);
  CHECK(commands_of(reader) == std::vector{Command{Kind::mute}});
  reader.end_of_input();

  CHECK(commands_of(reader) == std::vector{Command{Kind::quit}});
  reader.end_of_input();
  CHECK(commands_of(reader).empty());
  CHECK_FALSE(reader.next_unknown());
}

TEST_CASE("a byte order mark in front of the first word is ignored, cut anywhere", "[commands]") {
  const std::string text = "\xEF\xBB\xBFmute\r\nquit\r\n";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    CommandReader reader{InputMode::lines};
    reader.feed(text.substr(0, cut), start);
    reader.feed(text.substr(cut), start);
    CHECK(commands_of(reader) == std::vector{Command{Kind::mute}, Command{Kind::quit}});
    CHECK_FALSE(reader.next_unknown());
  }
  CommandReader later{InputMode::lines};
  later.feed("mute\n\xEF\xBB\xBFquit\n", start);
  CHECK(commands_of(later) == std::vector{Command{Kind::mute}});
}

TEST_CASE("keys are not lines: the end of a terminal's input adds none", "[commands]") {
  CommandReader reader{InputMode::keys};
  reader.feed("x", start);
  reader.end_of_input();
  CHECK(commands_of(reader).empty());
  CHECK_FALSE(reader.next_unknown());
}

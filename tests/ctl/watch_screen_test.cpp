#include "ctl/watch_screen.hpp"

#include "common/terminal/columns.hpp"
#include "ctl/keys.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>

using namespace voicectl;

namespace {

Picture call_of_three() {
  Picture picture;
  picture.status = *parse_answer(R"({"ok":true,"version":"0.1.0","state":"running","uptime_s":7384,
      "load":0.041,"late_ticks":2,"participants":3,"participants_max":1000,"talkers":1,
      "strangers":0,"bans":1,"sample_rate_hz":8000})");
  picture.list = *parse_answer(R"({"ok":true,"participants":[
      {"id":7,"name":"Clara","address":"192.0.2.9:1","dialect":"classic","codec":"pcmu",
       "connected_s":62,
       "talking":false,"level_dbfs":-96,"muted":["microphone","loudspeaker"],"gain_db":-6,
       "jitter_fill_packets":0,"jitter_depth_packets":6,"delay_ms":0,"lost":12,
       "queue_age_ms":40},
      {"id":2,"name":"Boris","address":"192.0.2.8:50000","dialect":"voice/1","codec":"opus",
       "connected_s":3601,
       "talking":true,"level_dbfs":-18,"muted":[],"gain_db":0,
       "jitter_fill_packets":3,"jitter_depth_packets":6,"delay_ms":60,"lost":0,"queue_age_ms":0},
      {"id":1,"name":"Anna","address":"192.0.2.7:50000","dialect":"voice/1","codec":"pcmu",
       "connected_s":7300,
       "talking":false,"level_dbfs":-96,"muted":[],"gain_db":0,
       "jitter_fill_packets":0,"jitter_depth_packets":6,"delay_ms":0,"lost":0,"queue_age_ms":0}
      ]})");
  return picture;
}

std::vector<std::string> texts(const std::vector<ScreenLine>& lines) {
  std::vector<std::string> all;
  for (const ScreenLine& line : lines) all.push_back(line.text);
  return all;
}

/// The names, in the order in which the screen shows them.
std::string names_on(const std::vector<ScreenLine>& lines) {
  std::string names;
  for (const ScreenLine& line : lines) {
    for (const char* const name : {"Anna", "Boris", "Clara"}) {
      if (line.text.find(name) != std::string::npos) names += name[0];
    }
  }
  return names;
}

std::string keys_of(const std::vector<Key>& keys) {
  std::string text;
  for (const Key key : keys) text += "qsludUDhe"[static_cast<std::size_t>(key)];
  return text;
}

}  // namespace

TEST_CASE("the screen shows server, people and keys", "[voicectl]") {
  const auto lines = watch_screen(call_of_three(), {.columns = 132, .rows = 8});

  CHECK(texts(lines) ==
        std::vector<std::string>{"voiced 0.1.0  running  up 2:03:04  load 4.1 %  late ticks 2",
                                 "participants 3 of 1000  talking 1  strangers 0  bans 1  8000 Hz",
                                 lines[2].text,
                                 "  1  Anna          192.0.2.7:50000  voice/1  pcmu         [      "
                                 "  ]         [   |  ] 0/6 "
                                 "   0 ms     0    0 ms  2:01:40",
                                 "  2  Boris         192.0.2.8:50000  voice/1  opus   yes   [##### "
                                 "  ] -18 dB  [###|  ] 3/6 "
                                 "  60 ms     0    0 ms  1:00:01",
                                 "  7  Clara         192.0.2.9:1      classic  pcmu         [      "
                                 "  ]         [   |  ] 0/6 "
                                 "   0 ms    12   40 ms     1:02  ML -6 dB",
                                 "", "q quit  s sort: number"});
  CHECK(lines[2].text.rfind(" ID  NAME          ADDRESS ", 0) == 0);
  CHECK(lines[2].look == Look::title);
  CHECK(lines[3].look == Look::plain);
  CHECK(lines[4].look == Look::talking);
  CHECK(lines[5].look == Look::faint);
}

TEST_CASE("the order is by number, talkers first, or by name", "[voicectl]") {
  View view{.columns = 120, .rows = 10};
  CHECK(names_on(watch_screen(call_of_three(), view)) == "ABC");
  view.order = Order::talking;
  CHECK(names_on(watch_screen(call_of_three(), view)) == "BAC");
  view.order = Order::name;
  CHECK(names_on(watch_screen(call_of_three(), view)) == "ABC");
}

TEST_CASE("more people than rows are scrolled through, and no further", "[voicectl]") {
  View view{.columns = 100, .rows = 6};
  CHECK(people_rows(view) == 2);
  CHECK(names_on(watch_screen(call_of_three(), view)) == "AB");
  CHECK(watch_screen(call_of_three(), view).back().text ==
        "q quit  s sort: number  j k scroll: 1-2 of 3");

  view.first = scrolled(view, 3, 5);
  CHECK(view.first == 1);
  CHECK(names_on(watch_screen(call_of_three(), view)) == "BC");
  CHECK(scrolled(view, 3, -5) == 0);
  // A participant has left meanwhile.
  CHECK(scrolled(view, 1, 0) == 0);
  view.first = 9;
  CHECK(names_on(watch_screen(call_of_three(), view)) == "");
}

TEST_CASE("scrolling past the only participant with an account changes no columns", "[voicectl]") {
  Picture picture = call_of_three();
  picture.list["participants"][2]["user"] = "anna";
  View view{.columns = 160, .rows = 5};
  const auto titles = [&] { return watch_screen(picture, view)[2].text; };
  REQUIRE(names_on(watch_screen(picture, view)) == "A");
  REQUIRE(titles().find("USER") != std::string::npos);

  view.first = 1;
  REQUIRE(names_on(watch_screen(picture, view)) == "B");
  CHECK(titles().find("USER      ROLE      WIRE") != std::string::npos);
}

TEST_CASE("a server that has gone is reported, and no participant is shown", "[voicectl]") {
  Picture picture = call_of_three();
  picture.trouble = "cannot connect to /run/voiced/control.sock: it does not exist";

  const auto lines = watch_screen(picture, {.columns = 40, .rows = 5});

  CHECK(texts(lines) == std::vector<std::string>{"connection to voiced lost, retrying",
                                                 "cannot connect to /run/voiced/control.so", "", "",
                                                 "q quit  s sort: number"});
  CHECK(lines[0].look == Look::warning);
}

TEST_CASE("no screen is larger than its terminal", "[voicectl]") {
  Picture picture = call_of_three();
  picture.list["participants"][0]["name"] = "日本語の名前がとても長い人 and then some more of it";
  for (std::size_t rows = 1; rows < 12; ++rows) {
    for (std::size_t columns = 1; columns < 140; ++columns) {
      const auto lines = watch_screen(picture, {.columns = columns, .rows = rows});
      // people_rows() is at least 1, even if there is no room; the screen must fit all the same.
      CHECK(lines.size() == rows);
      CHECK(std::all_of(lines.begin(), lines.end(), [&](const ScreenLine& line) {
        return voice::terminal::columns_of(line.text) <= columns;
      }));
    }
  }
}

TEST_CASE("at eighty columns name, level, jitter, losses and flags remain", "[voicectl]") {
  const auto lines = watch_screen(call_of_three(), {.columns = 80, .rows = 8});

  CHECK(lines[5].text ==
        "  7  Clara               [        ]         [   |  ] 0/6    0 ms    12  ML -6 dB");
}

TEST_CASE("keys are read however the terminal splits them", "[voicectl]") {
  const std::string typed = "j\x1b[A\x1bOBx\x1b[5~\x1b[6~\x1b[1;5Cg\x1b[Fs\fq\x1bk";
  KeyReader whole;
  CHECK(keys_of(whole.feed(typed)) == "dudUDheslqu");
  KeyReader cut;
  std::string keys;
  for (const char c : typed) keys += keys_of(cut.feed({&c, 1}));
  CHECK(keys == "dudUDheslqu");
}

TEST_CASE("the gain that a leveller has chosen is marked, and yields to the operator's",
          "[voicectl]") {
  CHECK(flags_of(*parse_answer(R"({"muted":[],"gain_db":0,"levelling_db":12.25})")) == "~+12 dB");
  CHECK(flags_of(*parse_answer(R"({"muted":["here"],"levelling_db":-7})")) == "H ~-7 dB");
  CHECK(flags_of(*parse_answer(R"({"muted":[],"gain_db":-6,"levelling_db":0})")) == "-6 dB");
  CHECK(flags_of(*parse_answer(R"({"muted":[],"gain_db":0,"levelling_db":0.25})")).empty());
}

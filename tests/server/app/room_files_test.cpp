// The folder with a file for each room: what is read from it, and which mistakes are found.
#include "server/app/room_files.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/scratch_directory.hpp"

#include <filesystem>
#include <set>
#include <string>
#include <vector>

using namespace voiced;
using voice::test::ScratchDirectory;

namespace {

/// A voiced.conf and a folder of rooms beside it.
struct House {
  explicit House(const std::string& more = {}) {
    std::filesystem::create_directory(scratch.file("rooms.d"));
    const std::string path =
        scratch.write("voiced.conf", "rooms = " + scratch.file("rooms.d") + '\n' + more);
    const std::vector<const char*> argv{"voiced", "--config", path.c_str()};
    REQUIRE(settings.options->parse(static_cast<int>(argv.size()), argv.data()));
    REQUIRE(load_secrets(settings));
  }

  std::string add(const std::string& file, const std::string& content = {}) {
    return scratch.write("rooms.d/" + file, content);
  }
  /// What is wrong with the folder; empty: nothing.
  std::string complaint() {
    const auto loaded = load_rooms(settings);
    return loaded ? std::string() : loaded.error();
  }
  [[nodiscard]] const RoomRules& room(const std::string& name) const {
    for (const RoomRules& each : settings.config.rooms) {
      if (each.options.name == name) return each;
    }
    FAIL("there is no room " + name);
    return settings.config.rooms.front();
  }
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const RoomRules& each : settings.config.rooms) all.push_back(each.options.name);
    return all;
  }

  ScratchDirectory scratch;
  Settings settings;
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("each file that ends in .conf is a room, whatever else is in the folder",
          "[config][rooms]") {
  House house;
  (void)house.add("kitchen.conf");
  (void)house.add("attic.conf", "guests = listen\n");
  (void)house.add("Küche 2.conf", "# nothing\n");
  (void)house.add("a.b.conf");
  for (const char* const other :
       {"attic.conf~", "attic.conf.bak", ".hidden.conf", ".conf", "notes.txt", "conf", "x.CONF"}) {
    (void)house.add(other, "not = a setting\n");
  }
  REQUIRE(house.complaint().empty());
  CHECK(house.names() == Names{"Küche 2", "a.b", "attic", "kitchen"});
  // A file without settings is told apart from one that has been emptied by accident.
  CHECK(house.settings.config.rooms_without_settings ==
        std::set<std::string>{"Küche 2", "a.b", "kitchen"});
}

TEST_CASE("what a room's file does not set is as in voiced.conf", "[config][rooms]") {
  House house(
      "sample-rate = 16000\njitter-mode = fixed\njitter-depth = 8\nlimiter = false\n"
      "codecs = pcmu\nparticipants-max = 50\nguests = listen\nconfusable-names = mark\n");
  (void)house.add("same.conf");
  (void)house.add("other.conf",
                  "sample-rate = 48000\nlevel-talkers = true\nparticipants-max = 50\n"
                  "guests = no\nconfusable-names = refuse\ncodecs = opus\nopus-bitrate = 64\n");
  REQUIRE(house.complaint().empty());

  const RoomRules& same = house.room("same");
  RoomOptions expected = room_options(house.settings.config);
  expected.name = "same";
  CHECK(same.options == expected);
  CHECK(same.guests == Guests::listen);
  CHECK(same.names == NameRule::mark);
  CHECK(same.roles == RoomRoles{});

  const RoomRules& other = house.room("other");
  CHECK(other.options.format.rate_hz() == 48000);
  CHECK(other.options.playout == expected.playout);
  CHECK(other.options.level_talkers);
  CHECK_FALSE(other.options.limiter);
  CHECK(other.options.opus_kbits == 64);
  CHECK(other.guests == Guests::none);
  CHECK(other.names == NameRule::refuse);
}

TEST_CASE("a room has the server's password, one of its own, or none if it says so",
          "[config][rooms]") {
  const ScratchDirectory secrets;
  House house("password-file = " + secrets.write("server", "open sesame\n") + '\n');
  (void)house.add("same.conf");
  (void)house.add("own.conf", "password-file = " + secrets.write("own", "other\n") + '\n');
  (void)house.add("none.conf", "password-file = \"\"\n");
  REQUIRE(house.complaint().empty());
  CHECK(house.room("same").password == "open sesame");
  CHECK(house.room("own").password == "other");
  CHECK(house.room("none").password.empty());
}

TEST_CASE("a room names its members, speakers and operators", "[config][rooms]") {
  House house;
  (void)house.add("stage.conf",
                  "members = [\"anna\", \"Bob Ö\", \"anna\"]\nspeakers = anna\noperators = []\n");
  REQUIRE(house.complaint().empty());
  CHECK(house.room("stage").roles == RoomRoles{.members = {"anna", "Bob Ö"}, .speakers = {"anna"}});
}

TEST_CASE("a mistake in a room's file is reported with its place, and no room is taken over",
          "[config][rooms]") {
  struct Row {
    const char *file, *content, *complaint;
  };
  const auto row = GENERATE(values<Row>({
      {"a.conf", "guests = maybe\n", "a.conf:1: guests: "},
      {"a.conf", "\n\nport = 7001\n", "a.conf:3: "},
      {"a.conf", "require-hello = true\n", "a.conf:1: "},
      {"a.conf", "classic-sample-rate = 8000\n", "a.conf:1: "},
      {"a.conf", "rooms = /tmp\n", "a.conf:1: "},
      {"a.conf", "sample-rate = 4999\n", "a.conf:1: sample-rate: "},
      {"a.conf", "members = \"a:b\"\n", "a.conf:1: members: "},
      {"a.conf", "operators = [\"anna\", \"\"]\n", "a.conf:1: operators: "},
      {"a.conf", "password-file = /nowhere/at/all\n", "a.conf:1: password-file: /nowhere/at/all: "},
      {"a.conf", "participants-max = 11\n",
       "a.conf:1: participants-max: 11 is more than the 10 of the whole server; raise "
       "participants-max in voiced.conf, too"},
      {"front.conf", "", "front.conf: the room `front` is the one that voiced.conf describes"},
      {" a.conf", "", " a.conf: its name is that of the room: use 1 to 64 bytes of visible text"},
      {"a .conf", "", "without spaces at the ends"},
      {"a\u200B.conf", "", "of visible text"},
  }));
  CAPTURE(row.file, row.content);
  House house("participants-max = 10\n");
  (void)house.add("good.conf", "participants-max = 10\n");
  REQUIRE(house.complaint().empty());
  REQUIRE(house.names() == Names{"good"});
  (void)house.add(row.file, row.content);

  const std::string complaint = house.complaint();
  CHECK(complaint.find(row.complaint) != std::string::npos);
  CHECK(complaint.find(house.scratch.file("rooms.d")) == 0);
  CHECK(house.settings.config.rooms.empty());
  // Once it is mended, all of them are there.
  std::filesystem::remove(house.scratch.file("rooms.d/" + std::string(row.file)));
  CHECK(house.complaint().empty());
  CHECK(house.names() == Names{"good"});
}

TEST_CASE("a name of 64 bytes is the longest that a room can have", "[config][rooms]") {
  House house;
  (void)house.add(std::string(64, 'x') + ".conf");
  CHECK(house.complaint().empty());
  (void)house.add(std::string(62, 'x') + "\u00FC" + ".conf");
  CHECK(house.complaint().empty());
  (void)house.add(std::string(65, 'x') + ".conf");
  CHECK(house.complaint().find("use 1 to 64 bytes") != std::string::npos);
}

TEST_CASE("a folder of rooms that cannot be read is a mistake, and none is no mistake",
          "[config][rooms]") {
  House house;
  std::filesystem::remove(house.scratch.file("rooms.d"));
  const std::string complaint = house.complaint();
  CHECK(complaint.find("voiced.conf:1: rooms: the folder ") != std::string::npos);
  CHECK(complaint.find("make it readable for the user that voiced runs as") != std::string::npos);

  (void)house.scratch.write("rooms.d", "a file");
  CHECK(house.complaint().find("cannot be read") != std::string::npos);
  house.settings.config.rooms_folder.clear();
  CHECK(house.complaint().empty());
  CHECK(house.settings.config.rooms.empty());
}

TEST_CASE("a room's rate is its own, also where classic clients have another", "[config][rooms]") {
  House house("classic-sample-rate = 8000\nsample-rate = 48000\n");
  (void)house.add("wide.conf");
  (void)house.add("narrow.conf", "sample-rate = 8000\n");
  REQUIRE(house.complaint().empty());
  CHECK(house.room("wide").options.format.rate_hz() == 48000);
  CHECK(house.room("narrow").options.format.rate_hz() == 8000);
  // All rooms number their packets like the front room.
  const HostOptions host = host_options(house.settings.config, 0x0001'2345'6789'ABCD);
  CHECK(host.front_room.first_sequence == 0x2345);
  CHECK(host.front_room.ssrc == voice::rtp::Ssrc{0x6789'ABCD});
  for (const RoomRules& each : host.rooms) {
    CHECK(each.options.first_sequence == host.front_room.first_sequence);
    CHECK(each.options.ssrc == host.front_room.ssrc);
  }
}

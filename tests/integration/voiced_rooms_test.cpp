// Rooms of the real voiced, entered with the real voicecli.
#include "tests/integration/operator.hpp"
#include "tests/integration/voicecli_program.hpp"
#include "tests/integration/voicectl_program.hpp"

#include <filesystem>

using namespace voice::test;

namespace {

/// A folder of room files, and flags that name it.
struct RoomsFolder {
  RoomsFolder() { std::filesystem::create_directory(path()); }
  [[nodiscard]] std::string path() const { return scratch.file("rooms.d"); }
  void write(const std::string& name, const std::string& content) {
    (void)scratch.write("rooms.d/" + name, content);
  }
  [[nodiscard]] Strings flags() const { return {"--rooms", path()}; }

  ScratchDirectory scratch;
};

Strings in_room(const std::string& name, const std::string& room, Strings more = {}) {
  Strings flags{"--name", name, "--input", "tone:440", "--output", "null"};
  if (!room.empty()) flags.insert(flags.end(), {"--room", room});
  flags.insert(flags.end(), more.begin(), more.end());
  return flags;
}

}  // namespace

TEST_CASE("voicecli enters a room, at the room's own rate, and is moved to another in the call",
          "[integration][rooms]") {
  RoomsFolder rooms;
  rooms.write("studio.conf", "sample-rate = 16000\n");
  rooms.write("kitchen.conf", "");
  rooms.write("notes.txt", "not a room");
  Operated server({rooms.flags()});
  Voicecli anna(server.voiced.port(), in_room("Anna", "studio"));
  Voicecli ben(server.voiced.port(), in_room("Ben", "kitchen"));
  REQUIRE(anna.connects());
  REQUIRE(ben.connects());
  CHECK(contains(anna.told(), R"("room":"studio")"));
  CHECK(contains(anna.told(), R"("rate_hz":16000)"));
  CHECK_FALSE(contains(anna.told(), "first_audio_heard"));

  CHECK(
      contains(server.ask("move Anna kitchen"), R"("name":"Anna","from":"studio","to":"kitchen")"));

  CHECK(anna.process().prints(R"("event":"moved")"));
  CHECK(anna.process().prints(R"("event":"first_audio_heard")"));
  CHECK(ben.process().prints(R"("event":"first_audio_heard")"));
  CHECK(contains(anna.told(), R"("room":"kitchen","rate_hz":8000)"));
  CHECK_FALSE(contains(anna.told(), R"("event":"disconnected")"));
  CHECK(server.voiced.says(" from=\"studio\" to=\"kitchen\""));
  CHECK(anna.quit() == 0);
}

TEST_CASE("voicecli that is not let into a room ends, and says why", "[integration][rooms]") {
  RoomsFolder rooms;
  const std::string secret = rooms.scratch.write("secret", "open sesame\n");
  rooms.write("board.conf", "password-file = " + secret + "\n");
  rooms.write("kitchen.conf", "");
  Operated server({rooms.flags()});
  CHECK(contains(server.ask("lock kitchen"), R"("locked":true)"));
  struct Row {
    std::string room, code;
  };
  for (const Row& row :
       {Row{"cellar", "no-room"}, Row{"board", "password"}, Row{"kitchen", "room-locked"}}) {
    INFO(row.room);
    Voicecli client(server.voiced.port(), in_room("Anna", row.room));
    CHECK(client.process().wait() == 4);
    CHECK(contains(client.told(), "\"code\":\"" + row.code + "\""));
    CHECK_FALSE(contains(client.told(), "retry_in_ms"));
  }
  Voicecli member(server.voiced.port(), in_room("Anna", "board", {"--password-file", secret}));
  CHECK(member.connects());
  CHECK(contains(server.ask("rooms"), R"("name":"board","state":"open")"));
}

TEST_CASE("a reload adds and removes rooms, and refuses a file with a mistake in it",
          "[integration][rooms][reload]") {
  RoomsFolder rooms;
  rooms.write("kitchen.conf", "");
  Operated server({rooms.flags()});
  Voicecli anna(server.voiced.port(), in_room("Anna", "kitchen"));
  REQUIRE(anna.connects());

  rooms.write("studio.conf", "sample-rate = 4\n");
  CHECK(contains(server.ask("reload"), "studio.conf:1: sample-rate"));
  rooms.write("studio.conf", "port = 4\n");
  CHECK(contains(server.ask("reload"), "unknown key"));
  rooms.write("studio.conf", "participants-max = 2000\n");
  CHECK(contains(server.ask("reload"), "more than the 1000 of the whole server"));
  rooms.write("studio.conf", "sample-rate = 16000\n");
  std::filesystem::remove(rooms.path() + "/kitchen.conf");
  CHECK(contains(server.ask("reload"), R"("name":"rooms")"));

  CHECK(contains(server.ask("rooms"), R"("name":"studio")"));
  CHECK(contains(server.ask("rooms"), R"("name":"kitchen","state":"ending")"));
  CHECK(anna.goes_on());
  CHECK(contains(server.ask("close kitchen going home"), R"("sent_away":1)"));
  CHECK(anna.process().wait() == 4);
  CHECK(contains(anna.told(), "going home"));
  CHECK_FALSE(contains(server.ask("rooms"), "kitchen"));
}

TEST_CASE("a room's file says what guests and accounts may do in it, and a reload applies it",
          "[integration][rooms][login][reload]") {
  RoomsFolder rooms;
  rooms.write("staff.conf", "guests = no\nmembers = [\"anna\"]\n");
  rooms.write("stage.conf", "guests = listen\nsilent-when-empty = true\n");
  const std::string users = rooms.scratch.file("users");
  const std::string secret = rooms.scratch.write("secret", "correct horse battery\n");
  for (const char* const user : {"anna", "boris"}) {
    REQUIRE(voicectl({"--socket", rooms.scratch.file("none"), "user", "add", user, "--users-file",
                      users, "--password-file", secret})
                .exit_code == 0);
  }
  Operated server({"--rooms", rooms.path(), "--users-file", users});
  const auto account = [&](const std::string& user) {
    return in_room(user, "staff", {"--user", user, "--password-file", secret});
  };

  Voicecli stranger(server.voiced.port(), in_room("Eve", "staff"));
  Voicecli boris(server.voiced.port(), account("boris"));
  Voicecli anna(server.voiced.port(), account("anna"));
  Voicecli guest(server.voiced.port(), in_room("Gus", "stage"));
  CHECK(stranger.process().wait() == 4);
  CHECK(contains(stranger.told(), "an account or an invitation is required here"));
  CHECK(boris.process().wait() == 4);
  CHECK(contains(boris.told(), "only certain accounts may enter this room"));
  CHECK(anna.connects());
  CHECK(guest.connects());
  CHECK(contains(server.ask("list"), R"("role":"listener")"));
  const std::string table = voicectl({"--socket", server.socket(), "rooms"}).out;
  CHECK(contains(table, "no guests, members only"));
  CHECK(contains(table, "guests listen"));

  rooms.write("stage.conf", "guests = speak\n");
  CHECK(contains(server.ask("reload"), R"("name":"rooms")"));
  CHECK_FALSE(contains(server.ask("list"), R"("role":"listener")"));
  CHECK(guest.goes_on());
  rooms.write("stage.conf", "members = [\"an na:x\"]\n");
  CHECK(contains(server.ask("reload"), "stage.conf:1: members"));
}

TEST_CASE("a mistake in a folder of rooms is reported before the start", "[integration][rooms]") {
  RoomsFolder rooms;
  const auto check = [&] {
    Process voiced({VOICED_PROGRAM, "--config", rooms.scratch.write("voiced.conf", ""),
                    "--check-config", "--rooms", rooms.path()},
                   rooms.scratch.file("voiced"));
    CHECK(voiced.wait() == 2);
    return voiced.err();
  };
  rooms.write("front.conf", "");
  CHECK(contains(check(), "the room `front` is the one that voiced.conf describes"));
  std::filesystem::rename(rooms.path() + "/front.conf", rooms.path() + "/ x.conf");
  CHECK(contains(check(), "without spaces at the ends"));
  std::filesystem::remove_all(rooms.path());
  CHECK(contains(check(), "--rooms: the folder"));
}

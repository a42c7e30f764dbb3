// What a voice/1 server can say after its announcement, and the client's Pings.
#include "tests/client/call/call_fixture.hpp"

using namespace voicecli;
using namespace voicecli::test;
using namespace std::chrono_literals;

TEST_CASE("Welcome tells who we are, once", "[call]") {
  Voice1Line line;

  line.receive(message("Welcome\nId:3\nName:anna\nRoom:main\nAgent:voiced/0.1\nFuture:thing"));
  line.receive(message("Welcome\nId:4"));

  const auto welcomed = line.event<Welcomed>();
  CHECK(welcomed.id == "3");
  CHECK(welcomed.name == "anna");
  CHECK(welcomed.room == "main");
  CHECK(welcomed.agent == "voiced/0.1");
  CHECK(line.no_event());
}

TEST_CASE("Refused and Bye end the call, and what follows them is not read", "[call]") {
  Voice1Line line;
  const bool refused = GENERATE(false, true);

  line.receive(message(refused ? "Refused\nCode:full\nReason:no place left"
                               : "Bye\nCode:kicked\nReason:stopping"));
  line.receive(message("Welcome\nId:3"));
  line.receive(Stream{0xFF, 0xFF, 0xFF, 0xFF});
  line.speak(Pcm(160, 9000));

  if (refused) {
    const auto event = line.event<Refused>();
    CHECK(event.code == "full");
    CHECK(event.reason == "no place left");
    CHECK_FALSE(event.is_final);
  } else {
    const auto event = line.event<Goodbye>();
    CHECK(event.code == "kicked");
    CHECK(event.reason == "stopping");
    CHECK(event.is_final);
  }
  CHECK(line.no_event());
  CHECK(line.sent().empty());
}

TEST_CASE("State tells what the server has muted, and only changes are reported", "[call]") {
  struct Row {
    const char* value;
    ServerMute mute;
  };
  const auto row = GENERATE(values<Row>(
      {{"microphone", {true, false}}, {"loudspeaker", {false, true}}, {"both", {true, true}}}));
  Voice1Line line;
  const Stream state = message(std::string{"State\nMutedByServer:"} + row.value);

  line.receive(state);
  CHECK(line.call.muted_by_server() == row.mute);
  CHECK(line.event<ServerMute>() == row.mute);
  line.receive(state);
  line.receive(message("State\nOther:thing"));
  CHECK(line.no_event());
  line.receive(message("State\nMutedByServer:none"));
  CHECK(line.event<ServerMute>() == ServerMute{});
  CHECK(line.call.muted_by_server() == ServerMute{});
}

TEST_CASE("what was not sent while the loudspeaker was muted is not lost", "[call]") {
  // 20 minutes later the sequence numbers have wrapped around, and look late.
  const auto later = GENERATE(std::uint16_t{150}, std::uint16_t{65'500});
  Voice1Line line;
  for (std::uint16_t i = 0; i < 3; ++i) line.receive(packet(i, 0x10));
  line.receive(message("State\nMutedByServer:loudspeaker"));
  line.receive(message("State\nMutedByServer:none"));

  for (std::uint16_t i = 0; i < 3; ++i) {
    line.receive(packet(static_cast<std::uint16_t>(later + i), 0x10));
  }

  const auto playout = line.call.statistics().playout;
  CHECK(playout.lost == 0);
  CHECK(playout.late == 0);
  CHECK(playout.packets == 6);
}

TEST_CASE("packets of another payload type are not played", "[call]") {
  Voice1Line line;
  Stream foreign = packet(1, 0x10);
  foreign[5] = 8;  // A-law

  line.receive(foreign);
  line.receive(foreign);

  CHECK(line.call.statistics().playout.packets == 0);
  CHECK(line.call.statistics().ignored_messages == 2);
}

TEST_CASE("a server that flips a state a thousand times leaves one event", "[call]") {
  Voice1Line line;

  for (int i = 0; i < 1000; ++i) {
    line.receive(message("State\nMutedByServer:both"));
    line.receive(message("State\nMutedByServer:none"));
  }

  CHECK(line.event<ServerMute>() == ServerMute{});
  CHECK(line.no_event());
}

TEST_CASE("words of a newer server and garbage are counted and ignored", "[call]") {
  const auto odd = GENERATE(values<Stream>(
      {message("Dance\nStyle:tango"), message("State\nno colon"), message(""), message("\x01 hm"),
       message("Pang"), message("\xC3"), Stream{2, 0, 0, 0, 0x80, 0x00}}));
  Voice1Line line;

  line.receive(odd);
  line.receive(packet(1, 0x10));

  CHECK(line.no_event());
  CHECK(line.call.statistics().ignored_messages == 1);
  CHECK(line.call.statistics().playout.packets == 1);
}

TEST_CASE("a classic server's text after the announcement is ignored", "[call]") {
  ClassicLine line;

  line.receive(message("Refused\nCode:full"));
  line.receive(message("SamplesPerSecond:44100"));

  CHECK(line.no_event());
  CHECK(line.call.statistics().ignored_messages == 2);
  CHECK(line.call.format()->rate_hz() == 8000);
}

TEST_CASE("Ping goes out every two seconds and its Pong gives the round trip", "[call]") {
  Voice1Line line;
  line.tick();
  CHECK(as_text(messages_of(line.sent()).at(0)) == "Ping\nId:1");
  line.now += 12ms - voice::frame_duration;  // tick() let one frame pass already

  line.receive(message("Pong\nId:1"));

  CHECK(line.call.statistics().round_trip == voice::Duration{12ms});
  line.tick(100);
  CHECK(messages_of(line.sent()).size() <= 1);
  line.receive(message("Pong\nId:abc"));
  line.receive(message("Pong\nId:99999999999999"));
  line.receive(message("Pong"));
  CHECK(line.call.statistics().round_trip == voice::Duration{12ms});
}

TEST_CASE("a call knows the delay of what it holds itself, and of the stages that Pongs report",
          "[call]") {
  Voice1Line line;
  CHECK(line.call.delays(line.now).network == 0ms);
  CHECK(line.call.delays(line.now).tick == 10ms);
  line.call.capture(Pcm(200, 9000));
  CHECK(line.call.delays(line.now).smoother == 25ms);
  line.tick();
  CHECK(line.call.delays(line.now).smoother == 5ms);
  CHECK(line.call.delays(line.now).outbox == 20ms);
  line.sent();
  CHECK(line.call.delays(line.now).outbox == 0ms);
  line.now += 12ms - voice::frame_duration;

  line.receive(message("Pong\nId:1\nHeld:57\nTick:4"));

  CHECK(line.call.delays(line.now).network == 12ms);
  CHECK(line.call.delays(line.now).server == 37ms);
  CHECK(line.call.delays(line.now).tick == 4ms);
  CHECK(line.call.delays(line.now).server_is_told);
}

TEST_CASE("while Pongs do not tell the server's delay, or are invalid, it is assumed", "[call]") {
  const auto pong =
      GENERATE(as<std::string>{}, "Pong\nId:7", "Pong\nId:7\nHeld:", "Pong\nHeld:-1\nTick:1",
               "Pong\nId:7\nHeld:40", "Pong\nId:7\nHeld:40\nTick:21", "Pong\nId:7\nHeld:4294967295",
               "Pong\nId:7\nHeld:99999999999");
  INFO(pong);
  Voice1Line line;
  line.receive(message("Pong\nId:7\nHeld:57\nTick:4"));
  REQUIRE(line.call.delays(line.now).server_is_told);

  line.receive(message(pong));

  CHECK(!line.call.delays(line.now).server_is_told);
  // The server's playout is assumed to be like ours: half of a jitter buffer of 4 is two packets.
  CHECK(line.call.delays(line.now).server == 20ms);
}

TEST_CASE("while nothing is played, the playout counts with its target", "[call]") {
  Voice1Line line;
  CHECK(line.call.delays(line.now).playout == 40ms);
  for (std::uint16_t i = 1; i <= 3; ++i) line.receive(packet(i, 0x10));
  line.play();
  CHECK(line.call.delays(line.now).playout == 40ms);
  line.receive(packet(4, 0x10));
  CHECK(line.call.delays(line.now).playout == 60ms);
}

TEST_CASE("a silent voice/1 server is reported after six seconds and given up after thirty",
          "[call]") {
  Voice1Line line;

  line.tick(300);
  CHECK(line.no_event());
  line.tick();
  CHECK(line.event<ServerSilence>().is_silent);
  line.tick(1199);
  CHECK(line.no_event());
  line.tick();

  CHECK(line.event<Failed>().failure == CallFailure::server_silent);
}

TEST_CASE("Pongs alone keep a quiet conference alive", "[call]") {
  Voice1Line line;

  for (int second = 0; second < 60; ++second) {
    line.tick(50);
    line.sent();
    line.receive(message("Pong\nId:1"));
  }

  CHECK(line.no_event());
}

TEST_CASE("a classic server may be quiet for ever", "[call]") {
  ClassicLine line;

  line.tick(50 * 3600);

  CHECK(line.no_event());
  CHECK(line.sent().empty());
}

TEST_CASE("leaving says Bye to a voice/1 server and drops the sound that waits", "[call]") {
  Voice1Line line;
  line.speak(Pcm(160, 9000));

  line.call.leave(line.now);
  line.speak(Pcm(160, 9000));
  line.receive(message("Bye"));

  const auto messages = messages_of(line.sent());
  REQUIRE(messages.size() == 1);
  CHECK(as_text(messages[0]) == "Bye");
}

TEST_CASE("leaving a classic server is silent", "[call]") {
  ClassicLine line;
  line.speak(Pcm(160, 9000));

  line.call.leave(line.now);

  CHECK(line.sent().empty());
}

TEST_CASE("leaving in the middle of a message finishes it first", "[call]") {
  Voice1Line line;
  line.tick();
  line.sent();
  line.speak(Pcm(160, 9000));
  line.speak(Pcm(160, 9000));
  const voice::Bytes waiting = line.call.to_send(line.now);
  Stream on_wire{waiting.begin(), waiting.begin() + 50};
  line.call.sent(50);

  line.call.leave(line.now);

  on_wire += line.sent();
  const auto messages = messages_of(on_wire);
  REQUIRE(messages.size() == 2);
  CHECK(messages[0].size() == 172);
  CHECK(as_text(messages[1]) == "Bye");
}

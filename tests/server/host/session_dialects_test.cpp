// What a peer is: a stranger, a client of the original program, or one that says Hello.
#include "tests/server/host/visitor.hpp"

using namespace voiced::test;
using voice::test::prefix;
using voiced::CloseReason;
using voiced::Dialect;
using voiced::Sequencing;
using Texts = std::vector<std::string>;

namespace {

struct Hall : TestLobby {
  explicit Hall(int rate_hz = 8000) : TestLobby(test_options(rate_hz)), guest(lobby, 7) {}
  Guest guest;
};

}  // namespace

TEST_CASE("a newcomer joins at once and is told the rate and the extension", "[session]") {
  const auto rate = GENERATE(5000, 8000, 11025, 48000);
  TestLobby trial(test_options(rate));
  Visitor visitor(trial.lobby);

  CHECK_FALSE(visitor.session.seat());
  CHECK_FALSE(visitor.session.open());

  CHECK(trial.room.participants() == 1);
  CHECK(visitor.session.seat());
  CHECK(visitor.session.has_control());
  CHECK(visitor.answers() == Texts{"SamplesPerSecond:" + std::to_string(rate) + ":voice/1"});
  CHECK_FALSE(visitor.session.has_control());
  CHECK(visitor.answers().empty());
  CHECK(visitor.session.dialect() == Dialect::unknown);
  CHECK(visitor.session.name() == "192.0.2.1:50000");
}

TEST_CASE("a peer that says nothing listens", "[session]") {
  Hall hall;
  const auto talker = hall.join();
  hall.say(talker, silence());

  CHECK(heard_by(hall.guest.id(), hall.tick()) == silence());
  CHECK(hall.guest.session.dialect() == Dialect::unknown);
}

TEST_CASE("a classic client is one that sends RTP: heard, unnamed, its numbers ignored",
          "[session]") {
  Hall hall;
  const auto listener = hall.join();
  std::mt19937 random(1);
  const Payload first = random_payload(random), second = random_payload(random);

  CHECK_FALSE(hall.guest.send(rtp_message(9, first)));
  CHECK(heard_by(listener, hall.tick()) == first);
  // A classic server numbers the packets of all its clients with one counter: this number means
  // nothing.
  CHECK_FALSE(hall.guest.send(rtp_message(3, second)));
  CHECK(heard_by(listener, hall.tick()) == second);

  CHECK(hall.guest.session.dialect() == Dialect::classic);
  CHECK(hall.guest.session.name() == "192.0.2.1:50000");
  CHECK(hall.guest.participant(hall.room).playout.sequencing() == Sequencing::ignored);
  CHECK(hall.guest.answers().empty());
}

TEST_CASE("Hello is welcomed with number and name, and makes sequence numbers count", "[session]") {
  Hall hall;

  CHECK_FALSE(hall.guest.send(message("Hello\nName:Anna\nAgent:voicecli")));

  CHECK(hall.guest.answers() == Texts{"Welcome\nId:7\nName:Anna\nAgent:voiced"});
  CHECK(hall.guest.session.dialect() == Dialect::voice1);
  CHECK(hall.guest.session.name() == "Anna");
  CHECK(hall.guest.participant(hall.room).playout.sequencing() == Sequencing::trusted);
}

TEST_CASE("a name is cleaned, cut and optional", "[session]") {
  struct Row {
    const char* what;
    std::string hello, name;
  };
  const std::string address = "192.0.2.1:50000";
  const auto row = GENERATE_COPY(values<Row>({
      {"none", "Hello", address},
      {"empty", "Hello\nName:", address},
      {"blanks", "Hello\nName:   ", address},
      {"blanks around", "Hello\nName:  Anna B. ", "Anna B."},
      {"UTF-8", "Hello\nName:Zoë Ångström", "Zoë Ångström"},
      {"with a colon", "Hello\nName:a:b", "a:b"},
      {"right-to-left override", "Hello\nName:an\u202Ena", "anna"},
      {"invisible inside", "Hello\nName:An\u200bna", "Anna"},
      {"invisible at the ends", "Hello\nName:\u00a0Anna\u3000", "Anna"},
      {"nothing to see", "Hello\nName:\u200b\u3164\u2800", address},
      {"64 bytes fit", "Hello\nName:" + std::string(64, 'x'), std::string(64, 'x')},
      {"65 do not", "Hello\nName:" + std::string(65, 'x'), std::string(64, 'x')},
      {"cut at a character", "Hello\nName:" + std::string(63, 'x') + "ë", std::string(63, 'x')},
      {"first of two", "Hello\nName:Anna\nName:Boris", "Anna"},
      {"a key is exact", "Hello\nname:Anna", address},
  }));
  INFO(row.what);
  Hall hall;

  CHECK_FALSE(hall.guest.send(message(row.hello)));

  CHECK(hall.guest.session.name() == row.name);
  CHECK(hall.guest.answers() == Texts{"Welcome\nId:7\nName:" + row.name + "\nAgent:voiced"});
}

TEST_CASE("an invalid Hello is counted and makes no peer known", "[session]") {
  const auto* const hello =
      GENERATE("Hello\nName:A\x01nna", "Hello\nName:A\x1b[31mnna", "Hello\r\nName:Anna",
               "Hello\nName:A\tB", "Hello\nName:A\x7f", "Hello\nName:\xC2\x85", "Hello\nName:\xFF",
               "Hello\nName:\xC0\xAF", "Hello\nName:\xED\xA0\x80", "Hello\nName");
  INFO(hello);
  Hall hall;

  CHECK_FALSE(hall.guest.send(message(hello)));

  CHECK(hall.guest.session.counters().bad_texts == 1);
  CHECK(hall.guest.session.dialect() == Dialect::unknown);
  CHECK(hall.guest.session.name() == "192.0.2.1:50000");
  CHECK(hall.guest.answers().empty());
  // Nor has it raised the peer's limit for messages.
  CHECK(hall.guest.send(prefix(1025)) == CloseReason::framing_too_long);
}

TEST_CASE("a second Hello renames, and is welcomed again", "[session]") {
  Hall hall;
  CHECK_FALSE(hall.guest.send(message("Hello\nName:Anna")));
  CHECK_FALSE(hall.guest.send(message("Hello\nName:Boris")));
  CHECK_FALSE(hall.guest.send(message("Hello")));

  CHECK(hall.guest.session.name() == "Boris");
  CHECK(hall.guest.answers() == Texts{"Welcome\nId:7\nName:Anna\nAgent:voiced",
                                      "Welcome\nId:7\nName:Boris\nAgent:voiced",
                                      "Welcome\nId:7\nName:Boris\nAgent:voiced"});
  CHECK(hall.room.participants() == 1);
}

TEST_CASE("a peer that began with RTP may still say Hello", "[session]") {
  Hall hall;
  CHECK_FALSE(hall.guest.send(rtp_message(1, silence())));
  CHECK_FALSE(hall.guest.send(message("Hello\nName:Anna")));

  CHECK(hall.guest.session.dialect() == Dialect::voice1);
  CHECK(hall.guest.participant(hall.room).playout.sequencing() == Sequencing::trusted);
}

TEST_CASE("Ping is echoed at once, after Hello only", "[session]") {
  Hall hall;
  CHECK_FALSE(hall.guest.send(message("Ping\nId:1")));
  CHECK(hall.guest.answers().empty());
  CHECK(hall.guest.session.counters().ignored_messages == 1);

  CHECK_FALSE(hall.guest.send(message("Hello")));
  hall.guest.answers();
  CHECK_FALSE(hall.guest.send(message("Ping\nId:42")));
  CHECK_FALSE(hall.guest.send(message("Ping")));

  CHECK(hall.guest.answers() == Texts{"Pong\nId:42", "Pong\nId:"});
}

TEST_CASE("a Pong tells how much of the peer's sound is held, while it is being played",
          "[session]") {
  TestLobby trial;
  Guest guest(trial.lobby);
  const auto pong = [&] {
    CHECK_FALSE(guest.send(message("Ping\nId:1")));
    const auto answers = guest.answers();
    REQUIRE(!answers.empty());
    return answers.back();
  };
  CHECK_FALSE(guest.send(message("Hello")));
  CHECK(pong() == "Pong\nId:1");

  for (std::uint16_t i = 0; i < 4; ++i) CHECK_FALSE(guest.send(rtp_message(i, silence())));
  static_cast<void>(trial.tick());
  guest.now = trial.room.ticked_at() + std::chrono::milliseconds{13};
  const auto held = guest.participant(trial.room).playout.status().delay_samples / 8;
  CHECK(held > 0);
  CHECK(pong() == "Pong\nId:1\nHeld:" + std::to_string(held) + "\nTick:7");
  guest.now += std::chrono::seconds{1};  // a tick that is overdue
  CHECK(pong() == "Pong\nId:1\nHeld:" + std::to_string(held) + "\nTick:0");

  for (int i = 0; i < 10; ++i) static_cast<void>(trial.tick());
  CHECK(pong() == "Pong\nId:1");
}

TEST_CASE("for a peer whose Pings come early between two ticks, less sound is kept in reserve",
          "[session]") {
  auto options = test_options();
  options.playout.mode = voice::JitterMode::adaptive;
  options.playout.depth_packets = voice::jitter_depth_packets_of(options.playout.mode, 0);
  TestLobby trial(options);
  Guest guest(trial.lobby);
  CHECK_FALSE(guest.send(message("Hello")));
  std::uint16_t sequence = 0;
  // Five seconds in which packets arrive `after` a tick.
  const auto target = [&](std::chrono::milliseconds after) {
    for (int i = 0; i < 250; ++i) {
      trial.now += voice::frame_duration;
      static_cast<void>(trial.tick());
      guest.now = trial.room.ticked_at() + after;
      CHECK_FALSE(guest.send(rtp_message(sequence++, silence())));
      if (i % 50 == 0) CHECK_FALSE(guest.send(message("Ping\nId:1")));
      static_cast<void>(guest.answers());
    }
    return guest.participant(trial.room).playout.status().target_samples / 8;
  };
  const auto reserve = target(std::chrono::milliseconds{20});
  CHECK(reserve == 45);
  CHECK(target(std::chrono::milliseconds{8}) == 45 - 9);
  CHECK(target(std::chrono::milliseconds{19}) == 45);
}

TEST_CASE("a peer that asks without reading has a bounded number of answers waiting", "[session]") {
  Hall hall;
  CHECK_FALSE(hall.guest.send(message("Hello")));
  for (int i = 0; i < 300; ++i) CHECK_FALSE(hall.guest.send(message("Ping\nId:1")));

  CHECK(hall.guest.answers().size() == 16);
}

TEST_CASE("Pings are answered ten times a second, and twenty at once", "[session]") {
  Hall hall;
  CHECK_FALSE(hall.guest.send(message("Hello")));
  hall.guest.answers();
  std::size_t answered = 0;
  for (int i = 0; i < 300; ++i) {
    CHECK_FALSE(hall.guest.send(message("Ping\nId:1")));
    answered += hall.guest.answers().size();
  }
  CHECK(answered == 20);

  hall.guest.now += std::chrono::seconds{1};
  CHECK_FALSE(hall.guest.send(message("Ping\nId:2")));

  CHECK(hall.guest.answers() == Texts{"Pong\nId:2"});
}

TEST_CASE("Bye ends a session, but only of a peer that has said Hello", "[session]") {
  Hall hall;
  CHECK_FALSE(hall.guest.send(message("Bye")));
  CHECK_FALSE(hall.guest.send(message("Hello")));

  CHECK(hall.guest.send(message("Bye")) == CloseReason::bye);
  hall.guest.answers();
  hall.guest.session.close(CloseReason::bye);
  CHECK(hall.guest.answers().empty());
  CHECK(hall.room.participants() == 0);
}

TEST_CASE("unknown verbs and keys are ignored, so that newer clients are welcome", "[session]") {
  Hall hall;
  CHECK_FALSE(hall.guest.send(message("Hello\nName:Anna\nFuture:1\nPassword:y")));
  CHECK(hall.guest.answers().size() == 1);

  for (const char* const text :
       {"Dance\nWith:me", "hello\nName:Eve", "PING\nId:1", "welcome", " "}) {
    CHECK_FALSE(hall.guest.send(message(text)));
  }
  CHECK(hall.guest.answers().empty());
  CHECK(hall.guest.session.counters().ignored_messages == 5);
  CHECK(hall.guest.session.name() == "Anna");
}

TEST_CASE("messages that are neither RTP nor text are counted and ignored", "[session]") {
  Hall hall;
  CHECK_FALSE(hall.guest.send(message("")));
  for (const int first : {0x00, 0x0A, 0x1F, 0x7F, 0xC0, 0xFF}) {
    const Payload one(5, static_cast<std::uint8_t>(first));
    CHECK_FALSE(hall.guest.send(message(voice::test::text_of(one))));
  }

  CHECK(hall.guest.session.counters().ignored_messages == 7);
  CHECK(hall.guest.session.counters().messages_in == 7);
  CHECK(hall.guest.session.dialect() == Dialect::unknown);
}

TEST_CASE("RTP that does not parse is counted and makes no peer a classic client", "[session]") {
  Hall hall;
  CHECK_FALSE(hall.guest.send(message(std::string(11, '\x80'))));         // too short
  CHECK_FALSE(hall.guest.send(message("\x8F" + std::string(20, 'a'))));   // 15 CSRCs
  CHECK_FALSE(hall.guest.send(message("\xA0" + std::string(20, '\0'))));  // padding of length 0

  CHECK(hall.guest.session.counters().bad_packets == 3);
  CHECK(hall.guest.session.dialect() == Dialect::unknown);
  CHECK(hall.guest.send(prefix(1025)) == CloseReason::framing_too_long);
}

TEST_CASE("RTP of another payload type is counted and not played", "[session]") {
  Hall hall;
  const int type = GENERATE(8, 9, 72, 96, 127);
  const bool marker = GENERATE(false, true);
  auto packet = voice::test::rtp_message(1, voice::test::ByteVector(160, 0x30));
  packet[5] = static_cast<std::uint8_t>(type + (marker ? 0x80 : 0));
  for (int i = 0; i < 3; ++i) CHECK_FALSE(hall.guest.send(packet));

  CHECK(hall.tick().empty());
  CHECK(hall.guest.session.counters().foreign_packets == 3);
  CHECK(hall.guest.participant(hall.room).playout.empty());

  packet[5] = marker ? 0x80 : 0;  // a marked packet of µ-law is played
  CHECK_FALSE(hall.guest.send(packet));
  CHECK_FALSE(hall.tick().empty());
  CHECK(hall.guest.session.counters().foreign_packets == 3);
}

TEST_CASE("the operator's mutes are told to peers that understand", "[session]") {
  Hall hall;
  hall.guest.session.set_mutes({.microphone = true});
  CHECK(hall.guest.answers().empty());
  CHECK(hall.guest.participant(hall.room).mutes.microphone);

  CHECK_FALSE(hall.guest.send(message("Hello\nName:Anna")));
  CHECK(hall.guest.answers() ==
        Texts{"Welcome\nId:7\nName:Anna\nAgent:voiced", "State\nMutedByServer:microphone"});

  hall.guest.session.set_mutes({.microphone = true, .loudspeaker = true});
  hall.guest.session.set_mutes({.loudspeaker = true, .not_played_here = true});
  hall.guest.session.set_mutes({.not_played_here = true});
  hall.guest.session.set_mutes({});
  CHECK(hall.guest.answers() == Texts{"State\nMutedByServer:both",
                                      "State\nMutedByServer:loudspeaker",
                                      "State\nMutedByServer:none", "State\nMutedByServer:none"});

  hall.guest.session.close(CloseReason::left);
  hall.guest.answers();
  hall.guest.session.set_mutes({.microphone = true});
  CHECK(hall.guest.answers().empty());
}

// What a session does not tolerate, and how it ends.
#include "tests/server/host/visitor.hpp"

using namespace voiced::test;
using std::chrono::milliseconds;
using std::chrono::seconds;
using voice::test::prefix;
using voiced::CloseReason;
using Texts = std::vector<std::string>;

namespace {

std::string text_of_size(std::size_t bytes) {
  return "Hello\nName:" + std::string(bytes - 11, 'x');
}

Payload flood_of(int messages) {
  Payload all;
  for (int i = 0; i < messages; ++i) {
    const Payload one = message("");
    all.insert(all.end(), one.begin(), one.end());
  }
  return all;
}

}  // namespace

TEST_CASE("a stranger may send 1024 bytes at once and not one more", "[session]") {
  TestLobby trial;
  Guest guest(trial.lobby);

  CHECK_FALSE(guest.send(message(" " + std::string(1023, 'x'))));
  CHECK(guest.send(prefix(1025)) == CloseReason::framing_too_long);
}

TEST_CASE("a Hello of 1024 bytes is read whole", "[session]") {
  TestLobby trial;
  Guest guest(trial.lobby);

  CHECK_FALSE(guest.send(message(text_of_size(1024))));
  CHECK(guest.session.name() == std::string(64, 'x'));
}

TEST_CASE("a peer that has shown itself may send four frames at once, no more", "[session]") {
  struct Row {
    int rate_hz;
    std::uint32_t bytes_max;
  };
  const auto row = GENERATE(
      values<Row>({{5000, 1024}, {8000, 1024}, {22050, 12 + 4 * 441}, {48000, 12 + 4 * 960}}));
  const bool by_hello = GENERATE(true, false);
  INFO("rate " << row.rate_hz << (by_hello ? " Hello" : " RTP"));
  TestLobby trial(test_options(row.rate_hz));
  Guest guest(trial.lobby);
  CHECK_FALSE(guest.send(by_hello ? message("Hello") : rtp_message(1, silence(100))));

  Payload largest(row.bytes_max, 0xFF);
  largest[0] = 0x80;
  Payload wire;
  voice::test::append_message(wire, largest);
  CHECK_FALSE(guest.send(wire));
  CHECK(guest.session.counters().messages_in == 2);
  CHECK(guest.send(prefix(row.bytes_max + 1)) == CloseReason::framing_too_long);
}

TEST_CASE("a negative or huge length ends the session", "[session]") {
  struct Row {
    std::uint32_t length;
    CloseReason reason;
  };
  const auto row = GENERATE(values<Row>({{0xFFFFFFFF, CloseReason::framing_negative_length},
                                         {0x80000000, CloseReason::framing_negative_length},
                                         {0x7FFFFFFF, CloseReason::framing_too_long},
                                         {10'000, CloseReason::framing_too_long}}));
  const bool known = GENERATE(true, false);
  INFO("length " << row.length);
  TestLobby trial;
  Guest guest(trial.lobby);
  if (known) CHECK_FALSE(guest.send(rtp_message(1, silence())));

  CHECK(guest.send(prefix(row.length)) == row.reason);
}

TEST_CASE("messages in front of a bad length still count", "[session]") {
  TestLobby trial;
  Guest guest(trial.lobby);
  const auto bytes = voice::test::stream({rtp_message(1, silence()), prefix(0xFFFFFFFF)});

  CHECK(guest.send(bytes) == CloseReason::framing_negative_length);
  CHECK(trial.room.counters().packets_in == 1);
}

TEST_CASE("a session knows since when a message is half here", "[session]") {
  TestLobby trial;
  Guest guest(trial.lobby);
  const Payload packet = rtp_message(1, silence());
  const voice::Bytes bytes{packet};
  CHECK_FALSE(guest.session.mid_message_since());

  CHECK_FALSE(guest.send(bytes.first(3)));
  CHECK(guest.session.mid_message_since() == start);
  guest.now += seconds{3};
  CHECK_FALSE(guest.send(bytes.subspan(3, 50)));
  CHECK(guest.session.mid_message_since() == start);

  // The rest, and the beginning of the next message: the clock starts again.
  guest.now += seconds{1};
  Payload rest(packet.begin() + 53, packet.end());
  rest.push_back(packet[0]);
  CHECK_FALSE(guest.send(rest));
  CHECK(guest.session.mid_message_since() == start + seconds{4});

  CHECK_FALSE(guest.send(bytes.subspan(1)));
  CHECK_FALSE(guest.session.mid_message_since());
}

// Simulator, scenario train, seed 7: a tunnel of 5.2 s cut a packet in two, which ended the call.
TEST_CASE("a stranger must finish a message within 5 s, a known peer may be in a tunnel",
          "[session]") {
  TestLobby trial;
  Guest guest(trial.lobby);
  const Payload packet = rtp_message(1, silence());
  const voice::Bytes bytes{packet};

  CHECK_FALSE(guest.send(bytes.first(20)));
  CHECK_FALSE(guest.session.message_overdue(start + seconds{5}));
  CHECK(guest.session.message_overdue(start + seconds{6}));

  CHECK_FALSE(guest.send(bytes.subspan(20)));
  CHECK_FALSE(guest.send(bytes.first(20)));
  CHECK_FALSE(guest.session.message_overdue(start + seconds{30}));
  CHECK(guest.session.message_overdue(start + seconds{31}));
}

TEST_CASE("a stream that never pauses between messages is not one long message", "[session]") {
  TestLobby trial;
  Guest guest(trial.lobby);
  Payload two = rtp_message(1, silence());
  const std::size_t size = two.size();
  const Payload more = rtp_message(2, silence());
  two.insert(two.end(), more.begin(), more.end());
  CHECK_FALSE(guest.send(voice::Bytes{two}.first(10)));

  // Every read ends in the middle of another message.
  for (int i = 1; i < 20; ++i) {
    guest.now += seconds{1};
    CHECK_FALSE(guest.send(voice::Bytes{two}.subspan(10, size)));
    REQUIRE(guest.session.mid_message_since() == guest.now);
  }
}

TEST_CASE("a burst such as after a dead spot is played, and what follows too fast is dropped",
          "[session]") {
  TestLobby trial;
  Guest guest(trial.lobby);

  CHECK_FALSE(guest.send(flood_of(500)));
  CHECK(guest.session.counters().excess_messages == 0);
  CHECK_FALSE(guest.send(flood_of(10)));
  CHECK(guest.session.counters().excess_messages == 10);

  guest.now += milliseconds{500};
  CHECK_FALSE(guest.send(flood_of(110)));
  CHECK(guest.session.counters().excess_messages == 20);
}

TEST_CASE("what may be caught up with after a stall may come at once", "[session]") {
  struct Row {
    int catch_up_ms;
    std::uint64_t at_once;
  };
  const auto row = GENERATE(values<Row>({{100, 500}, {4000, 500}, {8000, 500}, {20000, 1250}}));
  INFO("catch-up-max-ms " << row.catch_up_ms);
  voiced::RoomOptions options = test_options();
  const voice::PlayoutOptions playout{.catch_up_max = milliseconds{row.catch_up_ms}};
  const bool is_live = GENERATE(false, true);
  if (!is_live) options.playout = playout;
  TestLobby trial(options);
  Guest guest(trial.lobby);
  CHECK_FALSE(guest.send(flood_of(1)));
  if (is_live) {
    trial.front.playout = playout;
    trial.reconfigure();
    guest.session.follow_backlog();
    guest.now += seconds{10};
  }

  CHECK_FALSE(guest.send(flood_of(3000)));

  const auto& counters = guest.session.counters();
  CHECK(counters.messages_in - counters.excess_messages == row.at_once + (is_live ? 1 : 0));
}

TEST_CASE("dropped messages do nothing", "[session]") {
  TestLobby trial;
  Guest guest(trial.lobby);
  CHECK_FALSE(guest.send(flood_of(500)));

  CHECK_FALSE(guest.send(message("Hello\nName:Anna")));
  CHECK_FALSE(guest.send(rtp_message(1, silence())));

  CHECK(guest.answers().empty());
  CHECK(trial.room.counters().packets_in == 0);
  CHECK(guest.session.counters().excess_messages == 2);
}

TEST_CASE("a peer that keeps flooding is closed, at once or steadily", "[session]") {
  TestLobby trial;
  Guest guest(trial.lobby);

  SECTION("all at once") {
    CHECK_FALSE(guest.send(flood_of(500 + 5000)));
    CHECK(guest.send(message("")) == CloseReason::flood);
  }
  SECTION("ten times the limit") {
    std::optional<CloseReason> reason;
    int ticks = 0;
    while (!reason && ticks < 5000) {
      reason = guest.send(flood_of(40));
      guest.now += milliseconds{20};
      ++ticks;
    }
    CHECK(reason == CloseReason::flood);
    CHECK(ticks > 100);
  }
}

TEST_CASE("a calm spell clears the record of a peer that once sent too fast", "[session]") {
  TestLobby trial;
  Guest guest(trial.lobby);
  for (int spell = 0; spell < 5; ++spell) {
    CHECK_FALSE(guest.send(flood_of(500 + 4000)));
    guest.now += seconds{60};
  }
  CHECK(guest.session.counters().excess_messages > 5000);
}

TEST_CASE("real time at the shortest packets anybody sends is never too fast", "[session]") {
  TestLobby trial;
  Guest guest(trial.lobby);
  for (int i = 0; i < 20'000; ++i) {
    REQUIRE_FALSE(guest.send(rtp_message(1, silence(40))));
    guest.now += milliseconds{5};
  }
  CHECK(guest.session.counters().excess_messages == 0);
}

TEST_CASE("when the conference is full a newcomer is told so and refused", "[session]") {
  TestLobby trial(test_options(8000, 1));
  Guest guest(trial.lobby);
  Visitor late(trial.lobby, 2);

  CHECK(late.session.open() == CloseReason::refused_full);

  CHECK(late.answers() == Texts{"Refused\nCode:full\nReason:the conference is full"});
  CHECK_FALSE(late.session.seat());
  late.session.close(CloseReason::refused_full);
  CHECK(late.answers().empty());
  CHECK(trial.room.participants() == 1);

  guest.session.close(CloseReason::left);
  Visitor next(trial.lobby, 3);
  CHECK_FALSE(next.session.open());
}

TEST_CASE("only a peer that has said Hello is told why it ends, and once", "[session]") {
  struct Row {
    CloseReason reason;
    const char* text;
  };
  const auto row = GENERATE(
      values<Row>({{CloseReason::server_stopping, "Bye\nReason:server is stopping"},
                   {CloseReason::kicked, "Bye\nCode:kicked\nReason:removed by the operator"},
                   {CloseReason::banned, "Bye\nCode:banned\nReason:removed by the operator"},
                   {CloseReason::flood, "Bye\nReason:too many messages"},
                   {CloseReason::stalled, "Bye\nReason:you accepted no data for too long"},
                   {CloseReason::framing_too_long, "Bye\nReason:framing_too_long"}}));
  TestLobby trial;
  Guest classic(trial.lobby, 1), modern(trial.lobby, 2);
  CHECK_FALSE(classic.send(rtp_message(1, silence())));
  CHECK_FALSE(modern.send(message("Hello")));
  CHECK_FALSE(modern.send(message("Ping\nId:1")));

  for (int i = 0; i < 2; ++i) {
    classic.session.close(row.reason);
    modern.session.close(row.reason);
  }

  CHECK(classic.answers().empty());
  // The goodbye replaces answers that were still waiting.
  CHECK(modern.answers() == Texts{row.text});
  CHECK(trial.room.participants() == 0);
  CHECK(trial.room.counters().leaves == 2);
}

TEST_CASE("a session that is destroyed leaves the conference", "[session]") {
  TestLobby trial;
  {
    const Guest guest(trial.lobby);
    CHECK(trial.room.participants() == 1);
  }
  CHECK(trial.room.participants() == 0);
  CHECK(trial.room.counters().leaves == 1);
}

TEST_CASE("a removed peer is told in the operator's words", "[session]") {
  TestLobby trial;
  Guest guest(trial.lobby);
  CHECK_FALSE(guest.send(message("Hello")));
  CHECK(guest.answers().size() == 1);

  guest.session.close(CloseReason::kicked, "too loud\nCode:no");

  CHECK(guest.answers() == Texts{"Bye\nCode:kicked\nReason:too loudCode:no"});
}

TEST_CASE("every Hello is reported once, because the name may be another one", "[session]") {
  TestLobby trial;
  Guest guest(trial.lobby);
  CHECK_FALSE(guest.session.take_hello());

  CHECK_FALSE(guest.send(message("Hello\nName:Anna")));
  CHECK(guest.session.take_hello());
  CHECK_FALSE(guest.session.take_hello());
  CHECK_FALSE(guest.send(message("Ping\nId:1")));
  CHECK_FALSE(guest.session.take_hello());
  CHECK_FALSE(guest.send(message("Hello\nName:Boris")));
  CHECK(guest.session.take_hello());
}

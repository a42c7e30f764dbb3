#include "tests/server/host/crowd.hpp"

using namespace voiced;
using namespace voiced::test;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

bool starts_with(const std::string& text, const std::string& what) {
  return text.rfind(what, 0) == 0;
}

template <class Event>
std::size_t count_of(const Crowd& crowd) {
  return static_cast<std::size_t>(
      std::count_if(crowd.events.begin(), crowd.events.end(),
                    [](const HostEvent& event) { return std::holds_alternative<Event>(event); }));
}

}  // namespace

TEST_CASE("a peer that is let in is sent the announcement at once", "[host]") {
  Crowd crowd;
  const PeerId id = crowd.arrive();

  REQUIRE(crowd.line(id).texts().size() == 1);
  CHECK(starts_with(crowd.line(id).texts()[0], "SamplesPerSecond:8000"));
  CHECK(crowd.host.is_speaking(id));
  CHECK(count_of<event::Joined>(crowd) == 1);
}

TEST_CASE("everybody hears everybody but itself, once a tick", "[host]") {
  Crowd crowd;
  const PeerId talker = crowd.arrive(1);
  const PeerId listener = crowd.arrive(2);
  for (int i = 0; i < 10; ++i) {
    crowd.speak(talker);
    crowd.tick();
  }

  CHECK(crowd.line(listener).frames() == crowd.line(talker).frames());
  CHECK(crowd.line(listener).frames() >= 8);
  const auto to_listener = crowd.line(listener).messages();
  CHECK(to_listener.back().back() == 0x20);
  CHECK(crowd.line(talker).messages().back().back() == 0xFF);
}

TEST_CASE("the rest of a message that was cut short leaves first, at the next tick", "[host]") {
  Crowd crowd;
  const PeerId talker = crowd.arrive(1);
  const PeerId listener = crowd.arrive(2);
  crowd.line(listener).room = 0;
  for (int i = 0; i < 4; ++i) {
    crowd.speak(talker);
    crowd.tick();
    crowd.line(listener).room = 50;  // a piece of a message at each tick
  }
  const std::size_t waited = crowd.host.find(listener)->hot.sender.outbox().size_bytes();
  CHECK(waited > 0);

  crowd.line(listener).room = SIZE_MAX;
  crowd.tick();

  CHECK(crowd.host.find(listener)->hot.sender.empty());
  // Every mix has arrived, every length prefix is in its place, and nothing is there twice.
  CHECK(crowd.line(listener).frames() == crowd.line(talker).frames());
  std::uint16_t expected = 0;
  for (const auto& message : crowd.line(listener).messages()) {
    if (message[0] < 0x80) continue;
    const std::uint16_t sequence = voice::rtp::parse(message)->header.sequence;
    if (expected != 0) CHECK(sequence == expected);
    expected = static_cast<std::uint16_t>(sequence + 1);
  }
}

TEST_CASE("a reset in the middle of a message ends that peer alone, as reset", "[host]") {
  Crowd crowd;
  const PeerId broken = crowd.arrive(1);
  const PeerId other = crowd.arrive(2);
  const auto packet = voice::test::rtp_message(1, voice::test::ByteVector(160, 0x20));
  crowd.say(broken, voice::Bytes{packet}.first(40));
  crowd.host.ended(broken, Ended::broken, crowd.now);
  crowd.host.ended(broken, Ended::closed, crowd.now);  // a socket may report it twice
  crowd.tick();

  CHECK(crowd.end_of(broken) == CloseReason::reset);
  CHECK(crowd.host.find(broken) == nullptr);
  CHECK(crowd.gone == std::vector{broken});
  CHECK(crowd.host.counters().closes.of(CloseReason::reset) == 1);
  CHECK(crowd.host.is_speaking(other));
}

TEST_CASE("a peer that closes its side has left, and is sent nothing more", "[host]") {
  Crowd crowd;
  const PeerId id = crowd.arrive();
  crowd.say_hello(id);
  crowd.host.ended(id, Ended::closed, crowd.now);
  const std::size_t before = crowd.line(id).got.size();
  crowd.tick(2);

  CHECK(crowd.end_of(id) == CloseReason::left);
  CHECK(crowd.line(id).got.size() == before);
}

TEST_CASE("a connection that breaks in the loop that sends costs the others no sound", "[host]") {
  Crowd crowd;
  const PeerId talker = crowd.arrive(1);
  std::vector<PeerId> listeners;
  for (std::uint8_t i = 2; i <= 5; ++i) listeners.push_back(crowd.arrive(i));
  for (int i = 0; i < 4; ++i) {
    crowd.speak(talker);
    crowd.tick();
  }
  crowd.speak(talker);
  SECTION("the one that is written to") {
    crowd.line(listeners[1]).is_broken = true;
  }
  SECTION("another one, whose turn has not come yet") {
    crowd.on_write = [&](PeerId id) {
      if (id == listeners[0]) crowd.host.ended(listeners[1], Ended::broken, crowd.now);
    };
  }
  SECTION("one that has had its turn") {
    crowd.on_write = [&](PeerId id) {
      if (id == listeners[3]) crowd.host.ended(listeners[1], Ended::broken, crowd.now);
    };
  }
  crowd.tick();

  CHECK(crowd.end_of(listeners[1]) == CloseReason::reset);
  for (const PeerId id : {listeners[0], listeners[2], listeners[3]}) {
    CHECK(crowd.line(id).frames() == crowd.line(talker).frames());
  }
}

TEST_CASE("a peer that is kicked in the loop that sends is told so", "[host]") {
  Crowd crowd;
  const PeerId talker = crowd.arrive(1);
  const PeerId listener = crowd.arrive(2);
  crowd.say_hello(listener);
  for (int i = 0; i < 4; ++i) {
    crowd.speak(talker);
    crowd.tick();
  }
  crowd.on_write = [&](PeerId id) {
    if (id == listener && crowd.host.is_speaking(id)) {
      REQUIRE(crowd.host.kick(id.number, "go", crowd.now));
    }
  };
  crowd.speak(talker);
  crowd.tick(2);

  CHECK(crowd.end_of(listener) == CloseReason::kicked);
  CHECK(starts_with(crowd.line(listener).texts().back(), "Bye\nCode:kicked\nReason:go"));
}

TEST_CASE("failures to accept are counted each time and reported now and then", "[host]") {
  Crowd crowd;
  const PeerId id = crowd.arrive();
  for (int i = 0; i < 50; ++i) {
    crowd.host.accept_failed("too many open files", crowd.now);
    crowd.tick(5);  // 100 ms
  }

  CHECK(crowd.host.counters().accept_pauses == 50);
  CHECK(count_of<event::AcceptPaused>(crowd) == 1);
  CHECK(crowd.host.is_speaking(id));
  crowd.tick(500);
  crowd.host.accept_failed("too many open files", crowd.now);
  crowd.tick();
  CHECK(count_of<event::AcceptPaused>(crowd) == 2);
}

TEST_CASE("a peer that had gone before it was known counts as a connection that ended", "[host]") {
  Crowd crowd;
  crowd.host.gone_at_once();

  CHECK(crowd.host.counters().connections == 1);
  CHECK(crowd.host.counters().closes.of(CloseReason::gone_at_once) == 1);
}

TEST_CASE("refused peers are told, and take no place of another", "[host]") {
  Crowd crowd(crowd_options(2));
  const PeerId first = crowd.arrive(1);
  const PeerId second = crowd.arrive(2);
  std::vector<PeerId> refused;
  for (int i = 0; i < 600; ++i) refused.push_back(crowd.arrive(3));

  for (const PeerId id : refused) {
    REQUIRE(crowd.end_of(id) == CloseReason::refused_full);
    REQUIRE(crowd.line(id).texts() ==
            std::vector<std::string>{"Refused\nCode:full\nReason:the conference is full"});
  }
  CHECK(crowd.host.is_speaking(first));
  CHECK(crowd.host.is_speaking(second));
  CHECK(crowd.host.peers() <= 2 + refused_max + 1);
  crowd.tick(600);
  CHECK(crowd.host.peers() == 2);
  CHECK(crowd.host.counters().closes.of(CloseReason::refused_full) == 600);
}

TEST_CASE("a peer that takes nothing for the stall limit is closed", "[host]") {
  Crowd crowd;
  const PeerId talker = crowd.arrive(1);
  const PeerId stalled = crowd.arrive(2);
  for (int i = 0; i < 4; ++i) {
    crowd.speak(talker);
    crowd.tick();
  }
  crowd.line(stalled).room = 0;
  for (int i = 0; i < 1490; ++i) {
    crowd.speak(talker);
    crowd.tick();
  }
  CHECK_FALSE(crowd.end_of(stalled));
  for (int i = 0; i < 20; ++i) {
    crowd.speak(talker);
    crowd.tick();
  }

  CHECK(crowd.end_of(stalled) == CloseReason::stalled);
  CHECK_FALSE(crowd.end_of(talker));
}

TEST_CASE("the goodbye waits while the system takes no more bytes", "[host]") {
  Crowd crowd;
  const PeerId id = crowd.arrive();
  crowd.say_hello(id);
  crowd.line(id).room = 0;
  CHECK(crowd.host.kick(id.number, "", crowd.now));
  crowd.tick(100);
  CHECK(crowd.host.find(id) != nullptr);
  CHECK_FALSE(crowd.line(id).is_shut_down);

  crowd.line(id).room = SIZE_MAX;
  crowd.tick(2);
  CHECK(starts_with(crowd.line(id).texts().back(), "Bye\nCode:kicked"));
  CHECK(crowd.line(id).is_shut_down);
  crowd.line(id).has_closed = true;
  crowd.tick();
  CHECK(crowd.gone == std::vector{id});
}

TEST_CASE("a farewell that the peer does not read ends", "[host]") {
  Crowd crowd;
  const PeerId id = crowd.arrive();
  crowd.say_hello(id);
  crowd.line(id).room = 0;
  CHECK(crowd.host.kick(id.number, "", crowd.now));
  crowd.tick(505);

  CHECK(crowd.gone == std::vector{id});
  CHECK(crowd.host.peers() == 0);
}

TEST_CASE("bytes that a peer sends after its end do not count", "[host]") {
  Crowd crowd;
  const PeerId id = crowd.arrive();
  crowd.say_hello(id);
  CHECK(crowd.host.kick(id.number, "", crowd.now));
  crowd.say_hello(id, "Back again");
  crowd.speak(id);
  crowd.tick();

  CHECK(crowd.host.lobby().front().participants() == 0);
  CHECK(crowd.host.lobby().front().counters().packets_in == 0);
  CHECK(count_of<event::Named>(crowd) == 1);
}

TEST_CASE("the id of a peer that has gone reaches no other", "[host]") {
  Crowd crowd;
  const PeerId gone = crowd.arrive(1);
  crowd.host.ended(gone, Ended::closed, crowd.now);
  crowd.tick();
  const PeerId next = crowd.arrive(2);
  REQUIRE(next.index == gone.index);

  crowd.speak(gone);
  crowd.host.ended(gone, Ended::broken, crowd.now);
  CHECK(crowd.host.to_send(gone, crowd.now).empty());
  CHECK_FALSE(crowd.host.set_mutes(gone.number, {.microphone = true}));
  CHECK_FALSE(crowd.host.kick(gone.number, "", crowd.now));
  CHECK(crowd.host.is_speaking(next));
  CHECK(crowd.host.lobby().front().counters().packets_in == 0);
}

TEST_CASE("a stop says goodbye to all, and is over when they have closed", "[host]") {
  Crowd crowd;
  const PeerId first = crowd.arrive(1);
  const PeerId second = crowd.arrive(2);
  crowd.say_hello(first);
  crowd.say_hello(second);
  crowd.host.stop(crowd.now);
  CHECK_FALSE(crowd.host.has_stopped(crowd.now));
  crowd.tick();
  for (const PeerId id : {first, second}) {
    CHECK(starts_with(crowd.line(id).texts().back(), "Bye\nReason:server is stopping"));
    crowd.line(id).has_closed = true;
  }
  crowd.tick();
  CHECK(crowd.host.has_stopped(crowd.now));
}

TEST_CASE("a stop waits two seconds for peers that do not close", "[host]") {
  Crowd crowd;
  const PeerId id = crowd.arrive();
  crowd.line(id).room = 0;
  crowd.say_hello(id);
  crowd.host.stop(crowd.now);
  crowd.tick(99);
  CHECK_FALSE(crowd.host.has_stopped(crowd.now));
  crowd.tick(1);
  CHECK(crowd.host.has_stopped(crowd.now));
}

TEST_CASE("a banned address is refused, and a banned name is disconnected", "[host]") {
  Crowd crowd;
  const PeerId named = crowd.arrive(1);
  REQUIRE(crowd.host.ban({.who = "Ada", .range = {}, .until = {}, .reason = "enough"}, crowd.now) ==
          0);
  crowd.say_hello(named);
  crowd.tick();
  CHECK(crowd.end_of(named) == CloseReason::banned);
  REQUIRE(crowd.line(named).texts().size() == 3);
  CHECK(starts_with(crowd.line(named).texts()[1], "Welcome"));
  CHECK(starts_with(crowd.line(named).texts()[2], "Bye\nCode:banned\nReason:enough"));

  REQUIRE(crowd.host.ban({.who = "192.0.2.2",
                          .range = AddressRange::around(address_of(2)),
                          .until = {},
                          .reason = ""},
                         crowd.now) == 0);
  const PeerId refused = crowd.arrive(2);
  CHECK(crowd.end_of(refused) == CloseReason::refused_banned);
  CHECK(starts_with(crowd.line(refused).texts().at(0), "Refused\nCode:banned"));
}

TEST_CASE("a peer that leaves a message unfinished is closed when its time is over", "[host]") {
  Crowd crowd;
  const PeerId id = crowd.arrive();
  const auto packet = voice::test::rtp_message(1, voice::test::ByteVector(160, 0x20));
  crowd.say(id, voice::Bytes{packet}.first(10));
  crowd.tick(250);
  CHECK_FALSE(crowd.end_of(id));
  crowd.tick(60);
  CHECK(crowd.end_of(id) == CloseReason::framing_timeout);
}

TEST_CASE("a busy mixer refuses newcomers and keeps the peers it has", "[host]") {
  Crowd crowd;
  const PeerId before = crowd.arrive(1);
  for (int i = 0; i < 500; ++i) crowd.host.worked(milliseconds{20});
  const PeerId late = crowd.arrive(2);

  CHECK(crowd.end_of(late) == CloseReason::refused_busy);
  CHECK(crowd.host.is_speaking(before));
}

// What newcomers hear before they have said which room they want.
#include "tests/server/host/crowd.hpp"

using namespace voiced;
using namespace voiced::test;
using std::chrono::seconds;

namespace {

constexpr int ticks_of_choice = voice::frames_per_second;  // a second

HostOptions with_kitchen() {
  HostOptions options = crowd_options();
  RoomOptions kitchen = options.front_room;
  kitchen.name = "kitchen";
  options.rooms = {{kitchen}};
  return options;
}

/// Somebody talks in the front room all the time.
struct Talk : Crowd {
  explicit Talk(const HostOptions& options = with_kitchen(), const std::string& more = {})
      : Crowd(options), talker(arrive(1)) {
    say(talker, voice::test::message("Hello\nName:Talker" + more));
    talk(5);
  }
  void talk(int ticks) {
    for (; ticks > 0; --ticks) {
      speak(talker);
      tick();
    }
  }
  [[nodiscard]] std::size_t frames(PeerId id) { return line(id).frames(); }

  PeerId talker;
};

}  // namespace

TEST_CASE("a peer that will name another room hears nothing of the front room", "[host][rooms]") {
  Talk talk;
  const PeerId id = talk.arrive(2);
  talk.talk(ticks_of_choice - 1);
  CHECK(talk.frames(id) == 0);

  talk.say(id, voice::test::message("Hello\nName:Cook\nRoom:kitchen"));
  talk.talk(2 * ticks_of_choice);
  CHECK(talk.frames(id) == 0);
  CHECK(talk.host.participants(talk.now)[1].room == "kitchen");
}

TEST_CASE("a peer that names no other room hears the front room from its Hello on",
          "[host][rooms]") {
  Talk talk;
  const PeerId id = talk.arrive(2);
  talk.talk(3);
  CHECK(talk.frames(id) == 0);
  talk.say_hello(id);
  talk.talk(3);
  CHECK(talk.frames(id) == 3);
}

TEST_CASE("a classic listener hears after a second, and a classic talker from its first packet on",
          "[host][rooms]") {
  Talk talk;
  const PeerId listener = talk.arrive(2);
  const PeerId speaker = talk.arrive(3);
  talk.talk(2);
  talk.speak(speaker);
  talk.talk(3);
  CHECK(talk.frames(speaker) == 3);

  talk.talk(ticks_of_choice - 6);
  CHECK(talk.frames(listener) == 0);
  talk.talk(10);
  CHECK(talk.frames(listener) == 10);
}

TEST_CASE("where there is only one room, everybody hears it at once", "[host][rooms]") {
  Talk talk(crowd_options());
  const PeerId listener = talk.arrive(2);
  talk.talk(3);
  CHECK(talk.frames(listener) == 3);
}

TEST_CASE("rooms that are made on demand can be named, too", "[host][rooms]") {
  HostOptions options = crowd_options();
  options.rooms_on_demand_max = 1;
  Talk talk(options);
  const PeerId listener = talk.arrive(2);
  talk.talk(ticks_of_choice - 1);
  CHECK(talk.frames(listener) == 0);
  talk.talk(3);
  CHECK(talk.frames(listener) == 3);
}

TEST_CASE("a front room that becomes guarded keeps out those that have not chosen yet",
          "[host][rooms]") {
  Talk talk;
  const PeerId listener = talk.arrive(2);
  talk.talk(3);
  HostOptions options = with_kitchen();
  options.password = "secret";
  talk.host.reconfigure(options);
  talk.talk(ticks_of_choice);
  CHECK(talk.frames(listener) == 0);
  CHECK(talk.host.is_speaking(listener));
  talk.talk(6 * ticks_of_choice);
  CHECK(talk.frames(listener) == 0);
  CHECK(talk.end_of(listener) == CloseReason::hello_timeout);
}

TEST_CASE("where Hello is required, nobody hears anything before it", "[host]") {
  HostOptions options = crowd_options();
  options.require_hello = true;
  Talk talk(options);
  const PeerId id = talk.arrive(2);
  talk.speak(id);
  talk.talk(3 * ticks_of_choice);
  CHECK(talk.frames(id) == 0);
  talk.say_hello(id);
  talk.talk(3);
  CHECK(talk.frames(id) == 3);
}

TEST_CASE("where a login is needed, and in other rooms, newcomers hear nobody", "[host][rooms]") {
  HostOptions options = with_kitchen();
  options.login.guests = Guests::speak;
  Talk talk(options, "\nRoom:kitchen");
  SECTION("the kitchen, from the front room") {
    const PeerId id = talk.arrive(2);
    talk.talk(2 * ticks_of_choice);
    CHECK(talk.frames(id) == 0);
  }
  SECTION("the front room, when guests are not let in") {
    CHECK_FALSE(talk.host.move(talk.talker.number, front_room));
    talk.talk(3);
    options.login.guests = Guests::none;
    talk.host.reconfigure(options);
    const PeerId id = talk.arrive(2);
    talk.speak(id);
    talk.talk(3 * ticks_of_choice);
    CHECK(talk.host.participants(talk.now)[0].room == "front");
    CHECK(talk.frames(id) == 0);
  }
}

TEST_CASE("if there are more newcomers than places, some must choose sooner, and none is forgotten",
          "[host][rooms]") {
  Talk talk;
  for (int round = 0; round < 20; ++round) {
    const PeerId gone = talk.arrive(2);
    talk.host.ended(gone, Ended::closed, talk.now);
  }
  const PeerId listener = talk.arrive(3);
  talk.talk(ticks_of_choice + 2);
  CHECK(talk.frames(listener) > 0);
}

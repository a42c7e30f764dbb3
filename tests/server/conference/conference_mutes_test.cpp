// What the operator switches off, in both directions, and the server's own sound.
#include "tests/server/conference/room.hpp"

using namespace voiced::test;
using voiced::Mutes;
using voiced::ParticipantId;
using voiced::Sequencing;

namespace {

struct Three : Room {
  Three() : a(join()), b(join()), c(join()) {}

  std::vector<Heard> all_speak() {
    said = {random_payload(random), random_payload(random), random_payload(random)};
    say(a, said[0]);
    say(b, said[1]);
    say(c, said[2]);
    return tick();
  }

  ParticipantId a, b, c;
  std::vector<Payload> said;
  std::mt19937 random{99};
};

// The server's own microphone and loudspeaker, and two visitors.
struct WithLocal : Room {
  WithLocal() {
    const auto id = conference.join_local();
    REQUIRE(id);
    here = *id;
    a = join();
    b = join();
  }

  std::vector<Heard> all_speak() {
    said = {random_payload(random), random_payload(random), random_payload(random)};
    say(here, said[0]);
    say(a, said[1]);
    say(b, said[2]);
    return tick();
  }

  ParticipantId here, a, b;
  std::vector<Payload> said;
  std::mt19937 random{17};
};

}  // namespace

TEST_CASE("who is muted is heard by nobody and hears the others", "[conference]") {
  Three room;
  room.conference.set_mutes(room.a, {.microphone = true});

  for (int round = 0; round < 5; ++round) {
    const auto all = room.all_speak();
    CHECK(heard_by(room.a, all) == mix_of({room.said[1], room.said[2]}));
    CHECK(heard_by(room.b, all) == mix_of({room.said[2]}));
    CHECK(heard_by(room.c, all) == mix_of({room.said[1]}));
  }
  CHECK(room.conference.contributors() == 2);
  CHECK(room.conference.find(room.a)->frames_played == 0);
}

TEST_CASE("when all who speak are muted nothing is sent", "[conference]") {
  Three room;
  for (const auto id : {room.a, room.b, room.c}) {
    room.conference.set_mutes(id, {.microphone = true});
  }

  CHECK(room.all_speak().empty());
}

TEST_CASE("what was said while muted is gone after unmuting", "[conference]") {
  Three room;
  room.conference.set_mutes(room.a, {.microphone = true});
  for (int round = 0; round < 4; ++round) room.all_speak();
  room.conference.set_mutes(room.a, {});

  CHECK(room.tick().empty());
  const auto all = room.all_speak();
  CHECK(heard_by(room.b, all) == mix_of({room.said[0], room.said[2]}));
}

TEST_CASE("whose loudspeaker is muted gets no message and is heard all the same", "[conference]") {
  Three room;
  room.conference.set_mutes(room.a, {.loudspeaker = true});

  const auto all = room.all_speak();

  CHECK(all.size() == 2);
  CHECK_FALSE(heard_by(room.a, all));
  CHECK(heard_by(room.b, all) == mix_of({room.said[0], room.said[2]}));
  CHECK(room.conference.frames_sent(room.a) == 0);
  CHECK(room.conference.find(room.a)->frames_played == 1);
  CHECK(room.conference.frames_sent(room.b) == 1);
}

TEST_CASE("not to be played here means nothing where there is no local sound", "[conference]") {
  Three room;
  room.conference.set_mutes(room.a, {.not_played_here = true});

  const auto all = room.all_speak();

  CHECK(heard_by(room.b, all) == mix_of({room.said[0], room.said[2]}));
  CHECK(heard_by(room.c, all) == mix_of({room.said[0], room.said[1]}));
}

TEST_CASE("the server's own sound takes part like everybody", "[conference]") {
  WithLocal room;

  const auto all = room.all_speak();

  CHECK(heard_by(room.here, all) == mix_of({room.said[1], room.said[2]}));
  CHECK(heard_by(room.a, all) == mix_of({room.said[0], room.said[2]}));
}

TEST_CASE("who is not played here is left out of the local loudspeaker only", "[conference]") {
  WithLocal room;
  room.conference.set_mutes(room.a, {.not_played_here = true});

  SECTION("all speak") {
    const auto all = room.all_speak();
    CHECK(heard_by(room.here, all) == mix_of({room.said[2]}));
    CHECK(heard_by(room.a, all) == mix_of({room.said[0], room.said[2]}));
    CHECK(heard_by(room.b, all) == mix_of({room.said[0], room.said[1]}));
  }
  SECTION("only it speaks: the local loudspeaker gets silence, a listener its bytes") {
    const Payload said = random_payload(room.random);
    room.say(room.a, said);
    const auto all = room.tick();
    CHECK(heard_by(room.here, all) == silence());
    CHECK(heard_by(room.b, all) == said);
  }
  SECTION("it is silent: the local loudspeaker shares the common mix") {
    const Payload said = random_payload(room.random);
    room.say(room.b, said);
    const auto all = room.tick();
    CHECK(heard_by(room.here, all) == said);
  }
  SECTION("nobody is played here") {
    room.conference.set_mutes(room.b, {.not_played_here = true});
    const auto all = room.all_speak();
    CHECK(heard_by(room.here, all) == silence());
    CHECK(heard_by(room.a, all) == mix_of({room.said[0], room.said[2]}));
  }
  SECTION("the message has the tick's header like all others") {
    const auto all = room.all_speak();
    REQUIRE(all.size() == 3);
    CHECK(all[1].header.sequence == all[0].header.sequence);
    CHECK(all[2].header.sequence == all[0].header.sequence);
    CHECK(all[1].header.timestamp == all[0].header.timestamp);
  }
  SECTION("it ends with the mute") {
    room.all_speak();
    room.conference.set_mutes(room.a, {});
    const auto all = room.all_speak();
    CHECK(heard_by(room.here, all) == mix_of({room.said[1], room.said[2]}));
  }
}

TEST_CASE("numbers that went on during a mute are neither lost nor late", "[conference]") {
  const auto later = GENERATE(std::uint16_t{200}, std::uint16_t{65'500});
  Room room;
  const ParticipantId talker = room.join();
  room.conference.set_sequencing(talker, Sequencing::trusted);
  room.say(talker, silence(), 0);
  room.conference.set_mutes(talker, {.microphone = true});
  room.tick();
  room.conference.set_mutes(talker, {});

  CHECK(room.say(talker, silence(), later) == voice::Insert::accepted);
  const auto& playout = room.conference.find(talker)->playout.buffer().counters();
  CHECK(playout.lost == 0);
  CHECK(playout.late == 0);
}

TEST_CASE("when the local participant leaves, another may come", "[conference]") {
  WithLocal room;
  room.conference.leave(room.here);
  room.conference.set_mutes(room.a, {.not_played_here = true});
  room.say(room.a, silence());
  CHECK(room.tick().size() == 2);

  const auto again = room.conference.join_local();
  REQUIRE(again);
  const Payload said = random_payload(room.random);
  room.say(room.a, said);
  CHECK(heard_by(*again, room.tick()) == silence());
}

// What the operator switches off, in both directions, and the server's own sound.
#include "tests/server/room/test_room.hpp"

using namespace voiced::test;
using voiced::Mutes;
using voiced::ParticipantId;
using voiced::Sequencing;

namespace {

struct Three : TestRoom {
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

}  // namespace

TEST_CASE("a muted participant is heard by nobody and hears the others", "[room]") {
  Three trial;
  trial.room.set_mutes(trial.a, {.microphone = true});

  for (int round = 0; round < 5; ++round) {
    const auto all = trial.all_speak();
    CHECK(heard_by(trial.a, all) == mix_of({trial.said[1], trial.said[2]}));
    CHECK(heard_by(trial.b, all) == mix_of({trial.said[2]}));
    CHECK(heard_by(trial.c, all) == mix_of({trial.said[1]}));
  }
  CHECK(trial.room.contributors() == 2);
  CHECK(trial.room.find(trial.a)->frames_played == 0);
}

TEST_CASE("when all talkers are muted no sound is sent", "[room]") {
  Three trial;
  for (const auto id : {trial.a, trial.b, trial.c}) {
    trial.room.set_mutes(id, {.microphone = true});
  }

  CHECK(trial.all_speak().empty());
}

TEST_CASE("what was said while muted is gone after unmuting", "[room]") {
  Three trial;
  trial.room.set_mutes(trial.a, {.microphone = true});
  for (int round = 0; round < 4; ++round) trial.all_speak();
  trial.room.set_mutes(trial.a, {});

  CHECK(trial.tick().empty());
  const auto all = trial.all_speak();
  CHECK(heard_by(trial.b, all) == mix_of({trial.said[0], trial.said[2]}));
}

TEST_CASE("a participant with a muted loudspeaker gets no message but is still heard", "[room]") {
  Three trial;
  trial.room.set_mutes(trial.a, {.loudspeaker = true});

  const auto all = trial.all_speak();

  CHECK(all.size() == 2);
  CHECK_FALSE(heard_by(trial.a, all));
  CHECK(heard_by(trial.b, all) == mix_of({trial.said[0], trial.said[2]}));
  CHECK(trial.room.frames_sent(trial.a) == 0);
  CHECK(trial.room.find(trial.a)->frames_played == 1);
  CHECK(trial.room.frames_sent(trial.b) == 1);
}

TEST_CASE("a mute of the server's loudspeaker has no effect without local sound", "[room]") {
  Three trial;
  trial.room.set_mutes(trial.a, {.not_played_here = true});

  const auto all = trial.all_speak();

  CHECK(heard_by(trial.b, all) == mix_of({trial.said[0], trial.said[2]}));
  CHECK(heard_by(trial.c, all) == mix_of({trial.said[0], trial.said[1]}));
}

TEST_CASE("a talker that is left out is missing for that listener only", "[room]") {
  Three trial;
  trial.room.leave_out(trial.a, trial.b, true);

  SECTION("all speak") {
    const auto all = trial.all_speak();
    CHECK(heard_by(trial.a, all) == mix_of({trial.said[2]}));
    CHECK(heard_by(trial.b, all) == mix_of({trial.said[0], trial.said[2]}));
    CHECK(heard_by(trial.c, all) == mix_of({trial.said[0], trial.said[1]}));
  }
  SECTION("only it speaks: that listener gets silence, a listener its bytes") {
    const Payload said = random_payload(trial.random);
    trial.say(trial.b, said);
    const auto all = trial.tick();
    CHECK(heard_by(trial.a, all) == silence());
    CHECK(heard_by(trial.c, all) == said);
  }
  SECTION("it is silent: that listener shares the common mix") {
    const Payload said = random_payload(trial.random);
    trial.say(trial.c, said);
    const auto all = trial.tick();
    CHECK(heard_by(trial.a, all) == said);
  }
  SECTION("everybody is left out") {
    trial.room.leave_out(trial.a, trial.c, true);
    const auto all = trial.all_speak();
    CHECK(heard_by(trial.a, all) == silence());
    CHECK(heard_by(trial.b, all) == mix_of({trial.said[0], trial.said[2]}));
  }
  SECTION("the message has the tick's header like all others") {
    const auto all = trial.all_speak();
    REQUIRE(all.size() == 3);
    CHECK(all[1].header.sequence == all[0].header.sequence);
    CHECK(all[2].header.sequence == all[0].header.sequence);
    CHECK(all[1].header.timestamp == all[0].header.timestamp);
  }
  SECTION("it ends with the mute") {
    trial.all_speak();
    trial.room.leave_out(trial.a, trial.b, false);
    const auto all = trial.all_speak();
    CHECK(heard_by(trial.a, all) == mix_of({trial.said[1], trial.said[2]}));
  }
}

TEST_CASE("numbers that went on during a mute are neither lost nor late", "[room]") {
  const auto later = GENERATE(std::uint16_t{200}, std::uint16_t{65'500});
  TestRoom trial;
  const ParticipantId talker = trial.join();
  trial.room.set_sequencing(talker, Sequencing::trusted);
  trial.say(talker, silence(), 0);
  SECTION("by the operator") {
    trial.room.set_mutes(talker, {.microphone = true});
    trial.tick();
    trial.room.set_mutes(talker, {});
  }
  SECTION("because it was a listener") {
    trial.room.set_listener(talker, true);
    trial.tick();
    trial.room.set_listener(talker, false);
  }

  CHECK(trial.say(talker, silence(), later) == voice::Insert::accepted);
  const auto& playout = trial.room.find(talker)->playout.buffer().counters();
  CHECK(playout.lost == 0);
  CHECK(playout.late == 0);
}

TEST_CASE("what a listener left out is forgotten when it leaves", "[room]") {
  Three trial;
  trial.room.leave_out(trial.a, trial.b, true);
  trial.room.leave(trial.a);
  trial.say(trial.b, silence());
  CHECK(trial.tick().size() == 2);

  const auto again = trial.join();
  const Payload said = random_payload(trial.random);
  trial.say(trial.b, said);
  CHECK(heard_by(again, trial.tick()) == said);
}

// How loud the operator makes a participant for the others, and what the meter shows.
#include "common/audio/gain_table.hpp"
#include "common/audio/level.hpp"

#include "tests/server/room/test_room.hpp"

using namespace voiced::test;
using voiced::ParticipantId;

namespace {

Payload scaled(const Payload& ulaw, double db) {
  Payload out(ulaw.size());
  voice::GainTable(db).apply(ulaw, out);
  return out;
}

}  // namespace

TEST_CASE("a gain is heard by the others, and subtracted from what its owner hears", "[room]") {
  std::mt19937 random{7};
  TestRoom plain, turned;
  std::vector<ParticipantId> here, there;
  for (int i = 0; i < 3; ++i) {
    here.push_back(plain.join());
    there.push_back(turned.join());
  }
  turned.room.set_gain(there[1], -12.0);

  for (int tick = 0; tick < 5; ++tick) {
    for (std::size_t i = 0; i < 3; ++i) {
      const Payload said = random_payload(random);
      plain.say(here[i], i == 1 ? scaled(said, -12.0) : said);
      turned.say(there[i], said);
    }
    const auto wanted = plain.tick();
    const auto heard = turned.tick();

    // As if it had spoken more softly; it still hears nothing of itself.
    REQUIRE(heard.size() == wanted.size());
    for (std::size_t i = 0; i < heard.size(); ++i) CHECK(heard[i].payload == wanted[i].payload);
  }
}

TEST_CASE("at 0 dB again, sound passes bit for bit", "[room]") {
  TestRoom trial;
  const ParticipantId talker = trial.join();
  trial.join();
  std::mt19937 random{8};
  const Payload said = random_payload(random);

  trial.room.set_gain(talker, 6.0);
  trial.say(talker, said);
  CHECK(trial.tick()[1].payload == scaled(said, 6.0));
  trial.room.set_gain(talker, 0.0);
  trial.say(talker, said);
  (void)trial.tick();  // from one gain to the other
  trial.say(talker, said);
  CHECK(trial.tick()[1].payload == said);
}

TEST_CASE("a gain for a participant that has left does nothing", "[room]") {
  TestRoom trial;
  const ParticipantId gone = trial.join();
  trial.room.leave(gone);
  const ParticipantId next = trial.join();

  trial.room.set_gain(gone, 6.0);

  CHECK(trial.room.find(next)->gain == nullptr);
}

TEST_CASE("the meter rises at once and falls by 20 dB in one and a half seconds", "[room]") {
  TestRoom trial;
  const ParticipantId talker = trial.join();
  const Payload loud(160, 0x00), soft(160, 0x70);
  CHECK(trial.room.level_dbfs(talker) == voice::level_dbfs_min);

  trial.say(talker, soft);
  trial.tick();
  const double low = trial.room.level_dbfs(talker);
  trial.say(talker, loud);
  trial.tick();
  const double high = trial.room.level_dbfs(talker);
  CHECK(high > low + 40.0);

  for (int tick = 0; tick < 75; ++tick) {
    trial.say(talker, soft);
    trial.tick();
  }
  CHECK(trial.room.level_dbfs(talker) == Approx(high - 20.0).margin(1.5));

  trial.tick();  // nothing said
  CHECK(trial.room.level_dbfs(talker) == voice::level_dbfs_min);
}

TEST_CASE("the meter falls in silence", "[room]") {
  const bool muted = GENERATE(false, true);
  INFO((muted ? "because the operator has muted it" : "because nothing comes"));
  TestRoom trial;
  const ParticipantId talker = trial.join();
  const Payload loud(160, 0x00), soft(160, 0x7E);
  trial.say(talker, loud);
  trial.tick();
  const double high = trial.room.level_dbfs(talker);

  trial.room.set_mutes(talker, {.microphone = muted});
  for (int tick = 0; tick < 75; ++tick) {
    if (muted) trial.say(talker, loud);
    trial.tick();
  }
  trial.room.set_mutes(talker, {});
  trial.say(talker, soft);
  trial.tick();

  CHECK(trial.room.level_dbfs(talker) == Approx(high - 20.0).margin(1.5));
}

TEST_CASE("after a long silence the meter shows the present sound", "[room]") {
  TestRoom trial;
  const ParticipantId talker = trial.join();
  trial.say(talker, Payload(160, 0x00));
  for (int tick = 0; tick < 100'000; ++tick) trial.tick();

  trial.say(talker, Payload(160, 0x7E));
  trial.tick();

  CHECK(trial.room.level_dbfs(talker) < -70.0);
}

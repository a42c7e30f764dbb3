// How loud the operator makes a participant for the others, and what the meter shows of it.
#include "common/audio/gain_table.hpp"
#include "common/audio/level.hpp"

#include "tests/server/conference/room.hpp"

using namespace voiced::test;
using voiced::ParticipantId;

namespace {

Payload scaled(const Payload& ulaw, double db) {
  Payload out(ulaw.size());
  voice::GainTable(db).apply(ulaw, out);
  return out;
}

}  // namespace

TEST_CASE("a gain is heard by the others, and subtracted from what its owner hears",
          "[conference]") {
  std::mt19937 random{7};
  Room plain, turned;
  std::vector<ParticipantId> here, there;
  for (int i = 0; i < 3; ++i) {
    here.push_back(plain.join());
    there.push_back(turned.join());
  }
  turned.conference.set_gain(there[1], -12.0);

  for (int tick = 0; tick < 5; ++tick) {
    for (std::size_t i = 0; i < 3; ++i) {
      const Payload said = random_payload(random);
      plain.say(here[i], i == 1 ? scaled(said, -12.0) : said);
      turned.say(there[i], said);
    }
    const auto wanted = plain.tick();
    const auto heard = turned.tick();

    // As if it had spoken more softly; so it hears nothing of itself, either.
    REQUIRE(heard.size() == wanted.size());
    for (std::size_t i = 0; i < heard.size(); ++i) CHECK(heard[i].payload == wanted[i].payload);
  }
}

TEST_CASE("0 dB is bit for bit what was said, again", "[conference]") {
  Room room;
  const ParticipantId talker = room.join();
  room.join();
  std::mt19937 random{8};
  const Payload said = random_payload(random);

  room.conference.set_gain(talker, 6.0);
  room.say(talker, said);
  CHECK(room.tick()[1].payload == scaled(said, 6.0));
  room.conference.set_gain(talker, 0.0);
  room.say(talker, said);
  CHECK(room.tick()[1].payload == said);
}

TEST_CASE("a gain for one who has left does nothing", "[conference]") {
  Room room;
  const ParticipantId gone = room.join();
  room.conference.leave(gone);
  const ParticipantId next = room.join();

  room.conference.set_gain(gone, 6.0);

  CHECK(room.conference.find(next)->gain == nullptr);
}

TEST_CASE("the meter rises at once and falls by 20 dB in one and a half seconds", "[conference]") {
  Room room;
  const ParticipantId talker = room.join();
  const Payload loud(160, 0x00), soft(160, 0x70);
  CHECK(room.conference.level_dbfs(talker) == voice::level_dbfs_min);

  room.say(talker, soft);
  room.tick();
  const double low = room.conference.level_dbfs(talker);
  room.say(talker, loud);
  room.tick();
  const double high = room.conference.level_dbfs(talker);
  CHECK(high > low + 40.0);

  for (int tick = 0; tick < 75; ++tick) {
    room.say(talker, soft);
    room.tick();
  }
  CHECK(room.conference.level_dbfs(talker) == Approx(high - 20.0).margin(1.5));

  room.tick();  // nothing said
  CHECK(room.conference.level_dbfs(talker) == voice::level_dbfs_min);
}

TEST_CASE("the meter falls while nothing is said", "[conference]") {
  const bool muted = GENERATE(false, true);
  INFO((muted ? "because the operator has muted it" : "because nothing comes"));
  Room room;
  const ParticipantId talker = room.join();
  const Payload loud(160, 0x00), soft(160, 0x7E);
  room.say(talker, loud);
  room.tick();
  const double high = room.conference.level_dbfs(talker);

  room.conference.set_mutes(talker, {.microphone = muted});
  for (int tick = 0; tick < 75; ++tick) {
    if (muted) room.say(talker, loud);
    room.tick();
  }
  room.conference.set_mutes(talker, {});
  room.say(talker, soft);
  room.tick();

  CHECK(room.conference.level_dbfs(talker) == Approx(high - 20.0).margin(1.5));
}

TEST_CASE("after a long silence the meter shows what is said now", "[conference]") {
  Room room;
  const ParticipantId talker = room.join();
  room.say(talker, Payload(160, 0x00));
  for (int tick = 0; tick < 100'000; ++tick) room.tick();

  room.say(talker, Payload(160, 0x7E));
  room.tick();

  CHECK(room.conference.level_dbfs(talker) < -70.0);
}

// What a participant hears that is alone in a room.
#include "tests/server/room/test_room.hpp"

using namespace voiced;
using namespace voiced::test;

namespace {

RoomOptions silent_when_empty() {
  RoomOptions options = test_options();
  options.silent_when_empty = true;
  return options;
}

}  // namespace

TEST_CASE("a participant that talks alone is sent silence, or nothing if the room is set so",
          "[room]") {
  TestRoom usual, quiet(silent_when_empty());
  const auto usual_one = usual.join(), quiet_one = quiet.join();
  usual.say(usual_one, Payload(160, 0x20));
  quiet.say(quiet_one, Payload(160, 0x20));
  CHECK(heard_by(usual_one, usual.tick()) == Payload(160, 0xFF));
  CHECK(quiet.tick().empty());
  CHECK(quiet.room.counters().messages_out == 0);
  CHECK(quiet.room.contributes(quiet_one));

  quiet.room.set_silent_when_empty(false);
  quiet.say(quiet_one, Payload(160, 0x20), 1);
  CHECK(quiet.tick().size() == 1);
}

TEST_CASE("as soon as there are two participants, everything is as usual, and time has advanced",
          "[room]") {
  TestRoom trial(silent_when_empty());
  const auto talker = trial.join();
  std::uint16_t sequence = 0;
  for (; sequence < 10; ++sequence) {
    trial.say(talker, Payload(160, 0x20), sequence);
    CHECK(trial.tick().empty());
  }
  const auto listener = trial.join();
  trial.say(talker, Payload(160, 0x20), sequence++);
  const auto heard = trial.tick();
  CHECK(heard.size() == 2);
  CHECK(heard_by(listener, heard) == Payload(160, 0x20));
  CHECK(heard_by(talker, heard) == Payload(160, 0xFF));
  CHECK(heard.at(0).header.sequence == 4596);
  CHECK(static_cast<std::uint32_t>(heard.at(0).header.timestamp) == 10 * 160);

  trial.room.leave(listener);
  trial.say(talker, Payload(160, 0x20), sequence);
  CHECK(trial.tick().empty());
}

TEST_CASE("a classic peer that talks alone is sent signs of life", "[room]") {
  TestRoom trial(silent_when_empty());
  const auto talker = trial.join();
  int signs = 0;
  for (std::uint16_t i = 0; i < 300; ++i) {
    trial.say(talker, Payload(160, 0x20), i);
    CHECK(trial.tick().empty());
    for (const ParticipantId id : trial.room.quiet_listeners()) {
      CHECK(id == talker);
      ++signs;
    }
  }
  CHECK(signs == 2);
}

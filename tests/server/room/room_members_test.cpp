// Joining, leaving, and ids that have outlived their owners.
#include "common/audio/level.hpp"

#include "tests/server/room/test_room.hpp"

#include <algorithm>

using namespace voiced::test;
using voice::Insert;
using voiced::JoinError;
using voiced::ParticipantId;

TEST_CASE("a full room refuses the next participant, until one leaves", "[room]") {
  TestRoom trial(test_options(8000, 3));
  const auto a = trial.join();
  trial.join();
  trial.join();

  const auto fourth = trial.room.join();
  REQUIRE_FALSE(fourth);
  CHECK(fourth.error() == JoinError::room_full);

  trial.room.leave(a);
  CHECK(trial.room.join());
  CHECK(trial.room.participants() == 3);
  CHECK(trial.room.counters().joins == 4);
  CHECK(trial.room.counters().leaves == 1);
}

TEST_CASE("a conference that has no place refuses everyone and ticks on", "[room]") {
  TestRoom trial(test_options(8000, 0));

  CHECK_FALSE(trial.room.join());
  CHECK(trial.tick().empty());
}

TEST_CASE("a reused slot never answers to the old id", "[room]") {
  TestRoom trial(test_options(8000, 1));
  const auto first = trial.join();
  trial.room.leave(first);
  const auto second = trial.join();

  CHECK(second.slot == first.slot);
  CHECK(second != first);
  CHECK(trial.room.find(first) == nullptr);
  CHECK(trial.room.find(second) != nullptr);

  trial.room.set_mutes(first, {.microphone = true, .loudspeaker = true});
  trial.room.set_sequencing(first, voiced::Sequencing::trusted);
  CHECK(trial.say(first, silence()) == Insert::accepted);
  CHECK(trial.room.level_dbfs(first) == voice::level_dbfs_min);
  trial.room.leave(first);

  const auto* const participant = trial.room.find(second);
  REQUIRE(participant != nullptr);
  CHECK(participant->mutes == voiced::Mutes{});
  CHECK(participant->playout.sequencing() == voiced::Sequencing::ignored);
  CHECK(participant->playout.empty());
  CHECK(trial.tick().empty());
  CHECK(trial.room.counters().packets_in == 0);
  CHECK(trial.room.counters().leaves == 1);
}

TEST_CASE("invented ids are ignored", "[room]") {
  TestRoom trial;
  const auto id = trial.join();
  for (const ParticipantId stray :
       {ParticipantId{id.slot, id.generation + 1}, ParticipantId{id.slot + 1, 0},
        ParticipantId{1'000'000, 1}, ParticipantId{UINT32_MAX, UINT32_MAX}, ParticipantId{}}) {
    CHECK(trial.room.find(stray) == nullptr);
    trial.say(stray, silence());
    trial.room.set_mutes(stray, {.loudspeaker = true});
    trial.room.leave(stray);
  }

  CHECK(trial.room.participants() == 1);
  CHECK(trial.tick().empty());
}

TEST_CASE("a packet without audio carries nothing", "[room]") {
  TestRoom trial;
  const auto id = trial.join();

  CHECK(trial.say(id, {}) == Insert::accepted);

  CHECK(trial.tick().empty());
  CHECK(trial.room.counters().packets_in == 0);
}

TEST_CASE("a participant that leaves takes its frames along, and the others play on", "[room]") {
  const auto order = GENERATE(0U, 1U, 2U, 3U);
  TestRoom trial;
  std::vector<ParticipantId> ids{trial.join(), trial.join(), trial.join(), trial.join()};
  std::mt19937 random(order);
  for (const auto id : ids) trial.say(id, random_payload(random));
  trial.tick();
  std::vector<Payload> said;
  for (const auto id : ids) {
    said.push_back(random_payload(random));
    trial.say(id, said.back());
  }

  trial.room.leave(ids[order]);
  ids.erase(ids.begin() + order);
  said.erase(said.begin() + order);
  const auto all = trial.tick();

  REQUIRE(all.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) CHECK(heard_by(ids[i], all) == mix_of(without(said, i)));
}

TEST_CASE("a participant may leave while the messages of a tick are being sent", "[room]") {
  TestRoom trial;
  std::vector<ParticipantId> ids;
  std::vector<Payload> said;
  std::mt19937 random(5);
  for (std::size_t i = 0; i < 6; ++i) {
    ids.push_back(trial.join());
    said.push_back(random_payload(random));
    trial.say(ids[i], said[i]);
  }

  // As the shell does: each send may find a dead peer.
  std::size_t sent = 0;
  for (const ParticipantId listener : trial.room.tick(trial.now)) {
    const voice::Bytes message = trial.room.message_for(listener);
    const auto at = std::find(ids.begin(), ids.end(), listener) - ids.begin();
    const auto i = static_cast<std::size_t>(at);
    REQUIRE(i < ids.size());
    if (i % 2 == 0) trial.room.leave(ids[i]);
    if (i % 2 == 0) CHECK(trial.room.message_for(ids[i]).empty());
    const Payload payload(message.begin() + voice::packet_overhead_bytes, message.end());
    CHECK(payload == mix_of(without(said, i)));
    ++sent;
  }

  CHECK(sent == 6);
  CHECK(trial.room.participants() == 3);
  CHECK(trial.room.contributors() == 3);
  const auto newcomer = trial.join();
  CHECK(trial.room.level_dbfs(newcomer) == voice::level_dbfs_min);
  const Payload alone = random_payload(random);
  trial.say(ids[1], alone);
  const auto all = trial.tick();
  CHECK(all.size() == 4);
  CHECK(heard_by(newcomer, all) == alone);
}

TEST_CASE("a new jitter depth holds for present and later participants", "[room]") {
  TestRoom trial;
  const auto talker = trial.join();
  const auto listener = trial.join();
  std::mt19937 random(8);
  std::vector<Payload> said;
  for (int i = 0; i < 2; ++i) {
    said.push_back(random_payload(random));
    trial.say(talker, said.back());
  }

  trial.room.set_playout(voice::fixed_playout(8));
  const auto newcomer = trial.join();

  CHECK(trial.room.find(talker)->playout.status().depth_packets == 8);
  CHECK(trial.room.find(newcomer)->playout.status().depth_packets == 8);
  CHECK(heard_by(listener, trial.tick()) == said[0]);
  CHECK(heard_by(listener, trial.tick()) == said[1]);
  CHECK(trial.tick().empty());
  // The target is four packets now.
  for (int i = 0; i < 3; ++i) trial.say(talker, said[0]);
  CHECK(trial.tick().empty());
  trial.say(talker, said[0]);
  CHECK(heard_by(listener, trial.tick()) == said[0]);
}

TEST_CASE("the sequence numbers of a peer count only when they are trusted", "[room]") {
  auto options = test_options();
  options.playout = voice::fixed_playout(8);
  TestRoom trial(options);
  const auto id = trial.join();

  CHECK(trial.say(id, silence(), 10) == Insert::accepted);
  CHECK(trial.say(id, silence(), 10) == Insert::accepted);
  CHECK(trial.say(id, silence(), 9) == Insert::accepted);

  trial.room.set_sequencing(id, voiced::Sequencing::trusted);
  CHECK(trial.say(id, silence(), 20) == Insert::accepted);
  CHECK(trial.say(id, silence(), 20) == Insert::duplicate);
  CHECK(trial.say(id, silence(), 19) == Insert::late);
}

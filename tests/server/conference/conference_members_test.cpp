// Coming, going, and ids that have outlived their owners.
#include "common/audio/level.hpp"

#include "tests/server/conference/room.hpp"

#include <algorithm>

using namespace voiced::test;
using voice::Insert;
using voiced::JoinError;
using voiced::ParticipantId;

TEST_CASE("the next one is refused when the conference is full, until somebody leaves",
          "[conference]") {
  Room room(room_options(8000, 3));
  const auto a = room.join();
  room.join();
  room.join();

  const auto fourth = room.conference.join();
  REQUIRE_FALSE(fourth);
  CHECK(fourth.error() == JoinError::conference_full);
  REQUIRE_FALSE(room.conference.join_local());

  room.conference.leave(a);
  CHECK(room.conference.join_local());
  CHECK(room.conference.participants() == 3);
  CHECK(room.conference.counters().joins == 4);
  CHECK(room.conference.counters().leaves == 1);
}

TEST_CASE("a conference that has no place refuses everyone and ticks on", "[conference]") {
  Room room(room_options(8000, 0));

  CHECK_FALSE(room.conference.join());
  CHECK(room.tick().empty());
}

TEST_CASE("a slot that is used again never answers to the old id", "[conference]") {
  Room room(room_options(8000, 1));
  const auto first = room.join();
  room.conference.leave(first);
  const auto second = room.join();

  CHECK(second.slot == first.slot);
  CHECK(second != first);
  CHECK(room.conference.find(first) == nullptr);
  CHECK(room.conference.find(second) != nullptr);

  room.conference.set_mutes(first, {.microphone = true, .loudspeaker = true});
  room.conference.set_sequencing(first, voiced::Sequencing::trusted);
  CHECK(room.say(first, silence()) == Insert::accepted);
  CHECK(room.conference.level_dbfs(first) == voice::level_dbfs_min);
  room.conference.leave(first);

  const auto* const participant = room.conference.find(second);
  REQUIRE(participant != nullptr);
  CHECK(participant->mutes == voiced::Mutes{});
  CHECK(participant->playout.sequencing() == voiced::Sequencing::ignored);
  CHECK(participant->playout.empty());
  CHECK(room.tick().empty());
  CHECK(room.conference.counters().packets_in == 0);
  CHECK(room.conference.counters().leaves == 1);
}

TEST_CASE("ids from nowhere are ignored", "[conference]") {
  Room room;
  const auto id = room.join();
  for (const ParticipantId stray :
       {ParticipantId{id.slot, id.generation + 1}, ParticipantId{id.slot + 1, 0},
        ParticipantId{1'000'000, 1}, ParticipantId{UINT32_MAX, UINT32_MAX}, ParticipantId{}}) {
    CHECK(room.conference.find(stray) == nullptr);
    room.say(stray, silence());
    room.conference.set_mutes(stray, {.loudspeaker = true});
    room.conference.leave(stray);
  }

  CHECK(room.conference.participants() == 1);
  CHECK(room.tick().empty());
}

TEST_CASE("a packet without audio carries nothing", "[conference]") {
  Room room;
  const auto id = room.join();

  CHECK(room.say(id, {}) == Insert::accepted);

  CHECK(room.tick().empty());
  CHECK(room.conference.counters().packets_in == 0);
}

TEST_CASE("a participant that leaves takes its frames along, and the others play on",
          "[conference]") {
  const auto order = GENERATE(0U, 1U, 2U, 3U);
  Room room;
  std::vector<ParticipantId> ids{room.join(), room.join(), room.join(), room.join()};
  std::mt19937 random(order);
  for (const auto id : ids) room.say(id, random_payload(random));
  room.tick();
  std::vector<Payload> said;
  for (const auto id : ids) {
    said.push_back(random_payload(random));
    room.say(id, said.back());
  }

  room.conference.leave(ids[order]);
  ids.erase(ids.begin() + order);
  said.erase(said.begin() + order);
  const auto all = room.tick();

  REQUIRE(all.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) CHECK(heard_by(ids[i], all) == mix_of(without(said, i)));
}

TEST_CASE("a participant may leave while the messages of a tick are being sent", "[conference]") {
  Room room;
  std::vector<ParticipantId> ids;
  std::vector<Payload> said;
  std::mt19937 random(5);
  for (std::size_t i = 0; i < 6; ++i) {
    ids.push_back(room.join());
    said.push_back(random_payload(random));
    room.say(ids[i], said[i]);
  }

  // As the shell does: each send may find a dead peer.
  std::size_t sent = 0;
  for (const ParticipantId listener : room.conference.tick(room.now)) {
    const voice::Bytes message = room.conference.message_for(listener);
    const auto at = std::find(ids.begin(), ids.end(), listener) - ids.begin();
    const auto i = static_cast<std::size_t>(at);
    REQUIRE(i < ids.size());
    if (i % 2 == 0) room.conference.leave(ids[i]);
    if (i % 2 == 0) CHECK(room.conference.message_for(ids[i]).empty());
    const Payload payload(message.begin() + voice::packet_overhead_bytes, message.end());
    CHECK(payload == mix_of(without(said, i)));
    ++sent;
  }

  CHECK(sent == 6);
  CHECK(room.conference.participants() == 3);
  CHECK(room.conference.contributors() == 3);
  const auto newcomer = room.join();
  CHECK(room.conference.level_dbfs(newcomer) == voice::level_dbfs_min);
  const Payload alone = random_payload(random);
  room.say(ids[1], alone);
  const auto all = room.tick();
  CHECK(all.size() == 4);
  CHECK(heard_by(newcomer, all) == alone);
}

TEST_CASE("a new jitter depth holds for those who are here and those who come", "[conference]") {
  Room room;
  const auto talker = room.join();
  const auto listener = room.join();
  std::mt19937 random(8);
  std::vector<Payload> said;
  for (int i = 0; i < 2; ++i) {
    said.push_back(random_payload(random));
    room.say(talker, said.back());
  }

  room.conference.set_jitter_depth(8);
  const auto newcomer = room.join();

  CHECK(room.conference.find(talker)->playout.buffer().depth_packets() == 8);
  CHECK(room.conference.find(newcomer)->playout.buffer().depth_packets() == 8);
  CHECK(heard_by(listener, room.tick()) == said[0]);
  CHECK(heard_by(listener, room.tick()) == said[1]);
  CHECK(room.tick().empty());
  // Four packets are the target now.
  for (int i = 0; i < 3; ++i) room.say(talker, said[0]);
  CHECK(room.tick().empty());
  room.say(talker, said[0]);
  CHECK(heard_by(listener, room.tick()) == said[0]);
}

TEST_CASE("the sequence numbers of a peer count only when they are trusted", "[conference]") {
  auto options = room_options();
  options.jitter_depth_packets = 8;
  Room room(options);
  const auto id = room.join();

  CHECK(room.say(id, silence(), 10) == Insert::accepted);
  CHECK(room.say(id, silence(), 10) == Insert::accepted);
  CHECK(room.say(id, silence(), 9) == Insert::accepted);

  room.conference.set_sequencing(id, voiced::Sequencing::trusted);
  CHECK(room.say(id, silence(), 20) == Insert::accepted);
  CHECK(room.say(id, silence(), 20) == Insert::duplicate);
  CHECK(room.say(id, silence(), 19) == Insert::late);
}

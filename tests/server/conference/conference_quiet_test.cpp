// Signs of life in a conference where nobody speaks.
#include "common/wire/rtp_packet.hpp"

#include "tests/server/conference/room.hpp"

#include <map>

using namespace voiced;
using namespace voiced::test;

namespace {

std::map<std::uint32_t, int> signs_by_slot(Room& room, int ticks) {
  std::map<std::uint32_t, int> signs;
  for (int i = 0; i < ticks; ++i) {
    CHECK(room.tick().empty());
    for (const ParticipantId id : room.conference.quiet_listeners()) ++signs[id.slot];
  }
  return signs;
}

}  // namespace

TEST_CASE("in a pause each listener is sent a sign of life every 2.5 s, and they take turns",
          "[conference]") {
  Room room;
  std::vector<ParticipantId> ids;
  for (int i = 0; i < 60; ++i) ids.push_back(room.join());
  CHECK(signs_by_slot(room, 124).empty());

  std::size_t most = 0;
  std::map<std::uint32_t, int> signs;
  for (int i = 0; i < 3 * 125; ++i) {
    room.tick();
    const auto listeners = room.conference.quiet_listeners();
    most = std::max(most, listeners.size());
    for (const ParticipantId id : listeners) ++signs[id.slot];
  }

  CHECK(most == 4);  // a 16th of 60, and one
  for (const ParticipantId id : ids) CHECK(signs[id.slot] == 3);
  CHECK(room.conference.counters().messages_out == 0);
}

TEST_CASE("who comes into a pause is sent a sign of life 2.5 s later", "[conference]") {
  Room room;
  CHECK(signs_by_slot(room, 200).empty());
  const auto late = room.join();

  CHECK(signs_by_slot(room, 124).empty());
  CHECK(signs_by_slot(room, 1) == std::map<std::uint32_t, int>{{late.slot, 1}});
}

TEST_CASE("who speaks voice/1, is muted or waits outside is sent no sign of life", "[conference]") {
  Room room;
  const auto classic = room.join(), modern = room.join(), muted = room.join(),
             outside = room.join();
  const auto own = room.conference.join_local();
  REQUIRE(own);
  room.conference.set_sequencing(modern, Sequencing::trusted);
  room.conference.set_mutes(muted, {.loudspeaker = true});
  room.conference.set_outside(outside, true);

  const auto signs = signs_by_slot(room, 200);

  CHECK(signs == std::map<std::uint32_t, int>{{classic.slot, 1}});
}

TEST_CASE("while somebody speaks, and shortly after, nobody needs a sign of life", "[conference]") {
  Room room;
  const auto talker = room.join();
  room.join();
  for (int i = 0; i < 200; ++i) {
    room.say(talker, silence());
    CHECK(room.tick().size() == 2);
    CHECK(room.conference.quiet_listeners().empty());
  }

  CHECK(signs_by_slot(room, 124).empty());
  CHECK(signs_by_slot(room, 2).size() == 2);
}

TEST_CASE("a sign of life is a header without sound, and takes no number", "[conference]") {
  Room room;
  const auto talker = room.join();
  room.say(talker, silence());
  const auto before = room.tick().at(0).header;
  room.tick();

  const voice::Bytes message = room.conference.sign_of_life();

  REQUIRE(message.size() == voice::packet_overhead_bytes);
  const auto payload = message.subspan(voice::length_prefix_bytes);
  CHECK(voice::load_le32(message.data()) == payload.size());
  const auto packet = voice::rtp::parse(payload);
  REQUIRE(packet);
  CHECK(packet->payload.empty());
  CHECK(packet->header.sequence == before.sequence);
  room.say(talker, silence());
  CHECK(room.tick().at(0).header.sequence == before.sequence + 1);
}

// Signs of life in a room where nobody speaks.
#include "common/wire/rtp_packet.hpp"

#include "tests/server/room/test_room.hpp"

#include <map>

using namespace voiced;
using namespace voiced::test;

namespace {

std::map<std::uint32_t, int> signs_by_slot(TestRoom& trial, int ticks) {
  std::map<std::uint32_t, int> signs;
  for (int i = 0; i < ticks; ++i) {
    CHECK(trial.tick().empty());
    for (const ParticipantId id : trial.room.quiet_listeners()) ++signs[id.slot];
  }
  return signs;
}

// The header of the message, which has nothing else.
voice::rtp::Header sign_for(ParticipantId listener, TestRoom& trial) {
  const voice::Bytes message = trial.room.sign_of_life(listener);
  REQUIRE(message.size() == voice::packet_overhead_bytes);
  const auto payload = message.subspan(voice::length_prefix_bytes);
  CHECK(voice::load_le32(message.data()) == payload.size());
  const auto packet = voice::rtp::parse(payload);
  REQUIRE(packet);
  CHECK(packet->payload.empty());
  return packet->header;
}

}  // namespace

TEST_CASE("in a pause each listener is sent a sign of life every 2.5 s, in turn", "[room]") {
  TestRoom trial;
  std::vector<ParticipantId> ids;
  for (int i = 0; i < 60; ++i) ids.push_back(trial.join());
  CHECK(signs_by_slot(trial, 124).empty());

  std::size_t most = 0;
  std::map<std::uint32_t, int> signs;
  for (int i = 0; i < 3 * 125; ++i) {
    trial.tick();
    const auto listeners = trial.room.quiet_listeners();
    most = std::max(most, listeners.size());
    for (const ParticipantId id : listeners) ++signs[id.slot];
  }

  CHECK(most == 4);  // a 16th of 60, and one
  for (const ParticipantId id : ids) CHECK(signs[id.slot] == 3);
  CHECK(trial.room.counters().messages_out == 0);
}

TEST_CASE("a peer that joins in a pause is sent a sign of life 2.5 s later", "[room]") {
  TestRoom trial;
  CHECK(signs_by_slot(trial, 200).empty());
  const auto late = trial.join();

  CHECK(signs_by_slot(trial, 124).empty());
  CHECK(signs_by_slot(trial, 1) == std::map<std::uint32_t, int>{{late.slot, 1}});
}

TEST_CASE("a peer that speaks voice/1, is muted or waits outside is sent no sign of life",
          "[room]") {
  TestRoom trial;
  const auto classic = trial.join(), modern = trial.join(), muted = trial.join(),
             outside = trial.join();
  trial.room.needs_no_signs_of_life(trial.join());
  trial.room.set_sequencing(modern, Sequencing::trusted);
  trial.room.set_mutes(muted, {.loudspeaker = true});
  trial.room.set_outside(outside, true);

  const auto signs = signs_by_slot(trial, 200);

  CHECK(signs == std::map<std::uint32_t, int>{{classic.slot, 1}});
}

TEST_CASE("while somebody speaks, and shortly after, nobody needs a sign of life", "[room]") {
  TestRoom trial;
  const auto talker = trial.join();
  trial.join();
  for (int i = 0; i < 200; ++i) {
    trial.say(talker, silence());
    CHECK(trial.tick().size() == 2);
    CHECK(trial.room.quiet_listeners().empty());
  }

  CHECK(signs_by_slot(trial, 124).empty());
  CHECK(signs_by_slot(trial, 2).size() == 2);
}

TEST_CASE("a sign of life is a header without sound, and takes no number", "[room]") {
  TestRoom trial;
  const auto talker = trial.join();
  trial.say(talker, silence());
  const auto before = trial.tick().at(0).header;
  trial.tick();

  CHECK(sign_for(talker, trial).sequence == before.sequence);
  trial.say(talker, silence());
  CHECK(trial.tick().at(0).header.sequence == before.sequence + 1);
}

TEST_CASE("a message without sound belongs to the stream of its listener", "[room]") {
  auto options = test_options(8000);
  options.other_format = *voice::AudioFormat::from_rate(16000);
  TestRoom trial(options);
  const auto other = trial.join(), fine_other = trial.join(), usual = trial.join(),
             fine = trial.join();
  for (const ParticipantId id : {usual, fine}) trial.room.use_room_rate(id);
  for (const ParticipantId id : {fine, fine_other}) trial.room.set_codec(id, voice::CodecId::l16);

  for (int round = 0; round < 3; ++round) {
    trial.say(usual, silence());
    const auto all = trial.tick();
    trial.tick();
    REQUIRE(all.size() == 4);
    for (const Heard& heard : all) {
      const voice::rtp::Header sign = sign_for(heard.who, trial);
      const bool has_other_rate = heard.who == other || heard.who == fine_other;
      CHECK(sign.payload_type == heard.header.payload_type);
      CHECK(sign.sequence == heard.header.sequence);
      // The tick with sound and the one without are over.
      CHECK(static_cast<std::uint32_t>(sign.timestamp) ==
            static_cast<std::uint32_t>(heard.header.timestamp) + (has_other_rate ? 640U : 320U));
    }
  }
  trial.room.leave(fine);
  CHECK(trial.room.sign_of_life(fine).empty());
}

TEST_CASE("when the last talker falls silent, all who speak voice/1 are told once", "[room]") {
  TestRoom trial;
  const auto talker = trial.join(), modern = trial.join(), classic = trial.join(),
             muted = trial.join(), inside = trial.join();
  for (const ParticipantId id : {talker, modern, muted, inside})
    trial.room.set_sequencing(id, Sequencing::trusted);
  trial.room.set_mutes(muted, {.loudspeaker = true});
  trial.room.needs_no_signs_of_life(inside);

  CHECK(signs_by_slot(trial, 20).empty());  // nobody has spoken yet
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 5; ++i) {
      trial.say(talker, silence(), static_cast<std::uint16_t>(5 * round + i));
      REQUIRE(trial.tick().size() == 4);
      CHECK(trial.room.quiet_listeners().empty());
    }
    CHECK(signs_by_slot(trial, 1) ==
          std::map<std::uint32_t, int>{{talker.slot, 1}, {modern.slot, 1}});
    CHECK(signs_by_slot(trial, 100).empty());
  }
  CHECK(trial.room.frames_sent(classic) == 15);
}

TEST_CASE("a receiver of the announcement takes the pause for none of its losses", "[room]") {
  TestRoom trial;
  const auto talker = trial.join(), ear = trial.join();
  trial.room.set_sequencing(ear, Sequencing::trusted);
  voice::Playout heard(trial.room.format(), {});
  heard.set_sequencing(voice::Sequencing::trusted);

  for (int tick = 0; tick < 1000; ++tick) {
    const bool speaks = tick % 100 < 60;
    if (speaks) trial.say(talker, silence());
    for (const Heard& each : trial.tick()) {
      if (each.who == ear) heard.insert({each.header, each.payload}, trial.now);
    }
    if (!trial.room.quiet_listeners().empty()) heard.pause();
    std::vector<std::int16_t> pcm(160);
    heard.take(pcm, trial.now);
    trial.now += voice::frame_duration;
  }

  CHECK(heard.counters().primed == 10);
  CHECK(heard.counters().underflows == 0);
  CHECK(heard.counters().lost == 0);
  CHECK(heard.counters().late == 0);
}

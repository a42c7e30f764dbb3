// Participants who speak and hear different codecs in one conference, each exactly.
#include "common/audio/l16.hpp"

#include "tests/server/conference/room.hpp"

#include <algorithm>

using namespace voiced::test;
using voice::CodecId;
using voiced::ParticipantId;

namespace {

using Samples = std::vector<std::int16_t>;

Samples decoded(const Payload& ulaw) {
  Samples samples;
  for (const std::uint8_t code : ulaw) {
    samples.push_back(static_cast<std::int16_t>(voice::test::g711_tables().decode[code]));
  }
  return samples;
}

Payload wire(const Samples& pcm) {
  Payload bytes(2 * pcm.size());
  voice::l16::encode(pcm, bytes);
  return bytes;
}

std::vector<std::int64_t> sum(const std::vector<Samples>& frames) {
  std::vector<std::int64_t> sums(160);
  for (const Samples& frame : frames) {
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += frame[i];
  }
  return sums;
}

// What a listener of each codec is to be sent of these.
Payload as_l16(const std::vector<Samples>& frames) {
  Samples pcm;
  for (const std::int64_t value : sum(frames)) {
    pcm.push_back(static_cast<std::int16_t>(std::clamp<std::int64_t>(value, -32768, 32767)));
  }
  return wire(pcm);
}

Payload as_pcmu(const std::vector<Samples>& frames) {
  Payload codes;
  for (const std::int64_t value : sum(frames)) {
    codes.push_back(voice::test::g711_tables().encode(value));
  }
  return codes;
}

// Of each codec two who talk and two who listen.
struct Mixed : Room {
  Mixed() {
    for (auto* const id : {&fine, &fine2, &fine_ear, &fine_ear2}) {
      *id = join();
      conference.set_codec(*id, CodecId::l16);
    }
    for (auto* const id : {&coarse, &coarse2, &coarse_ear, &coarse_ear2}) *id = join();
  }

  Samples speak_l16(ParticipantId id) {
    Samples said(160);
    for (auto& sample : said) sample = static_cast<std::int16_t>(random());
    say(id, wire(said));
    return said;
  }
  Samples speak_pcmu(ParticipantId id) {
    const Payload said = random_payload(random);
    say(id, said);
    return decoded(said);
  }

  ParticipantId fine, fine2, fine_ear, fine_ear2, coarse, coarse2, coarse_ear, coarse_ear2;
  std::mt19937 random{31};
};

}  // namespace

TEST_CASE("everybody hears everybody else in his own codec, exactly", "[conference]") {
  Mixed room;
  for (int round = 0; round < 20; ++round) {
    const Samples a = room.speak_l16(room.fine), b = room.speak_l16(room.fine2);
    const Samples c = room.speak_pcmu(room.coarse), d = room.speak_pcmu(room.coarse2);

    const auto all = room.tick();

    REQUIRE(all.size() == 8);
    CHECK(heard_by(room.fine, all) == as_l16({b, c, d}));
    CHECK(heard_by(room.fine2, all) == as_l16({a, c, d}));
    CHECK(heard_by(room.coarse, all) == as_pcmu({a, b, d}));
    CHECK(heard_by(room.coarse2, all) == as_pcmu({a, b, c}));
    for (const auto id : {room.fine_ear, room.fine_ear2}) {
      CHECK(heard_by(id, all) == as_l16({a, b, c, d}));
    }
    for (const auto id : {room.coarse_ear, room.coarse_ear2}) {
      CHECK(heard_by(id, all) == as_pcmu({a, b, c, d}));
    }
  }
}

TEST_CASE("one talker in L16 is heard in L16 without any loss", "[conference]") {
  Mixed room;
  const Samples said = room.speak_l16(room.fine);

  const auto all = room.tick();

  CHECK(heard_by(room.fine_ear, all) == wire(said));
  CHECK(heard_by(room.coarse_ear, all) == as_pcmu({said}));
  CHECK(heard_by(room.fine, all) == wire(Samples(160, 0)));
}

TEST_CASE("one talker in µ-law passes bit for bit to those who hear µ-law, whoever else listens",
          "[conference]") {
  Mixed room;
  const Payload said(160, 0x7F);
  room.say(room.coarse, said);

  const auto all = room.tick();

  CHECK(heard_by(room.coarse_ear, all) == said);
  CHECK(heard_by(room.fine_ear, all) == wire(Samples(160, 0)));
}

TEST_CASE("messages of a tick differ in payload type and bytes only, and time counts samples",
          "[conference]") {
  Mixed room;
  for (std::uint32_t round = 0; round < 3; ++round) {
    room.speak_l16(room.fine);
    for (const Heard& heard : room.tick()) {
      const bool fine = room.conference.find(heard.who)->playout.codec() == CodecId::l16;
      CHECK(heard.header.payload_type == (fine ? 96 : 0));
      CHECK(heard.payload.size() == (fine ? 320U : 160U));
      CHECK(heard.header.sequence == static_cast<std::uint16_t>(4596 + round));
      CHECK(static_cast<std::uint32_t>(heard.header.timestamp) == 160 * round);
    }
  }
}

TEST_CASE("who listens alike is sent the same message, made once", "[conference]") {
  Mixed room;
  room.speak_l16(room.fine);
  room.speak_pcmu(room.coarse);
  (void)room.conference.tick(room.now);

  const auto at = [&](ParticipantId id) { return room.conference.message_for(id).data(); };
  CHECK(at(room.fine_ear) == at(room.fine_ear2));
  CHECK(at(room.coarse_ear) == at(room.coarse_ear2));
  CHECK(at(room.fine_ear) != at(room.coarse_ear));
}

TEST_CASE("the operator makes an L16 talker louder and mutes it as any other", "[conference]") {
  Mixed room;
  room.conference.set_gain(room.fine, 6.0);
  Samples said(160, 1000);
  said[0] = 30000;
  room.say(room.fine, wire(said));
  Samples louder(160, 1995);
  louder[0] = 32767;
  CHECK(heard_by(room.fine_ear, room.tick()) == wire(louder));

  room.conference.set_mutes(room.fine, {.microphone = true});
  room.say(room.fine, wire(said));
  CHECK(room.tick().empty());
}

TEST_CASE("the level of an L16 talker is that of its samples", "[conference]") {
  Mixed room;
  room.say(room.fine, wire(Samples(160, -32768)));
  room.tick();

  CHECK(room.conference.level_dbfs(room.fine) == Approx(0.0).margin(0.01));
}

TEST_CASE("who changes his codec starts anew in it, and hears it at once", "[conference]") {
  Mixed room;
  room.speak_pcmu(room.coarse2);
  room.conference.set_codec(room.coarse2, CodecId::l16);
  CHECK(room.conference.find(room.coarse2)->playout.empty());

  const Samples a = room.speak_l16(room.coarse2), b = room.speak_pcmu(room.coarse);
  const auto all = room.tick();
  CHECK(heard_by(room.coarse2, all) == as_l16({b}));
  CHECK(heard_by(room.coarse, all) == as_pcmu({a}));

  room.conference.set_codec(room.coarse2, CodecId::pcmu);
  const Samples c = room.speak_pcmu(room.coarse2);
  CHECK(heard_by(room.coarse_ear, room.tick()) == as_pcmu({c}));
}

TEST_CASE("when the last L16 participant goes, those of µ-law hear on", "[conference]") {
  Mixed room;
  for (const auto id : {room.fine, room.fine2, room.fine_ear, room.fine_ear2}) {
    room.conference.leave(id);
  }
  const Samples said = room.speak_pcmu(room.coarse);

  CHECK(heard_by(room.coarse2, room.tick()) == as_pcmu({said}));
}

TEST_CASE("the server's own microphone is encoded only for those who hear it", "[conference]") {
  Mixed room;
  const auto here = room.conference.join_local();
  REQUIRE(here);
  room.conference.set_codec(*here, CodecId::l16);
  room.conference.set_mutes(room.coarse2, {.not_played_here = true});
  Samples own(160);
  for (auto& sample : own) sample = static_cast<std::int16_t>(room.random());

  room.conference.contribute(*here, own, room.now);
  const Samples a = room.speak_pcmu(room.coarse), b = room.speak_pcmu(room.coarse2);
  const auto all = room.tick();

  CHECK(heard_by(room.fine_ear, all) == as_l16({own, a, b}));
  CHECK(heard_by(room.coarse_ear, all) == as_pcmu({own, a, b}));
  CHECK(heard_by(room.coarse, all) == as_pcmu({own, b}));
  CHECK(heard_by(*here, all) == as_l16({a}));
}

TEST_CASE("samples contributed under an old id change nothing", "[conference]") {
  Mixed room;
  const auto gone = room.join();
  room.conference.leave(gone);

  CHECK(room.conference.contribute(gone, Samples(160, 1), room.now) == voice::Insert::accepted);
  CHECK(room.conference.contribute(room.fine, {}, room.now) == voice::Insert::accepted);
  CHECK(room.tick().empty());
}

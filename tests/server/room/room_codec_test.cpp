// Participants that speak and hear different codecs in one room, each exactly.
#include "common/audio/l16.hpp"

#include "tests/server/room/test_room.hpp"

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

// What a listener of each codec must be sent for these frames.
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

// For each codec, two participants that talk and two that listen.
struct Mixed : TestRoom {
  Mixed() {
    for (auto* const id : {&fine, &fine2, &fine_ear, &fine_ear2}) {
      *id = join();
      room.set_codec(*id, CodecId::l16);
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

TEST_CASE("everybody hears everybody else in their own codec, exactly", "[room]") {
  Mixed trial;
  for (int round = 0; round < 20; ++round) {
    const Samples a = trial.speak_l16(trial.fine), b = trial.speak_l16(trial.fine2);
    const Samples c = trial.speak_pcmu(trial.coarse), d = trial.speak_pcmu(trial.coarse2);

    const auto all = trial.tick();

    REQUIRE(all.size() == 8);
    CHECK(heard_by(trial.fine, all) == as_l16({b, c, d}));
    CHECK(heard_by(trial.fine2, all) == as_l16({a, c, d}));
    CHECK(heard_by(trial.coarse, all) == as_pcmu({a, b, d}));
    CHECK(heard_by(trial.coarse2, all) == as_pcmu({a, b, c}));
    for (const auto id : {trial.fine_ear, trial.fine_ear2}) {
      CHECK(heard_by(id, all) == as_l16({a, b, c, d}));
    }
    for (const auto id : {trial.coarse_ear, trial.coarse_ear2}) {
      CHECK(heard_by(id, all) == as_pcmu({a, b, c, d}));
    }
  }
}

TEST_CASE("one talker in L16 is heard in L16 without any loss", "[room]") {
  Mixed trial;
  const Samples said = trial.speak_l16(trial.fine);

  const auto all = trial.tick();

  CHECK(heard_by(trial.fine_ear, all) == wire(said));
  CHECK(heard_by(trial.coarse_ear, all) == as_pcmu({said}));
  CHECK(heard_by(trial.fine, all) == wire(Samples(160, 0)));
}

TEST_CASE("one µ-law talker passes bit for bit to µ-law listeners, whatever others hear",
          "[room]") {
  Mixed trial;
  const Payload said(160, 0x7F);
  trial.say(trial.coarse, said);

  const auto all = trial.tick();

  CHECK(heard_by(trial.coarse_ear, all) == said);
  CHECK(heard_by(trial.fine_ear, all) == wire(Samples(160, 0)));
}

TEST_CASE("messages of a tick differ in payload type and bytes only, and time counts samples",
          "[room]") {
  Mixed trial;
  for (std::uint32_t round = 0; round < 3; ++round) {
    trial.speak_l16(trial.fine);
    for (const Heard& heard : trial.tick()) {
      const bool fine = trial.room.find(heard.who)->playout.codec() == CodecId::l16;
      CHECK(heard.header.payload_type == (fine ? 96 : 0));
      CHECK(heard.payload.size() == (fine ? 320U : 160U));
      CHECK(heard.header.sequence == static_cast<std::uint16_t>(4596 + round));
      CHECK(static_cast<std::uint32_t>(heard.header.timestamp) == 160 * round);
    }
  }
}

TEST_CASE("listeners of one mix and codec are sent the same message, made once", "[room]") {
  Mixed trial;
  trial.speak_l16(trial.fine);
  trial.speak_pcmu(trial.coarse);
  (void)trial.room.tick(trial.now);

  const auto at = [&](ParticipantId id) { return trial.room.message_for(id).data(); };
  CHECK(at(trial.fine_ear) == at(trial.fine_ear2));
  CHECK(at(trial.coarse_ear) == at(trial.coarse_ear2));
  CHECK(at(trial.fine_ear) != at(trial.coarse_ear));
}

TEST_CASE("the operator makes an L16 talker louder and mutes it as any other", "[room]") {
  Mixed trial;
  trial.room.set_gain(trial.fine, 6.0);
  Samples said(160, 1000);
  said[0] = 30000;
  trial.say(trial.fine, wire(said));
  Samples louder(160, 1995);
  louder[0] = 32767;
  CHECK(heard_by(trial.fine_ear, trial.tick()) == wire(louder));

  trial.room.set_mutes(trial.fine, {.microphone = true});
  trial.say(trial.fine, wire(said));
  (void)trial.tick();  // fades out
  trial.say(trial.fine, wire(said));
  CHECK(trial.tick().empty());
}

TEST_CASE("the level of an L16 talker is that of its samples", "[room]") {
  Mixed trial;
  trial.say(trial.fine, wire(Samples(160, -32768)));
  trial.tick();

  CHECK(trial.room.level_dbfs(trial.fine) == Approx(0.0).margin(0.01));
}

TEST_CASE("a participant that changes its codec starts anew in it, and hears it at once",
          "[room]") {
  Mixed trial;
  trial.speak_pcmu(trial.coarse2);
  trial.room.set_codec(trial.coarse2, CodecId::l16);
  CHECK(trial.room.find(trial.coarse2)->playout.empty());

  const Samples a = trial.speak_l16(trial.coarse2), b = trial.speak_pcmu(trial.coarse);
  const auto all = trial.tick();
  CHECK(heard_by(trial.coarse2, all) == as_l16({b}));
  CHECK(heard_by(trial.coarse, all) == as_pcmu({a}));

  trial.room.set_codec(trial.coarse2, CodecId::pcmu);
  const Samples c = trial.speak_pcmu(trial.coarse2);
  CHECK(heard_by(trial.coarse_ear, trial.tick()) == as_pcmu({c}));
}

TEST_CASE("when the last L16 participant leaves, those with µ-law still hear", "[room]") {
  Mixed trial;
  for (const auto id : {trial.fine, trial.fine2, trial.fine_ear, trial.fine_ear2}) {
    trial.room.leave(id);
  }
  const Samples said = trial.speak_pcmu(trial.coarse);

  CHECK(heard_by(trial.coarse2, trial.tick()) == as_pcmu({said}));
}

TEST_CASE("the server's own microphone is encoded only for participants that hear it", "[room]") {
  Mixed trial;
  const auto here = trial.join();
  trial.room.set_codec(here, CodecId::l16);
  trial.room.leave_out(here, trial.coarse2, true);
  Samples own(160);
  for (auto& sample : own) sample = static_cast<std::int16_t>(trial.random());

  trial.room.contribute(here, own, trial.now);
  const Samples a = trial.speak_pcmu(trial.coarse), b = trial.speak_pcmu(trial.coarse2);
  const auto all = trial.tick();

  CHECK(heard_by(trial.fine_ear, all) == as_l16({own, a, b}));
  CHECK(heard_by(trial.coarse_ear, all) == as_pcmu({own, a, b}));
  CHECK(heard_by(trial.coarse, all) == as_pcmu({own, b}));
  CHECK(heard_by(here, all) == as_l16({a}));
}

TEST_CASE("samples contributed under an old id change nothing", "[room]") {
  Mixed trial;
  const auto gone = trial.join();
  trial.room.leave(gone);

  CHECK(trial.room.contribute(gone, Samples(160, 1), trial.now) == voice::Insert::accepted);
  CHECK(trial.room.contribute(trial.fine, {}, trial.now) == voice::Insert::accepted);
  CHECK(trial.tick().empty());
}

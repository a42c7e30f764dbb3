// Opus in a room, beside PCMU and L16: it is lossy, so a test compares how near a sound is to the
// original.
#include "common/audio/g711.hpp"
#include "common/audio/l16.hpp"

#include "tests/bench/sound/speech.hpp"
#include "tests/server/room/test_room.hpp"
#include "tests/support/opus_format.hpp"
#include "tests/support/segmental_snr.hpp"

#include <map>

using namespace voiced::test;
using voice::CodecId;
using voiced::ParticipantId;
using namespace voice::test::opus;

namespace {

// A participant with its own encoder and decoder, like a client.
struct Person {
  Person(RoomTrial& its_trial, CodecId its_codec, std::uint32_t seed)
      : trial(its_trial),
        codec(its_codec),
        id(its_trial.join()),
        encoder(voice::make_encoder(codec, format())),
        decoder(voice::make_decoder(codec, format())),
        said(bench::speech(rate_hz, 8, seed)) {
    trial.room.set_codec(id, codec);
  }

  void speak(std::size_t at) {
    Payload payload(voice::payload_bytes_max(codec, frame));
    payload.resize(encoder->encode(std::span{said}.subspan(at, frame), payload));
    REQUIRE(trial.say(id, payload) == voice::Insert::accepted);
  }
  void hear(const std::vector<Heard>& all) {
    const auto payload = heard_by(id, all);
    REQUIRE(payload);
    Samples pcm(frame);
    REQUIRE(decoder->decode(*payload, pcm) == frame);
    heard.insert(heard.end(), pcm.begin(), pcm.end());
    bytes += payload->size();
  }

  RoomTrial& trial;
  CodecId codec;
  ParticipantId id;
  std::unique_ptr<voice::Encoder> encoder;
  std::unique_ptr<voice::Decoder> decoder;
  Samples said;
  Samples heard;
  std::size_t bytes = 0;
};

Samples sum(const Samples& a, const Samples& b) {
  Samples all(a.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i] = static_cast<std::int16_t>(std::clamp(a[i] + b[i], -32768, 32767));
  }
  return all;
}

double snr_db(const Samples& wanted, const Person& person) {
  return voice::test::best_snr_db(wanted, person.heard, rate_hz, 16);
}

}  // namespace

TEST_CASE("Opus, L16 and PCMU participants hear each other, and nobody themselves",
          "[room][opus]") {
  TestRoom trial(test_options(rate_hz));
  Person a(trial, CodecId::opus, 1), b(trial, CodecId::opus, 2);
  Person ear(trial, CodecId::opus, 3), fine(trial, CodecId::l16, 3),
      coarse(trial, CodecId::pcmu, 3);

  for (std::size_t at = 0; at < a.said.size(); at += frame) {
    a.speak(at);
    b.speak(at);
    const auto all = trial.tick();
    for (Person* const person : {&a, &b, &ear, &fine, &coarse}) person->hear(all);
  }

  const Samples both = sum(a.said, b.said);
  // For the Opus participants, sound went through the codec twice.
  CHECK(snr_db(b.said, a) > 3);
  CHECK(snr_db(a.said, b) > 3);
  CHECK(snr_db(both, ear) > 3);
  CHECK(snr_db(both, fine) > 5);
  CHECK(snr_db(both, coarse) > 5);
  CHECK(snr_db(a.said, a) < 0);
  CHECK(snr_db(b.said, b) < 0);
}

TEST_CASE("what others say in L16 and PCMU reaches a listener of Opus", "[room][opus]") {
  TestRoom trial(test_options(rate_hz));
  Person fine(trial, CodecId::l16, 1), coarse(trial, CodecId::pcmu, 2);
  Person ear(trial, CodecId::opus, 3);

  for (std::size_t at = 0; at < fine.said.size(); at += frame) {
    fine.speak(at);
    coarse.speak(at);
    ear.hear(trial.tick());
  }

  CHECK(snr_db(sum(fine.said, coarse.said), ear) > 4);
}

TEST_CASE("messages of Opus have the header of the tick, their own length and payload type 97",
          "[room][opus]") {
  TestRoom trial(test_options(rate_hz));
  Person a(trial, CodecId::opus, 1), ear(trial, CodecId::opus, 2), coarse(trial, CodecId::pcmu, 3);
  std::map<std::size_t, int> lengths;

  for (std::uint32_t round = 0; round < 50; ++round) {
    a.speak(round * frame);
    for (const Heard& heard : trial.tick()) {
      const bool is_coarse = heard.who == coarse.id;
      CHECK(heard.header.payload_type == (is_coarse ? 0 : 97));
      CHECK(heard.header.sequence == static_cast<std::uint16_t>(4596 + round));
      CHECK(static_cast<std::uint32_t>(heard.header.timestamp) == frame * round);
      if (!is_coarse) ++lengths[heard.payload.size()];
    }
  }

  CHECK(lengths.size() > 5);
  CHECK(lengths.begin()->first > 0);
}

TEST_CASE("listeners of Opus are sent one message, made once, and each talker its own",
          "[room][opus]") {
  TestRoom trial(test_options(rate_hz));
  Person a(trial, CodecId::opus, 1), ear(trial, CodecId::opus, 2), ear2(trial, CodecId::opus, 3);
  a.speak(0);
  (void)trial.room.tick(trial.now);

  const auto at = [&](const Person& person) { return trial.room.message_for(person.id).data(); };
  CHECK(at(ear) == at(ear2));
  CHECK(at(ear) != at(a));
}

TEST_CASE("if all participants with Opus speak, the full mix is not encoded until one only listens",
          "[room][opus]") {
  TestRoom trial(test_options(rate_hz));
  Person a(trial, CodecId::opus, 1), b(trial, CodecId::opus, 2), fine(trial, CodecId::l16, 3);
  const auto quarter = 100 * frame;

  for (std::size_t at = 0; at < 4 * quarter; at += frame) {
    a.speak(at);
    if (at < quarter || at >= 3 * quarter) b.speak(at);
    const auto all = trial.tick();
    for (Person* const person : {&a, &b, &fine}) person->hear(all);
  }

  const auto part = [&](const Samples& pcm) {
    return Samples(pcm.begin() + 2 * static_cast<std::ptrdiff_t>(quarter),
                   pcm.begin() + 3 * static_cast<std::ptrdiff_t>(quarter));
  };
  CHECK(voice::test::best_snr_db(part(a.said), part(b.heard), rate_hz, 16) > 3);
  CHECK(voice::test::best_snr_db(part(a.said), part(fine.heard), rate_hz, 16) > 5);
}

TEST_CASE("the full mix is not encoded for a listener whose loudspeaker is muted", "[room][opus]") {
  TestRoom trial(test_options(rate_hz));
  Person a(trial, CodecId::opus, 1), ear(trial, CodecId::opus, 2);
  const auto message = [&](bool is_muted) {
    trial.room.set_mutes(ear.id, {.loudspeaker = is_muted});
    a.speak(0);
    (void)trial.room.tick(trial.now);
    return trial.room.message_for(ear.id);
  };

  CHECK(message(true).empty());
  CHECK_FALSE(message(false).empty());
  trial.room.leave(ear.id);
  a.speak(0);
  const auto all = trial.tick();
  REQUIRE(all.size() == 1);
  CHECK(all[0].who == a.id);
}

TEST_CASE("the bit rate of the mix follows the setting while it is sent", "[room][opus]") {
  auto options = test_options(rate_hz);
  options.opus_kbits = 16;
  TestRoom trial(options);
  Person a(trial, CodecId::opus, 1), b(trial, CodecId::opus, 2), ear(trial, CodecId::opus, 3);
  std::size_t bytes_before = 0, own_before = 0;

  for (std::size_t at = 0; at < a.said.size(); at += frame) {
    if (at == 200 * frame) {
      bytes_before = ear.bytes;
      own_before = a.bytes;
      trial.room.set_opus_kbits(96);
    }
    a.speak(at);
    b.speak(at);
    const auto all = trial.tick();
    ear.hear(all);
    a.hear(all);
  }

  CHECK(ear.bytes - bytes_before > 2 * bytes_before);
  CHECK(a.bytes - own_before > 2 * own_before);
}

TEST_CASE("an Opus talker is made louder, muted and left out like any other", "[room][opus]") {
  TestRoom trial(test_options(rate_hz));
  Person a(trial, CodecId::opus, 1), b(trial, CodecId::opus, 2), ear(trial, CodecId::opus, 3);
  trial.room.leave_out(ear.id, b.id, true);

  for (std::size_t at = 0; at < a.said.size(); at += frame) {
    a.speak(at);
    b.speak(at);
    ear.hear(trial.tick());
  }
  CHECK(snr_db(a.said, ear) > 3);

  trial.room.set_mutes(a.id, {.microphone = true});
  trial.room.set_mutes(b.id, {.microphone = true});
  a.speak(0);
  (void)trial.tick();  // fades out
  a.speak(0);
  CHECK(trial.tick().empty());
}

TEST_CASE("a room offers the codecs that it is set to and that work at its rate", "[room][opus]") {
  TestRoom trial(test_options(11025));
  CHECK_FALSE(trial.room.offers(CodecId::opus));
  CHECK(trial.room.offers(CodecId::l16));

  TestRoom other(test_options(48000));
  CHECK(other.room.offers(CodecId::opus));
  other.room.set_codecs(*voice::codecs_named("l16"));
  CHECK_FALSE(other.room.offers(CodecId::opus));
  CHECK(other.room.offers(CodecId::l16));
  CHECK(other.room.offers(CodecId::pcmu));
}

TEST_CASE("a pause is announced in the codec of each listener", "[room][opus]") {
  TestRoom trial(test_options(rate_hz));
  Person packed(trial, CodecId::opus, 1), fine(trial, CodecId::l16, 2);
  for (const ParticipantId id : {packed.id, fine.id}) {
    trial.room.set_sequencing(id, voiced::Sequencing::trusted);
  }
  packed.speak(0);
  const auto all = trial.tick();
  REQUIRE(all.size() == 2);
  CHECK(trial.room.quiet_listeners().empty());
  trial.tick();

  const auto told = trial.room.quiet_listeners();
  REQUIRE(told.size() == 2);
  for (const Heard& heard : all) {
    const voice::Bytes message = trial.room.sign_of_life(heard.who);
    const auto packet = voice::rtp::parse(message.subspan(voice::length_prefix_bytes));
    REQUIRE(packet);
    CHECK(packet->header.payload_type == heard.header.payload_type);
  }
}

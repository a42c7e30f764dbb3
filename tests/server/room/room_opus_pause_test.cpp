// Sound from before a pause must not be heard after it, however the coders remember it.
#include "tests/server/room/test_room.hpp"
#include "tests/support/opus_format.hpp"

using namespace voiced::test;
using voice::CodecId;
using voiced::ParticipantId;
using namespace voice::test::opus;

namespace {

constexpr int soft = 30;

// Talks in L16, so that its sound is encoded for those who hear Opus, or in Opus; hears Opus.
struct Person {
  Person(RoomTrial& its_trial, CodecId its_codec)
      : trial(its_trial),
        codec(its_codec),
        id(its_trial.join()),
        encoder(voice::make_encoder(codec, format())),
        decoder(voice::make_decoder(codec, format())) {
    trial.room.set_codec(id, codec);
  }
  void say(const Samples& pcm) {
    Payload payload(voice::payload_bytes_max(codec, frame));
    payload.resize(encoder->encode(pcm, payload));
    REQUIRE(trial.say(id, payload) == voice::Insert::accepted);
  }
  void shout() { say(loud_tone(tone_frames++)); }
  void murmur() {
    Samples pcm(frame);
    for (auto& each : pcm) each = static_cast<std::int16_t>(random() % (2 * soft)) - soft;
    say(pcm);
  }
  Samples hear(const std::vector<Heard>& all) {
    const auto payload = heard_by(id, all);
    REQUIRE(payload);
    Samples pcm(frame);
    REQUIRE(decoder->decode(*payload, pcm) == frame);
    return pcm;
  }

  RoomTrial& trial;
  CodecId codec;
  ParticipantId id;
  std::unique_ptr<voice::Encoder> encoder;
  std::unique_ptr<voice::Decoder> decoder;
  std::size_t tone_frames = 0;
  std::mt19937 random{7};
};

void be_silent(RoomTrial& trial, int ticks) {
  for (int i = 0; i < ticks; ++i) (void)trial.tick();
}

}  // namespace

TEST_CASE("nobody hears what was said in a conference that is over", "[room][opus]") {
  TestRoom trial(test_options(rate_hz));
  {
    Person talker(trial, CodecId::l16), ear(trial, CodecId::opus);
    for (int i = 0; i < 50; ++i) {
      talker.shout();
      (void)ear.hear(trial.tick());
    }
    trial.room.leave(talker.id);
    trial.room.leave(ear.id);
  }
  Person talker(trial, CodecId::l16), ear(trial, CodecId::opus);
  for (int i = 0; i < 10; ++i) {
    talker.murmur();
    CHECK(peak(ear.hear(trial.tick())) < 3 * soft);
  }
}

TEST_CASE("who is alone after a pause does not hear what the others said before it",
          "[room][opus]") {
  TestRoom trial(test_options(rate_hz));
  Person talker(trial, CodecId::l16), other(trial, CodecId::opus);
  for (int i = 0; i < 50; ++i) {
    talker.shout();
    other.shout();
    (void)other.hear(trial.tick());
  }
  be_silent(trial, 100);
  other.decoder->reset();

  for (int i = 0; i < 10; ++i) {
    other.murmur();
    CHECK(peak(other.hear(trial.tick())) < soft);
  }
}

TEST_CASE("a mix that is encoded after forwarded packets has nothing of what was encoded before",
          "[room][opus]") {
  TestRoom trial(test_options(rate_hz));
  Person talker(trial, CodecId::opus), other(trial, CodecId::l16), ear(trial, CodecId::opus);
  for (int i = 0; i < 50; ++i) {
    talker.shout();
    other.shout();
    (void)ear.hear(trial.tick());
  }
  for (int i = 0; i < 50; ++i) {
    talker.shout();
    (void)ear.hear(trial.tick());
  }
  for (int i = 0; i < 100; ++i) {
    talker.murmur();
    (void)ear.hear(trial.tick());
  }
  REQUIRE(trial.room.counters().forwarded_frames > 100);

  for (int i = 0; i < 10; ++i) {
    talker.murmur();
    other.murmur();
    CHECK(peak(ear.hear(trial.tick())) < 10 * soft);
  }
}

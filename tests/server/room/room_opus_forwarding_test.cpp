// A single talker's Opus packets are forwarded as they are to those who hear Opus.
#include "common/audio/g711.hpp"

#include "tests/bench/sound/speech.hpp"
#include "tests/server/room/test_room.hpp"
#include "tests/support/opus_format.hpp"
#include "tests/support/segmental_snr.hpp"

using namespace voiced::test;
using voice::CodecId;
using voiced::ParticipantId;
using namespace voice::test::opus;

namespace {

voiced::RoomOptions options(voice::PlayoutOptions playout = voice::fixed_playout(2)) {
  voiced::RoomOptions its = test_options(rate_hz);
  its.playout = playout;
  return its;
}

struct Ear {
  Ear(RoomTrial& trial, CodecId codec) : id(trial.join()) {
    trial.room.set_sequencing(id, voiced::Sequencing::trusted);
    trial.room.set_codec(id, codec);
  }
  ParticipantId id;
};

struct Talker : Ear {
  Talker(RoomTrial& its_trial, std::uint32_t seed, CodecId its_codec = CodecId::opus, int kbits = 0)
      : Ear(its_trial, its_codec),
        trial(its_trial),
        codec(its_codec),
        encoder(voice::make_encoder(its_codec, format(), kbits)),
        said(bench::speech(rate_hz, 20, seed)) {}

  Payload speak() {
    at = at + 2 * frame <= said.size() ? at + frame : 0;
    return speak(std::span{said}.subspan(at, frame));
  }
  Payload speak(std::span<const std::int16_t> pcm) {
    Payload payload(voice::payload_bytes_max(codec, frame));
    payload.resize(encoder->encode(pcm, payload));
    trial.room.receive(id, {header(), payload}, trial.now);
    ++sequence;
    timestamp += frame;
    marker = false;
    return payload;
  }
  void pause() {
    trial.room.receive(id, {header(), {}}, trial.now);
    marker = true;
  }
  void skip() { timestamp += frame; }
  [[nodiscard]] voice::rtp::Header header() const {
    return {.sequence = sequence, .timestamp = voice::rtp::Timestamp{timestamp}, .marker = marker};
  }

  RoomTrial& trial;
  CodecId codec;
  std::unique_ptr<voice::Encoder> encoder;
  Samples said;
  std::size_t at = 40 * frame;
  std::uint16_t sequence = 1;
  std::uint32_t timestamp = 0;
  bool marker = false;
};

std::uint64_t forwarded(const RoomTrial& trial) {
  return trial.room.counters().forwarded_frames;
}

// A room in which the talker has been alone for a second.
struct Conference : TestRoom {
  explicit Conference(const voiced::RoomOptions& its = options()) : TestRoom(its) {}

  std::vector<Heard> second() {
    std::vector<Heard> all;
    for (int i = 0; i < 50; ++i) all = step();
    return all;
  }
  std::vector<Heard> step() {
    packet = talker.speak();
    auto all = tick();
    now += voice::frame_duration;
    return all;
  }
  [[nodiscard]] bool is_forwarding() {
    const auto before = forwarded(*this);
    (void)step();
    return forwarded(*this) != before;
  }

  Talker talker{*this, 1};
  Ear ear{*this, CodecId::opus};
  Payload packet;
};

}  // namespace

TEST_CASE("what a single talker sends in Opus reaches those who hear Opus byte for byte",
          "[room][opus][forwarding]") {
  Conference conference;
  const Ear second_ear(conference, CodecId::opus), coarse(conference, CodecId::pcmu);
  conference.second();

  for (int i = 0; i < 100; ++i) {
    const auto all = conference.step();
    REQUIRE(all.size() == 4);
    CHECK(heard_by(conference.ear.id, all) == conference.packet);
    CHECK(heard_by(second_ear.id, all) == conference.packet);
    CHECK(heard_by(conference.talker.id, all) != conference.packet);
    CHECK(heard_by(coarse.id, all)->size() == frame);
  }
  CHECK(forwarded(conference) >= 100);
}

TEST_CASE("in mode adaptive, too, after pauses as well as in continuous speech",
          "[room][opus][forwarding]") {
  const bool pauses = GENERATE(false, true);
  CAPTURE(pauses);
  Conference conference(options({}));
  int possible = 0;
  for (int i = 0; i < 3000; ++i) {
    const bool is_pause = pauses && i % 150 >= 100;
    if (pauses && i % 150 == 100) conference.talker.pause();
    if (is_pause) {
      conference.talker.skip();
      (void)conference.tick();
      conference.now += voice::frame_duration;
    } else {
      (void)conference.step();
      ++possible;
    }
  }
  CHECK(forwarded(conference) > static_cast<std::uint64_t>(possible) * 95 / 100);
}

TEST_CASE("two talkers are mixed, and the one who stays is forwarded again",
          "[room][opus][forwarding]") {
  Conference conference;
  Talker other(conference, 2);
  conference.second();
  REQUIRE(conference.is_forwarding());

  for (int i = 0; i < 50; ++i) {
    other.speak();
    CHECK_FALSE(conference.is_forwarding());
  }
  conference.second();
  CHECK(conference.is_forwarding());
}

TEST_CASE("what the room changes is encoded, not forwarded", "[room][opus][forwarding]") {
  Conference conference;
  conference.second();
  REQUIRE(conference.is_forwarding());
  auto& room = conference.room;

  SECTION("a gain") {
    room.set_gain(conference.talker.id, 6);
    CHECK_FALSE(conference.is_forwarding());
    room.set_gain(conference.talker.id, 0);
  }
  SECTION("levelling") {
    room.set_levelling(true);
    for (int i = 0; i < 250; ++i) (void)conference.step();
    CHECK_FALSE(conference.is_forwarding());
    room.set_levelling(false);
  }
  SECTION("a fade") {
    room.fade(conference.talker.id, voice::Fade::out);
    CHECK_FALSE(conference.is_forwarding());
  }
  conference.second();
  CHECK(conference.is_forwarding());
}

TEST_CASE("where the limiter turns the mix down, it is encoded", "[room][opus][forwarding]") {
  voiced::RoomOptions its = options();
  its.limiter = true;
  Conference conference(its);
  Talker loud(conference, 3);
  Samples roar(frame);
  for (std::size_t i = 0; i < frame; ++i)
    roar[i] = static_cast<std::int16_t>(30000 * std::sin(static_cast<double>(i) * 0.1));
  conference.second();
  REQUIRE(conference.is_forwarding());

  // Both at once are too loud; for a while after that, the limiter still holds the rest down.
  for (int i = 0; i < 20; ++i) {
    loud.speak(roar);
    conference.talker.speak(roar);
    (void)conference.tick();
    conference.now += voice::frame_duration;
  }
  // A new spurt would be forwarded at once.
  conference.talker.pause();
  REQUIRE(conference.room.limiter_gain_db() < -0.5);
  CHECK_FALSE(conference.is_forwarding());
  REQUIRE(conference.room.limiter_gain_db() < 0);
  for (int i = 0; i < 4; ++i) conference.second();
  CHECK(conference.is_forwarding());
}

TEST_CASE("a talker of another codec is not forwarded to those who hear Opus",
          "[room][opus][forwarding]") {
  TestRoom trial(options());
  const CodecId codec = GENERATE(CodecId::pcmu, CodecId::l16);
  Talker talker(trial, 1, codec);
  const Ear ear(trial, CodecId::opus);
  for (int i = 0; i < 100; ++i) {
    talker.speak();
    const auto all = trial.tick();
    REQUIRE(heard_by(ear.id, all));
    trial.now += voice::frame_duration;
  }
  CHECK(forwarded(trial) == 0);
}

TEST_CASE("packets with a higher bit rate than the room's are encoded again",
          "[room][opus][forwarding]") {
  voiced::RoomOptions its = options();
  its.opus_kbits = 24;
  TestRoom trial(its);
  Talker talker(trial, 1, CodecId::opus, 96);
  const Ear ear(trial, CodecId::opus);
  std::size_t bytes = 0;
  for (int i = 0; i < 500; ++i) {
    talker.speak();
    bytes += heard_by(ear.id, trial.tick())->size();
    trial.now += voice::frame_duration;
  }
  CHECK(bytes * 8 / 10 <= 24000 * 5 / 4);

  // The operator allows more.
  trial.room.set_opus_kbits(96);
  const auto before = forwarded(trial);
  for (int i = 0; i < 100; ++i) {
    talker.speak();
    (void)trial.tick();
    trial.now += voice::frame_duration;
  }
  CHECK(forwarded(trial) - before > 60);
}

TEST_CASE("a listener that does not hear the talker gets silence, the others its packets",
          "[room][opus][forwarding]") {
  Conference conference;
  const Ear deaf(conference, CodecId::opus);
  conference.room.leave_out(deaf.id, conference.talker.id, true);
  conference.second();
  const auto all = conference.step();

  CHECK(heard_by(conference.ear.id, all) == conference.packet);
  const auto decoder = voice::make_decoder(CodecId::opus, format());
  Samples pcm(frame);
  REQUIRE(decoder->decode(*heard_by(deaf.id, all), pcm) == frame);
  CHECK(*std::max_element(pcm.begin(), pcm.end()) <= 4);
}

namespace {

// The mean over all seconds, each at its own delay: what is mixed has passed two coders.
double mean_snr_db(std::span<const std::int16_t> said, std::span<const std::int16_t> heard) {
  double sum = 0;
  int seconds = 0;
  for (std::size_t at = 0; at + rate_hz <= said.size(); at += rate_hz, ++seconds)
    sum += voice::test::best_snr_db(said.subspan(at, rate_hz), heard.subspan(at, rate_hz), rate_hz,
                                    16);
  return sum / seconds;
}

struct Quality {
  double snr_db;
  int step;          // the largest second difference of two samples
  double forwarded;  // share of the ticks
};

// Somebody else makes no sound, but is there in the last seconds of every three: the talker is
// mixed then, and forwarded in the others.
Quality heard_quality(int mixed_seconds) {
  Conference conference;
  Talker other(conference, 2);
  const auto decoder = voice::make_decoder(CodecId::opus, format());
  Samples said, heard(frame);
  const Samples nothing(frame);
  constexpr int ticks = 900;
  for (int i = 0; i < ticks; ++i) {
    if (i / 50 % 3 >= 3 - mixed_seconds) other.speak(nothing);
    const auto all = conference.step();
    const auto now = std::span{conference.talker.said}.subspan(conference.talker.at, frame);
    said.insert(said.end(), now.begin(), now.end());
    Samples pcm(frame);
    REQUIRE(decoder->decode(*heard_by(conference.ear.id, all), pcm) == frame);
    heard.insert(heard.end(), pcm.begin(), pcm.end());
  }
  heard.erase(heard.begin(), heard.begin() + frame);
  int step = 0;
  for (std::size_t i = 2; i < heard.size(); ++i)
    step = std::max(step, std::abs(heard[i] - 2 * heard[i - 1] + heard[i - 2]));
  return {mean_snr_db(said, heard), step, static_cast<double>(forwarded(conference)) / ticks};
}

}  // namespace

TEST_CASE("forwarding sounds better than mixing, and nobody hears the change between the two",
          "[room][opus][forwarding]") {
  const Quality mixed = heard_quality(3), changing = heard_quality(1), whole = heard_quality(0);
  INFO("mixed " << mixed.snr_db << " dB, changing " << changing.snr_db << " dB, forwarded "
                << whole.snr_db << " dB");

  CHECK(mixed.forwarded == 0);
  CHECK(changing.forwarded > 0.4);
  CHECK(changing.forwarded < 0.6);
  CHECK(whole.forwarded > 0.9);
  CHECK(whole.snr_db > mixed.snr_db + 1);
  CHECK(changing.snr_db > mixed.snr_db);
  CHECK(changing.step < 2 * mixed.step);
}

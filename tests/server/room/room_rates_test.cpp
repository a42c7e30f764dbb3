// Rooms in which some participants have another sample rate than that of the room.
#include "common/audio/g711.hpp"
#include "common/audio/l16.hpp"

#include "tests/bench/sound/speech.hpp"
#include "tests/server/room/test_room.hpp"
#include "tests/support/segmental_snr.hpp"

using namespace voiced::test;
using voice::CodecId;
using voiced::ParticipantId;

namespace {

using Samples = std::vector<std::int16_t>;

struct Rates {
  int room_hz, other_hz;
};

voiced::RoomOptions rates_options(Rates rates, bool limiter = false) {
  auto options = test_options(rates.room_hz);
  options.other_format = *voice::AudioFormat::from_rate(rates.other_hz);
  options.limiter = limiter;
  return options;
}

// Speaks frames at its own rate, in PCMU or L16, and keeps what it hears.
struct Person {
  Person(TestRoom& its_trial, int its_rate_hz, CodecId its_codec = CodecId::pcmu,
         std::uint32_t seed = 1)
      : trial(its_trial),
        rate_hz(its_rate_hz),
        codec(its_codec),
        id(its_trial.join()),
        clock(*voice::AudioFormat::from_rate(its_rate_hz)),
        said(bench::speech(its_rate_hz, 4, seed)) {
    if (rate_hz == trial.room.format().rate_hz()) trial.room.use_room_rate(id);
    trial.room.set_codec(id, codec);
    for (std::uint64_t i = 0; i < trial.room.counters().ticks; ++i) (void)clock.next();
  }

  void speak() {
    const auto frame = std::span{said}.subspan(at, next_length());
    at += frame.size();
    spoke = true;
    Payload payload(voice::payload_bytes_max(codec, frame.size()));
    voice::make_encoder(codec)->encode(frame, payload);
    trial.say(id, payload, sequence++);
  }
  void hear(const std::vector<Heard>& all) {
    if (!spoke) (void)next_length();
    spoke = false;
    const auto payload = heard_by(id, all);
    if (!payload) return;
    payloads.push_back(*payload);
    Samples pcm(payload->size() / voice::codec_info(codec).sample_bytes);
    voice::make_decoder(codec)->decode(*payload, pcm);
    heard.insert(heard.end(), pcm.begin(), pcm.end());
  }
  std::size_t next_length() {
    length = clock.next();
    return length;
  }
  [[nodiscard]] double snr_db(const Samples& wanted) const {
    return voice::test::best_snr_db(wanted, heard, rate_hz, 16);
  }

  TestRoom& trial;
  int rate_hz;
  CodecId codec;
  ParticipantId id;
  voice::FrameClock clock;
  Samples said;
  Samples heard;
  std::vector<Payload> payloads;
  std::size_t at = 0;
  std::size_t length = 0;
  bool spoke = false;
  std::uint16_t sequence = 0;
};

Rates all_rates() {
  return GENERATE(values<Rates>({{48000, 8000},
                                 {48000, 11025},
                                 {44100, 8000},
                                 {22050, 8000},
                                 {16000, 22050},
                                 {11025, 44100}}));
}

}  // namespace

TEST_CASE("participants of both rates hear each other", "[room][rates]") {
  const Rates rates = all_rates();
  CAPTURE(rates.room_hz, rates.other_hz);
  TestRoom trial(rates_options(rates));
  Person old(trial, rates.other_hz, CodecId::pcmu, 1), old_ear(trial, rates.other_hz);
  Person good_ear(trial, rates.room_hz, CodecId::l16), good(trial, rates.room_hz, CodecId::l16, 1);
  const bool old_speaks = GENERATE(true, false);

  for (int i = 0; i < 190; ++i) {
    (old_speaks ? old : good).speak();
    const auto all = trial.tick();
    for (Person* const person : {&old, &old_ear, &good_ear, &good}) person->hear(all);
  }

  // The same words at either rate: apart from details, speech() says the same at any rate.
  const Person& talker = old_speaks ? old : good;
  const double same_rate_db = (old_speaks ? old_ear : good_ear).snr_db(talker.said);
  // At some rates, the delay is not a whole number of samples.
  CHECK(same_rate_db > (old_speaks ? 8 : 30));
  // At 11025 Hz, a short first frame is played with the second.
  CHECK(old_ear.heard.size() >= static_cast<std::size_t>(rates.other_hz) * 189 / 50);
  CHECK(good_ear.heard.size() >= static_cast<std::size_t>(rates.room_hz) * 189 / 50);
  const auto level = [](const Samples& pcm) {
    double sum = 0;
    for (const double sample : pcm) sum += sample * sample;
    return 10 * std::log10(sum / static_cast<double>(pcm.size()));
  };
  CHECK(level(old_ear.heard) == Approx(level(talker.said)).margin(1.5));
  CHECK(level(good_ear.heard) == Approx(level(talker.said)).margin(1.5));
}

TEST_CASE("a lone talker of the other rate hears silence to the last bit, and so it ends",
          "[room][rates]") {
  const Rates rates = all_rates();
  const bool limiter = GENERATE(false, true);
  CAPTURE(rates.room_hz, rates.other_hz, limiter);
  TestRoom trial(rates_options(rates, limiter));
  Person old(trial, rates.other_hz), ear(trial, rates.other_hz), good(trial, rates.room_hz);

  std::size_t messages = 0;
  for (int i = 0; i < 120; ++i) {
    // Talk spurts, with pauses of up to three ticks.
    if (i % 10 < 10 - i / 10 % 4) old.speak();
    const auto all = trial.tick();
    for (Person* const person : {&old, &ear, &good}) person->hear(all);
    messages += all.size();
  }

  for (const Payload& payload : old.payloads) {
    REQUIRE(payload == silence(payload.size()));
  }
  CHECK(old.payloads.size() > 100);
  CHECK(messages == 3 * old.payloads.size());
}

TEST_CASE("a talker of the other rate hears what it would hear if it were silent",
          "[room][rates]") {
  const Rates rates = all_rates();
  CAPTURE(rates.room_hz, rates.other_hz);
  TestRoom with(rates_options(rates)), without_it(rates_options(rates));
  std::vector<std::unique_ptr<Person>> people;
  for (TestRoom* const trial : {&with, &without_it}) {
    people.push_back(std::make_unique<Person>(*trial, rates.other_hz, CodecId::l16, 1));
    people.push_back(std::make_unique<Person>(*trial, rates.other_hz, CodecId::pcmu, 2));
    people.push_back(std::make_unique<Person>(*trial, rates.room_hz, CodecId::l16, 3));
  }
  Person& old = *people[0];
  Person& silent = *people[3];

  for (int i = 0; i < 150; ++i) {
    if (i % 50 > 10 && i % 7 != 0) old.speak();
    for (const std::size_t other : {1U, 2U, 4U, 5U}) people[other]->speak();
    const auto heard = with.tick(), expected = without_it.tick();
    for (std::size_t k = 0; k < 3; ++k) people[k]->hear(heard);
    for (std::size_t k = 3; k < 6; ++k) people[k]->hear(expected);
  }

  REQUIRE(old.heard.size() == silent.heard.size());
  CHECK(old.heard == silent.heard);
  CHECK(std::any_of(old.heard.begin(), old.heard.end(), [](int sample) { return sample > 1000; }));
}

TEST_CASE("a limited mix at the other rate lacks one's own sound within a step or two",
          "[room][rates]") {
  TestRoom trial(rates_options({48000, 8000}, true));
  Person old(trial, 8000, CodecId::l16), good(trial, 48000, CodecId::l16),
      ear(trial, 8000, CodecId::l16);
  for (auto& sample : old.said) {
    sample = static_cast<std::int16_t>(std::clamp(sample * 6, -32000, 32000));
  }
  for (auto& sample : good.said)
    sample = old.said[static_cast<std::size_t>(&sample - good.said.data()) / 6];

  for (int i = 0; i < 150; ++i) {
    old.speak();
    if (i % 3 == 0) good.speak();
    const auto all = trial.tick();
    for (Person* const person : {&old, &ear, &good}) person->hear(all);
  }

  CHECK(trial.room.counters().limited_frames > 20);
  // In a tick in which only it speaks, and the filter holds nobody else, only rounding is left.
  for (std::size_t tick = 2; tick < 150; tick += 3) {
    for (std::size_t i = 0; i < 160; ++i) REQUIRE(std::abs(old.heard[tick * 160 + i]) <= 2);
  }
}

TEST_CASE("messages of each rate have its length and timestamps, and the tick's number",
          "[room][rates]") {
  TestRoom trial(rates_options({48000, 11025}));
  Person old(trial, 11025), ear(trial, 11025), good(trial, 48000),
      good_fine(trial, 48000, CodecId::l16);
  std::uint32_t other_time = 0;

  for (std::uint32_t tick = 0; tick < 20; ++tick) {
    old.speak();
    good.speak();
    for (const Heard& heard : trial.tick()) {
      const bool is_other = heard.who == old.id || heard.who == ear.id;
      const std::size_t samples = is_other ? (tick % 2 == 0 ? 220 : 221) : 960;
      CHECK(heard.payload.size() == (heard.who == good_fine.id ? 2 * samples : samples));
      CHECK(heard.header.sequence == static_cast<std::uint16_t>(4596 + tick));
      CHECK(static_cast<std::uint32_t>(heard.header.timestamp) ==
            (is_other ? other_time : 960 * tick));
    }
    other_time += tick % 2 == 0 ? 220U : 221U;
  }
}

TEST_CASE("the mix is converted and encoded once for all that only listen at the other rate",
          "[room][rates]") {
  TestRoom trial(rates_options({48000, 8000}));
  Person good(trial, 48000), ear(trial, 8000), ear2(trial, 8000), talker(trial, 8000);
  good.speak();
  talker.speak();
  (void)trial.room.tick(trial.now);

  const auto at = [&](const Person& person) { return trial.room.message_for(person.id).data(); };
  CHECK(at(ear) == at(ear2));
  CHECK(at(ear) != at(talker));
}

TEST_CASE("a participant that asks for the room's rate changes to it, whatever it held",
          "[room][rates]") {
  TestRoom trial(rates_options({48000, 8000}));
  Person other(trial, 8000);
  Person changing(trial, 8000);
  changing.speak();
  other.speak();
  (void)trial.tick();
  changing.speak();

  trial.room.use_room_rate(changing.id);
  trial.room.use_room_rate(changing.id);
  other.speak();
  const auto all = trial.tick();

  CHECK(heard_by(changing.id, all)->size() == 960);
  // What the other participant said before is still in the filter in this tick, but not in the
  // next.
  other.speak();
  CHECK(heard_by(other.id, trial.tick()) == silence());
  CHECK(trial.room.find(changing.id)->playout.format().rate_hz() == 48000);
  CHECK(trial.room.users_of(CodecId::pcmu) == 2);
  trial.room.leave(other.id);
  CHECK(trial.tick().empty());
  CHECK(trial.room.users_of(CodecId::pcmu) == 1);
}

TEST_CASE("a room whose participants all have its rate sends what it always sent",
          "[room][rates]") {
  TestRoom with(rates_options({48000, 8000})), plain(test_options(48000));
  std::mt19937 random(7);
  std::vector<ParticipantId> ids, plain_ids;
  for (int i = 0; i < 5; ++i) {
    ids.push_back(with.join());
    with.room.use_room_rate(ids.back());
    plain_ids.push_back(plain.join());
  }
  for (int tick = 0; tick < 50; ++tick) {
    for (std::size_t i = 0; i < random() % 5; ++i) {
      const Payload said = random_payload(random, 960);
      with.say(ids[i], said);
      plain.say(plain_ids[i], said);
    }
    const auto heard = with.tick(), expected = plain.tick();
    REQUIRE(heard.size() == expected.size());
    for (std::size_t i = 0; i < heard.size(); ++i) {
      CHECK(heard[i].payload == expected[i].payload);
      CHECK(heard[i].header == expected[i].header);
    }
  }
}

TEST_CASE("an equal rate is not a second rate", "[room][rates]") {
  TestRoom trial(rates_options({8000, 8000}));
  const auto talker = trial.join(), ear = trial.join();
  const Payload said(160, 0x7F);  // would not survive being decoded and encoded
  trial.say(talker, said);
  CHECK(heard_by(ear, trial.tick()) == said);
}

TEST_CASE("muted, gone and back, a talker of the other rate leaves nothing behind",
          "[room][rates]") {
  TestRoom trial(rates_options({48000, 8000}));
  Person talker(trial, 8000), ear(trial, 8000), good(trial, 48000);
  talker.speak();
  (void)trial.tick();
  trial.room.set_mutes(talker.id, {.microphone = true});
  talker.speak();
  (void)trial.tick();  // fades out
  talker.speak();
  CHECK(trial.tick().empty());
  trial.room.set_mutes(talker.id, {});
  for (int i = 0; i < 3; ++i) {
    talker.speak();
    CHECK(heard_by(talker.id, trial.tick()) == silence());
  }
  trial.room.leave(talker.id);
  CHECK(trial.tick().empty());
  Person next(trial, 8000);
  CHECK(next.id.slot == talker.id.slot);
  next.speak();
  CHECK(heard_by(next.id, trial.tick()) == silence());
}

TEST_CASE("nobody of the other rate hears what was said in a conference that is over",
          "[room][rates]") {
  TestRoom trial(rates_options({48000, 8000}));
  const auto join_at_room_rate = [&] {
    const ParticipantId id = trial.join();
    trial.room.use_room_rate(id);
    return id;
  };
  const auto talker = join_at_room_rate(), ear = trial.join();
  for (int i = 0; i < 5; ++i) {
    trial.say(talker, Payload(960, 0x80));
    REQUIRE(heard_by(ear, trial.tick()));
  }
  trial.room.leave(talker);
  trial.room.leave(ear);

  const auto next = join_at_room_rate(), newcomer = trial.join();
  trial.say(next, Payload(960, 0xFF));

  CHECK(heard_by(newcomer, trial.tick()) == silence());
}

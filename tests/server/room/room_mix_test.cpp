// Which participant hears what: every payload of a tick compared with a slow oracle.
#include "common/audio/level.hpp"

#include "tests/server/room/test_room.hpp"

#include <numeric>

using namespace voiced::test;
using voiced::Mutes;
using voiced::ParticipantId;

namespace {

// Talkers that send random frames, and what was said in the last tick.
struct Talk : TestRoom {
  explicit Talk(std::size_t talkers, const voiced::RoomOptions& options = test_options())
      : TestRoom(options) {
    for (std::size_t i = 0; i < talkers; ++i) ids.push_back(join());
  }

  std::vector<Heard> round(std::size_t samples = 160) {
    said.clear();
    for (const ParticipantId id : ids) {
      said.push_back(random_payload(random, samples));
      say(id, said.back());
    }
    return tick();
  }

  std::mt19937 random{4711};
  std::vector<ParticipantId> ids;
  std::vector<Payload> said;
};

}  // namespace

TEST_CASE("everyone hears everyone but themselves, exactly, also when the mix clips", "[room]") {
  const auto talkers = GENERATE(2U, 3U, 5U, 17U);
  INFO("talkers " << talkers);
  Talk talk(talkers);
  const ParticipantId listener = talk.join();

  for (int round = 0; round < 30; ++round) {
    const auto all = talk.round();

    REQUIRE(all.size() == talkers + 1);
    for (std::size_t i = 0; i < talkers; ++i) {
      REQUIRE(heard_by(talk.ids[i], all) == mix_of(without(talk.said, i)));
    }
    REQUIRE(heard_by(listener, all) == mix_of(talk.said));
  }
}

TEST_CASE("talkers that drown each other in full scale still do not hear themselves", "[room]") {
  Talk talk(3);
  const Payload loudest_negative(160, 0x00);
  const Payload loudest_positive(160, 0x80);
  const Payload soft(160, 0xF0);
  talk.say(talk.ids[0], loudest_negative);
  talk.say(talk.ids[1], loudest_negative);
  talk.say(talk.ids[2], loudest_positive);

  const auto all = talk.tick();
  CHECK(heard_by(talk.ids[2], all) == loudest_negative);
  CHECK(heard_by(talk.ids[0], all) == silence());

  talk.say(talk.ids[0], soft);
  talk.say(talk.ids[1], loudest_positive);
  CHECK(heard_by(talk.ids[1], talk.tick()) == soft);
}

TEST_CASE("a lone talker gets silence, whatever it says", "[room]") {
  Talk talk(1);
  for (int round = 0; round < 10; ++round) {
    REQUIRE(heard_by(talk.ids[0], talk.round()) == silence());
  }
}

TEST_CASE("a listener to one talker gets its payload bit for bit, 0x7F included", "[room]") {
  TestRoom trial(test_options(16000));
  const auto talker = trial.join();
  const auto listener = trial.join();
  Payload every_code(320);
  std::iota(every_code.begin(), every_code.end(), std::uint8_t{0});
  trial.say(talker, every_code);

  const auto all = trial.tick();

  CHECK(heard_by(listener, all) == every_code);
  CHECK(heard_by(talker, all) == silence(320));
}

TEST_CASE("when nobody contributes no sound is sent, and only the timestamp advances", "[room]") {
  Talk talk(2);
  const auto before = talk.round();
  for (int i = 0; i < 5; ++i) CHECK(talk.tick().empty());
  CHECK(talk.room.contributors() == 0);
  const auto after = talk.round();

  REQUIRE_FALSE(before.empty());
  REQUIRE_FALSE(after.empty());
  CHECK(after[0].header.sequence == before[0].header.sequence + 1);
  CHECK(static_cast<std::uint32_t>(after[0].header.timestamp) ==
        static_cast<std::uint32_t>(before[0].header.timestamp) + 6 * 160);
}

TEST_CASE("an empty room ticks and sends nothing", "[room]") {
  TestRoom trial;

  CHECK(trial.tick().empty());
  CHECK(trial.room.counters().ticks == 1);
}

TEST_CASE("all messages of a tick carry one header, and the next tick the next", "[room]") {
  auto options = test_options();
  options.first_sequence = 65534;
  Talk talk(3, options);
  talk.join();

  for (std::uint32_t round = 0; round < 5; ++round) {
    const auto all = talk.round();
    REQUIRE(all.size() == 4);
    for (const Heard& heard : all) {
      CHECK(heard.header.sequence == static_cast<std::uint16_t>(65534 + round));
      CHECK(static_cast<std::uint32_t>(heard.header.timestamp) == round * 160);
      CHECK(heard.header.ssrc == voice::rtp::Ssrc{0xC0FFEE});
    }
  }
}

TEST_CASE("a rate of half samples gives 220 and 221 in turn, and every sample of the talker",
          "[room]") {
  TestRoom trial(test_options(11025));
  const auto talker = trial.join();
  const auto listener = trial.join();
  voice::FrameClock clock(trial.room.format());
  std::mt19937 random(3);
  Payload said, heard;
  std::uint32_t samples_before = 0;

  for (int round = 0; round < 200; ++round) {
    const Payload frame = random_payload(random, clock.next());
    trial.say(talker, frame);
    said.insert(said.end(), frame.begin(), frame.end());
    const auto all = trial.tick();
    if (all.empty()) continue;  // a frame of 220 is one sample short of the 221 that start it
    const auto payload = heard_by(listener, all);
    REQUIRE(payload);
    REQUIRE((payload->size() == 220 || payload->size() == 221));
    if (samples_before != 0) {
      REQUIRE(static_cast<std::uint32_t>(all[0].header.timestamp) == samples_before);
    }
    samples_before = static_cast<std::uint32_t>(all[0].header.timestamp) +
                     static_cast<std::uint32_t>(payload->size());
    heard.insert(heard.end(), payload->begin(), payload->end());
  }

  REQUIRE(heard.size() >= 198 * 220);
  said.resize(heard.size());
  CHECK(heard == said);
}

TEST_CASE("at a rate of half samples the mix is exact, too", "[room]") {
  Talk talk(4, test_options(11025));
  voice::FrameClock clock(talk.room.format());
  for (const auto id : talk.ids) talk.say(id, silence(221));
  talk.tick();
  // One sample ahead of the clock from here on, so that no tick runs short.
  for (const auto id : talk.ids) talk.say(id, silence(1));
  clock.next();

  std::vector<Payload> pending(4, silence(2));
  for (int round = 0; round < 50; ++round) {
    const std::size_t samples = clock.next();
    const auto all = talk.round(samples);
    std::vector<Payload> played;
    for (std::size_t i = 0; i < 4; ++i) {
      pending[i].insert(pending[i].end(), talk.said[i].begin(), talk.said[i].end());
      const auto end = pending[i].begin() + static_cast<std::ptrdiff_t>(samples);
      played.emplace_back(pending[i].begin(), end);
      pending[i].erase(pending[i].begin(), end);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      REQUIRE(heard_by(talk.ids[i], all) == mix_of(without(played, i), samples));
    }
  }
}

TEST_CASE("packets of any length are played without a seam", "[room]") {
  const auto samples_per_packet = GENERATE(1U, 40U, 159U, 161U, 240U, 320U, 640U);
  INFO("samples per packet " << samples_per_packet);
  auto options = test_options();
  options.playout = voice::fixed_playout(12);
  TestRoom trial(options);
  const auto talker = trial.join();
  const auto listener = trial.join();
  std::mt19937 random(samples_per_packet);
  Payload said, heard;

  for (std::size_t tick = 1; tick <= 100; ++tick) {
    while (said.size() < tick * 160) {
      const Payload packet = random_payload(random, samples_per_packet);
      trial.say(talker, packet);
      said.insert(said.end(), packet.begin(), packet.end());
    }
    const auto payload = heard_by(listener, trial.tick());
    if (payload) heard.insert(heard.end(), payload->begin(), payload->end());
  }

  REQUIRE(heard.size() >= 94 * 160);
  said.resize(heard.size());
  CHECK(heard == said);
}

TEST_CASE("a frame that is too short is filled with silence, for everyone", "[room]") {
  Talk talk(3);
  const Payload whole = random_payload(talk.random);
  Payload half = random_payload(talk.random, 80);
  // 160 samples start the playout, 80 are left for the next tick.
  talk.say(talk.ids[0], random_payload(talk.random));
  talk.say(talk.ids[0], half);
  talk.tick();
  talk.say(talk.ids[1], whole);

  const auto all = talk.tick();

  half.resize(160, 0xFF);
  CHECK(heard_by(talk.ids[1], all) == mix_of({half}));
  CHECK(heard_by(talk.ids[0], all) == mix_of({whole}));
  CHECK(heard_by(talk.ids[2], all) == mix_of({half, whole}));
}

TEST_CASE("the reported level is that of the last tick's contribution", "[room]") {
  Talk talk(2);
  talk.say(talk.ids[0], Payload(160, 0x00));
  talk.tick();

  CHECK(talk.room.level_dbfs(talk.ids[0]) ==
        Approx(20 * std::log10(32124.0 / 32768.0)).margin(0.01));
  CHECK(talk.room.level_dbfs(talk.ids[1]) == voice::level_dbfs_min);
  talk.tick();
  CHECK(talk.room.level_dbfs(talk.ids[0]) == voice::level_dbfs_min);
}

TEST_CASE("where all speak µ-law, the substitute for a missing frame is µ-law, too", "[room]") {
  auto options = test_options();
  options.playout = {};  // adaptive: it conceals
  TestRoom alone(options);
  TestRoom crowd(options);
  const ParticipantId late_alone = alone.join();
  const ParticipantId to_one = alone.join();
  const ParticipantId late = crowd.join();
  const ParticipantId to_both = crowd.join();
  const ParticipantId other = crowd.join();
  std::mt19937 random{4711};
  for (int round = 0; round < 53; ++round) {
    alone.now += voice::frame_duration;
    crowd.now = alone.now;
    const Payload said = random_payload(random, 160);
    if (round < 50) {
      alone.say(late_alone, said);
      crowd.say(late, said);
    }
    crowd.say(other, random_payload(random, 160));
    const auto one = alone.tick();
    const auto both = crowd.tick();
    if (round < 50) continue;

    const Payload stand_in = heard_by(to_one, one).value();
    CHECK(stand_in != silence());
    CHECK(heard_by(other, both) == mix_of({stand_in}));
    CHECK(heard_by(to_both, both) == mix_of({stand_in, heard_by(late, both).value()}));
  }
}

// What everybody hears when many talk loudly in a room with a limiter: every payload compared with
// sums in 64 bits times the gains of the slow limiter.
#include "tests/server/room/test_room.hpp"
#include "tests/support/slow_limiter.hpp"

#include <cmath>
#include <cstdlib>
#include <numbers>

using namespace voiced::test;
using voice::test::SlowLimiter;
using voiced::ParticipantId;

namespace {

using Sums = std::vector<std::int64_t>;

constexpr std::size_t samples = 160;
constexpr int talkers_many = 20;

voiced::RoomOptions limited_options() {
  auto options = test_options();
  options.limiter = true;
  return options;
}

std::int16_t decoded(std::uint8_t code) {
  return static_cast<std::int16_t>(voice::test::g711_tables().decode[code]);
}

Sums sum_of(const std::vector<Payload>& talkers) {
  Sums sums(samples);
  for (const Payload& talker : talkers) {
    for (std::size_t i = 0; i < samples; ++i) sums[i] += decoded(talker[i]);
  }
  return sums;
}

Sums envelope_of(const std::vector<Sums>& mixes) {
  Sums most(samples);
  for (const Sums& mix : mixes) {
    for (std::size_t i = 0; i < samples; ++i) most[i] = std::max(most[i], std::abs(mix[i]));
  }
  return most;
}

// Fails if a sample would have to be clipped.
Payload limited(const Sums& sums, const Sums& gains) {
  Payload out;
  for (std::size_t i = 0; i < samples; ++i) {
    const std::int64_t value = (sums[i] * gains[i]) >> 16;
    REQUIRE(std::abs(value) <= 32767);
    out.push_back(voice::test::g711_tables().encode(value));
  }
  return out;
}

// A sine in µ-law of at most `peak`; every talker has its own pitch.
class Singer {
 public:
  Singer(double hz, double peak) : step_(2 * std::numbers::pi * hz / 8000), peak_(peak) {}

  Payload next() {
    Payload frame;
    for (std::size_t i = 0; i < samples; ++i) {
      const double value = peak_ * std::sin(step_ * static_cast<double>(at_++));
      frame.push_back(voice::test::g711_tables().encode(std::lround(value)));
    }
    return frame;
  }

 private:
  double step_;
  double peak_;
  std::size_t at_ = 0;
};

// `talkers_many` participants that sing at -6 dBFS each, and one that listens.
struct Choir : TestRoom {
  explicit Choir(const voiced::RoomOptions& options) : TestRoom(options) {
    for (int i = 0; i < talkers_many; ++i) {
      ids.push_back(join());
      singers.emplace_back(170.0 + 47.0 * i, 16'422.0);
    }
    listener = join();
  }

  std::vector<Heard> round() {
    said.clear();
    for (std::size_t i = 0; i < ids.size(); ++i) {
      said.push_back(singers[i].next());
      say(ids[i], said.back());
    }
    return tick();
  }

  std::vector<ParticipantId> ids;
  std::vector<Singer> singers;
  std::vector<Payload> said;
  ParticipantId listener;
};

}  // namespace

TEST_CASE("with twenty loud talkers nobody's mix clips: it is the gain times the sum",
          "[room][limiter]") {
  Choir choir(limited_options());
  SlowLimiter slow;

  for (int round = 0; round < 100; ++round) {
    const auto all = choir.round();

    std::vector<Sums> mixes{sum_of(choir.said)};
    for (std::size_t i = 0; i < choir.ids.size(); ++i) {
      mixes.push_back(sum_of(without(choir.said, i)));
    }
    const Sums gains = slow.shape(envelope_of(mixes));
    REQUIRE(heard_by(choir.listener, all) == limited(mixes[0], gains));
    for (std::size_t i = 0; i < choir.ids.size(); ++i) {
      REQUIRE(heard_by(choir.ids[i], all) == limited(mixes[i + 1], gains));
    }
  }

  CHECK(choir.room.counters().limited_frames == 100);
  CHECK(choir.room.limiter_gain_db() < -6.0);
}

TEST_CASE("while no mix exceeds full scale, a room with a limiter sends what one without it sends",
          "[room][limiter]") {
  Choir with(limited_options()), plain(test_options());
  // Twenty of 1600 add up to 32000 at most, and so do nineteen.
  for (Choir* const choir : {&with, &plain}) {
    for (int i = 0; i < talkers_many; ++i) {
      choir->singers[static_cast<std::size_t>(i)] = Singer(170.0 + 47.0 * i, 1580.0);
    }
  }

  for (int round = 0; round < 100; ++round) {
    const auto heard = with.round();
    const auto wanted = plain.round();
    REQUIRE(heard.size() == wanted.size());
    for (std::size_t i = 0; i < heard.size(); ++i) {
      REQUIRE(heard[i].payload == wanted[i].payload);
    }
  }

  CHECK(with.room.counters().limited_frames == 0);
  CHECK(with.room.limiter_gain_db() == 0.0);
}

TEST_CASE("after a loud moment a lone talker is back at 0 dB, bit for bit", "[room][limiter]") {
  TestRoom trial(limited_options());
  const auto first = trial.join(), second = trial.join(), listener = trial.join();
  const Payload loud(samples, 0x80);
  trial.say(first, loud);
  trial.say(second, loud);
  CHECK(heard_by(listener, trial.tick()) == loud);
  REQUIRE(trial.room.limiter_gain_db() < -5.8);

  Payload every_code(samples);
  for (std::size_t i = 0; i < samples; ++i) every_code[i] = static_cast<std::uint8_t>(i);
  int ticks = 0;
  for (; trial.room.limiter_gain_db() < 0.0; ++ticks) {
    REQUIRE(ticks < 10);
    trial.say(first, every_code);
    CHECK(heard_by(listener, trial.tick()) != every_code);
    CHECK(trial.room.counters().limited_frames == static_cast<std::uint64_t>(ticks + 2));
  }
  CHECK(ticks == 6);  // 120 ms

  trial.say(first, every_code);
  CHECK(heard_by(listener, trial.tick()) == every_code);
}

TEST_CASE("the limiter recovers while nobody talks", "[room][limiter]") {
  TestRoom trial(limited_options());
  const auto first = trial.join(), second = trial.join();
  (void)trial.join();
  for (const auto talker : {first, second}) trial.say(talker, Payload(samples, 0x00));
  trial.tick();
  REQUIRE(trial.room.limiter_gain_db() < -5.8);

  for (int tick = 0; tick < 6; ++tick) CHECK(trial.tick().empty());

  CHECK(trial.room.limiter_gain_db() == 0.0);
}

TEST_CASE("a talker whose own sound had cancelled the others' is not clipped either",
          "[room][limiter]") {
  TestRoom trial(limited_options());
  const auto first = trial.join(), second = trial.join(), third = trial.join();
  const Payload loudest(samples, 0x80), opposite(samples, 0x00);
  trial.say(first, loudest);
  trial.say(second, loudest);
  trial.say(third, opposite);

  // The bus peaks at full scale, and what the third hears at twice that.
  const auto all = trial.tick();

  CHECK(heard_by(third, all) == loudest);
  CHECK(heard_by(first, all) == silence());
  CHECK(trial.room.limiter_gain_db() < -5.8);
}

TEST_CASE("the limiter takes what a loudspeaker leaves out into account", "[room][limiter]") {
  TestRoom trial(limited_options());
  const auto first = trial.join(), second = trial.join(), third = trial.join(),
             fourth = trial.join(), local = trial.join();
  trial.room.leave_out(local, third, true);
  trial.room.leave_out(local, fourth, true);
  // Two loud, two opposite: every mix but the loudspeaker's stays within full scale.
  for (const auto talker : {first, second}) trial.say(talker, Payload(samples, 0x8F));
  for (const auto talker : {third, fourth}) trial.say(talker, Payload(samples, 0x0F));

  const auto all = trial.tick();

  const std::int64_t sum = 2 * decoded(0x8F);
  const std::int64_t gain = 32767LL * 65536 / sum;
  CHECK(heard_by(local, all) ==
        Payload(samples, voice::test::g711_tables().encode((sum * gain) >> 16)));
  CHECK(trial.room.limiter_gain_db() ==
        Approx(20 * std::log10(32767.0 / static_cast<double>(sum))).margin(0.01));
}

TEST_CASE("a mix that nobody hears does not turn the others down", "[room][limiter]") {
  TestRoom trial(limited_options());
  const auto first = trial.join(), second = trial.join(), local = trial.join();
  trial.room.leave_out(local, second, true);
  for (const auto talker : {first, second}) trial.say(talker, Payload(samples, 0x8F));
  trial.say(local, Payload(samples, 0x0F));

  // With both others in it, the loudspeaker's mix would be too loud; but nobody hears that mix.
  const auto all = trial.tick();

  CHECK(heard_by(local, all) == Payload(samples, 0x8F));
  CHECK(heard_by(first, all) == silence());
  CHECK(trial.room.limiter_gain_db() == 0.0);
}

TEST_CASE("two participants alone hear each other at their own levels", "[room][limiter]") {
  TestRoom trial(limited_options());
  const auto first = trial.join(), second = trial.join();
  const auto third = trial.join();
  for (const auto talker : {first, second}) trial.say(talker, Payload(samples, 0x80));
  trial.tick();
  REQUIRE(trial.room.limiter_gain_db() < -5.8);
  trial.room.leave(third);
  for (int i = 0; i < 6; ++i) trial.tick();

  for (const auto talker : {first, second}) trial.say(talker, Payload(samples, 0x80));
  const auto all = trial.tick();

  CHECK(heard_by(first, all) == Payload(samples, 0x80));
  CHECK(heard_by(second, all) == Payload(samples, 0x80));
  CHECK(trial.room.limiter_gain_db() == 0.0);
}

TEST_CASE("a participant that is sent nothing does not turn the others down", "[room][limiter]") {
  TestRoom trial(limited_options());
  const auto first = trial.join(), second = trial.join(), third = trial.join(),
             listener = trial.join();
  const auto silence_it = [&](ParticipantId who, bool silent) {
    SECTION("muted") {
      trial.room.set_mutes(who, {.loudspeaker = silent});
    }
    SECTION("outside") {
      trial.room.set_outside(who, silent);
    }
  };
  silence_it(third, true);
  // The bus peaks at full scale, and what the third would hear at twice that.
  const auto say_all = [&] {
    for (const auto talker : {first, second}) trial.say(talker, Payload(samples, 0x80));
    trial.say(third, Payload(samples, 0x00));
    return trial.tick();
  };

  const auto all = say_all();

  CHECK_FALSE(heard_by(third, all));
  CHECK(heard_by(listener, all) == Payload(samples, 0x80));
  CHECK(trial.room.limiter_gain_db() == 0.0);
  trial.room.set_mutes(third, {});
  trial.room.set_outside(third, false);
  say_all();
  CHECK(trial.room.limiter_gain_db() < -5.8);
}

TEST_CASE("a muted loudspeaker that leaves talkers out turns nobody down", "[room][limiter]") {
  TestRoom trial(limited_options());
  const auto first = trial.join(), second = trial.join(), third = trial.join(),
             fourth = trial.join(), local = trial.join();
  trial.room.leave_out(local, third, true);
  trial.room.leave_out(local, fourth, true);
  trial.room.set_mutes(local, {.loudspeaker = true});
  for (const auto talker : {first, second}) trial.say(talker, Payload(samples, 0x8F));
  for (const auto talker : {third, fourth}) trial.say(talker, Payload(samples, 0x0F));

  trial.tick();

  CHECK(trial.room.limiter_gain_db() == 0.0);
}

TEST_CASE("switched off, the limiter leaves mixes to be clipped from the next tick on",
          "[room][limiter]") {
  Choir choir(limited_options());
  choir.round();
  choir.room.set_limiter(false);

  const auto all = choir.round();

  CHECK(choir.room.limiter_gain_db() == 0.0);
  CHECK(heard_by(choir.listener, all) == mix_of(choir.said));
  CHECK(choir.room.counters().limited_frames == 1);
}

TEST_CASE("whatever happens in a limited room, everyone hears what the slow limiter says",
          "[room][limiter]") {
  const auto seed = GENERATE(range(1U, 7U));
  INFO("seed " << seed);
  std::mt19937 random(seed);
  TestRoom trial(limited_options());
  SlowLimiter slow;
  std::vector<ParticipantId> people;
  for (int i = 0; i < 9; ++i) people.push_back(trial.join());

  for (int tick = 0; tick < 300; ++tick) {
    INFO("tick " << tick);
    const std::size_t crowd = random() % 10;
    const std::uint8_t quiet = random() % 2 == 0 ? 0x00 : 0x40;
    std::vector<Payload> said(people.size());
    std::vector<Payload> all_said;
    for (std::size_t i = 0; i < crowd && i < people.size(); ++i) {
      said[i] = random_payload(random, samples);
      for (auto& code : said[i]) code |= quiet;
      all_said.push_back(said[i]);
      trial.say(people[i], said[i]);
    }
    const auto all = trial.tick();
    if (all_said.empty()) {
      slow.rest();
      continue;
    }
    std::vector<Sums> mixes{sum_of(all_said)};
    for (std::size_t i = 0; i < all_said.size(); ++i) mixes.push_back(sum_of(without(all_said, i)));
    // If all nine talk, nobody hears the sum of all.
    const bool is_sum_heard = all_said.size() < people.size();
    const Sums gains =
        slow.shape(envelope_of({is_sum_heard ? mixes.begin() : mixes.begin() + 1, mixes.end()}));
    const bool is_untouched = gains == Sums(samples, 65536);
    for (std::size_t i = 0; i < people.size(); ++i) {
      const Sums& mix = i < all_said.size() ? mixes[i + 1] : mixes[0];
      const bool passes = is_untouched && all_said.size() == 1 && i >= all_said.size();
      REQUIRE(heard_by(people[i], all) == (passes ? all_said[0] : limited(mix, gains)));
    }
  }
  CHECK(trial.room.counters().limited_frames > 100);
  CHECK(trial.room.counters().limited_frames < 300);
}

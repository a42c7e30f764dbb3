// Open loudspeakers beside microphones, without an echo canceller: the room does not howl, and
// where there is no loop, no sample changes.
#include "common/audio/g711.hpp"
#include "common/audio/gain.hpp"
#include "common/audio/level.hpp"

#include "tests/bench/sound/speech.hpp"
#include "tests/server/room/open_loudspeakers.hpp"

using namespace voiced::test;
using voiced::ParticipantId;

namespace {

constexpr std::size_t samples = OpenRoom::samples;
using Pcm = OpenRoom::Pcm;

voiced::RoomOptions guarded_options(bool guarded = true) {
  auto options = test_options();
  options.limiter = true;
  options.howl_guard = guarded;
  return options;
}

Pcm frame_of(const Pcm& sound, std::size_t tick) {
  const auto begin = static_cast<std::ptrdiff_t>(tick * samples % sound.size());
  return {sound.begin() + begin, sound.begin() + begin + samples};
}

struct Course {
  int loud_ticks = 0;     // in which the talker heard more than -12 dBFS
  double end_dbfs = -96;  // of the last second, after six without speech
};

// Ten seconds of speech, then seven of silence.
Course course_of(OpenRoom& trial) {
  static const Pcm said = bench::speech(8000, 10, 5);
  Course course;
  for (std::size_t tick = 0; tick < 850; ++tick) {
    const double dbfs = trial.tick(tick < 500 ? frame_of(said, tick) : Pcm(samples));
    if (dbfs > -12) ++course.loud_ticks;
    if (tick >= 800) course.end_dbfs = std::max(course.end_dbfs, dbfs);
  }
  return course;
}

// Whether each participant hears exactly the others, while they say this for a number of ticks.
bool passes_exactly(const std::vector<Pcm>& said, std::size_t ticks) {
  auto options = guarded_options();
  options.limiter = false;
  TestRoom trial(options);
  std::vector<voiced::ParticipantId> ids;
  for (std::size_t i = 0; i < said.size(); ++i) ids.push_back(trial.join());
  bool is_exact = true;
  for (std::size_t tick = 0; tick < ticks; ++tick) {
    std::vector<Payload> payloads;
    for (std::size_t i = 0; i < said.size(); ++i) {
      payloads.push_back(OpenRoom::encoded(frame_of(said[i], tick)));
      trial.say(ids[i], payloads.back());
    }
    const auto heard = trial.tick();
    for (std::size_t i = 0; i < said.size(); ++i)
      is_exact = is_exact && heard_by(ids[i], heard) == mix_of(without(payloads, i));
  }
  return is_exact && trial.room.counters().howls == 0;
}

Pcm tone(double hz, double amplitude, std::size_t silent_before = 0) {
  Pcm pcm(8000 * 4);
  for (std::size_t i = silent_before; i < pcm.size(); ++i) {
    const double phase = 6.283185307179586 * hz * static_cast<double>(i) / 8000;
    pcm[i] = static_cast<std::int16_t>(amplitude * std::sin(phase));
  }
  return pcm;
}

}  // namespace

TEST_CASE("without the guard, open loudspeakers howl long after the last word", "[howl_guard]") {
  const std::size_t loudspeakers = GENERATE(4U, 10U);
  OpenRoom trial(guarded_options(false), loudspeakers, 10);
  const Course course = course_of(trial);

  CHECK(course.end_dbfs > -15);
}

TEST_CASE("with the guard, open loudspeakers do not howl", "[howl_guard]") {
  struct Case {
    std::size_t loudspeakers;
    double loss_db;
  };
  const auto [loudspeakers, loss_db] =
      GENERATE(Case{4, 10}, Case{5, 10}, Case{10, 10}, Case{20, 10}, Case{3, 6}, Case{10, 6});
  INFO(loudspeakers << " loudspeakers, " << loss_db << " dB");
  OpenRoom trial(guarded_options(), loudspeakers, loss_db);
  const Course course = course_of(trial);

  CHECK(course.loud_ticks <= 150);
  CHECK(course.end_dbfs < -60);
  CHECK(trial.room.counters().howls == 1);
  CHECK(trial.room.guard_gain_db(trial.others[0]) < -3);
  // The talker has a headset, and is not to blame.
  CHECK_FALSE(trial.room.find(trial.talker)->guarded.echoes);
  const auto blamed = std::count_if(trial.others.begin(), trial.others.end(),
                                    [&](auto id) { return trial.room.find(id)->guarded.echoes; });
  CHECK(blamed >= 2);
}

TEST_CASE("while the guard acts, a talker is heard, at nearly its own level", "[howl_guard]") {
  OpenRoom trial(guarded_options(), 10, 10);
  (void)course_of(trial);
  REQUIRE(trial.room.counters().howls == 1);
  const Pcm said = bench::speech(8000, 5, 9);
  double power_said = 0, power_heard = 0;
  for (std::size_t tick = 0; tick < 250; ++tick) {
    const Pcm frame = frame_of(said, tick);
    (void)trial.tick(frame);
    power_said += static_cast<double>(voice::square_sum(frame));
    const Pcm heard = OpenRoom::decoded(heard_by(trial.others[3], trial.heard_all));
    power_heard += static_cast<double>(voice::square_sum(heard));
  }

  CHECK(power_heard > 0.4 * power_said);
  CHECK(power_heard < 1.5 * power_said);
}

TEST_CASE("the guard lets go after two minutes, and acts for longer if it howls again",
          "[howl_guard]") {
  OpenRoom trial(guarded_options(), 5, 6);
  const auto quiet_seconds = [&](int seconds) {
    for (int tick = 0; tick < seconds * 50; ++tick) (void)trial.tick(Pcm(samples));
  };
  (void)course_of(trial);
  REQUIRE(trial.room.counters().howls == 1);
  quiet_seconds(120);  // noise is enough to make it howl
  REQUIRE(trial.room.counters().howls == 2);
  quiet_seconds(150);
  CHECK(trial.room.counters().howls == 2);

  // Without most of the loudspeakers, nothing howls any more.
  for (std::size_t i = 1; i < trial.others.size(); ++i) trial.room.leave(trial.others[i]);
  quiet_seconds(120);
  CHECK(trial.room.counters().howls == 2);
  CHECK(trial.room.guard_gain_db(trial.others[0]) == 0);
  const Pcm said = OpenRoom::decoded(OpenRoom::encoded(frame_of(bench::speech(8000, 1, 9), 20)));
  (void)trial.tick(said);
  CHECK(OpenRoom::decoded(heard_by(trial.others[0], trial.heard_all)) == said);
}

TEST_CASE("a loop that does not howl is left alone", "[howl_guard]") {
  OpenRoom trial(guarded_options(), 2, 10);
  OpenRoom bare(guarded_options(false), 2, 10);
  const Pcm said = bench::speech(8000, 10, 5);
  bool is_same = true;
  for (std::size_t tick = 0; tick < 500; ++tick) {
    (void)trial.tick(frame_of(said, tick));
    (void)bare.tick(frame_of(said, tick));
    for (std::size_t i = 0; i < trial.heard_all.size(); ++i)
      is_same = is_same && trial.heard_all[i].payload == bare.heard_all[i].payload;
  }

  CHECK(is_same);
}

TEST_CASE("speech of any number of loud talkers passes bit-exact", "[howl_guard]") {
  const std::size_t talkers = GENERATE(2U, 5U, 12U);
  std::vector<Pcm> said;
  for (std::size_t i = 0; i < talkers; ++i) {
    said.push_back(bench::speech(8000, 20, static_cast<std::uint32_t>(i + 1)));
    voice::apply_gain(said.back(), 12);
  }

  CHECK(passes_exactly(said, 1000));
}

TEST_CASE("test tones pass bit-exact, one alone and many at once", "[howl_guard]") {
  // A loud one while others speak; others that set in later; the same from all; all different.
  const Pcm quiet = bench::speech(8000, 4, 3);
  CHECK(passes_exactly({tone(1000, 30000), quiet, quiet}, 600));
  CHECK(passes_exactly({tone(440, 9000), tone(440, 9000, 8000), tone(440, 9000, 16000)}, 600));
  CHECK(passes_exactly({tone(440, 9000), tone(440, 9000), tone(440, 9000), tone(440, 9000)}, 600));
  CHECK(passes_exactly({tone(440, 9000), tone(523, 9000), tone(659, 9000), tone(880, 9000)}, 600));
}

TEST_CASE("music that swells passes bit-exact", "[howl_guard]") {
  // A chord that grows by 20 dB in four seconds, from one talker, while another one speaks.
  Pcm chord(8000 * 4);
  for (std::size_t i = 0; i < chord.size(); ++i) {
    const double t = static_cast<double>(i) / 8000, phase = 6.283185307179586 * t;
    const double level = 900 * std::pow(10.0, t / 4);
    chord[i] = static_cast<std::int16_t>(
        level * (std::sin(220 * phase) + std::sin(277 * phase) + std::sin(330 * phase)));
  }

  CHECK(passes_exactly({chord, bench::speech(8000, 4, 2)}, 800));
}

TEST_CASE("the guard is switched off while it acts", "[howl_guard]") {
  OpenRoom trial(guarded_options(), 10, 10);
  (void)course_of(trial);
  REQUIRE(trial.room.guard_gain_db(trial.others[0]) < -3);

  trial.room.set_howl_guard(false);
  CHECK(trial.room.guard_gain_db(trial.others[0]) == 0);
  const Pcm said = bench::speech(8000, 1, 9);
  (void)trial.tick(said.size() >= samples ? frame_of(said, 10) : Pcm(samples));
  CHECK(trial.room.find(trial.others[0])->guarded.gain == 1);
  trial.room.set_howl_guard(true);
  (void)course_of(trial);
  CHECK(trial.room.counters().howls == 2);
}

TEST_CASE("a participant that leaves a loop takes its track with it", "[howl_guard]") {
  OpenRoom trial(guarded_options(), 10, 10);
  const Pcm said = bench::speech(8000, 2, 5);
  for (std::size_t tick = 0; tick < 60; ++tick) {
    (void)trial.tick(frame_of(said, tick));
    if (tick % 10 == 9) trial.room.leave(trial.others[tick / 10]);
  }
  trial.room.leave(trial.talker);
  const auto newcomer = trial.join();

  CHECK_FALSE(trial.room.find(newcomer)->guarded.echoes);
  CHECK(trial.room.guard_gain_db(newcomer) == 0);
}

TEST_CASE("levelling does not work against the guard", "[howl_guard]") {
  auto options = guarded_options();
  options.level_talkers = true;
  OpenRoom trial(options, 6, 6);
  (void)course_of(trial);
  REQUIRE(trial.room.counters().howls >= 1);
  const auto gain_db = [&](ParticipantId id) { return trial.room.find(id)->leveller->gain_db(); };
  std::vector<double> before;
  for (const ParticipantId id : trial.others) before.push_back(gain_db(id));

  const Pcm said = bench::speech(8000, 20, 9);
  for (std::size_t tick = 0; tick < 1000; ++tick) {
    (void)trial.tick(frame_of(said, tick));
    if (trial.room.guard_gain_db(trial.others[0]) == 0) break;
    for (std::size_t i = 0; i < before.size(); ++i) CHECK(gain_db(trial.others[i]) == before[i]);
  }
}

TEST_CASE("a howl is forgotten when everybody has left", "[howl_guard]") {
  OpenRoom trial(guarded_options(), 10, 10);
  (void)course_of(trial);
  REQUIRE(trial.room.guard_gain_db(trial.others[0]) < -3);

  for (const ParticipantId id : trial.others) trial.room.leave(id);
  trial.room.leave(trial.talker);
  const auto speaker = trial.join(), ear = trial.join(), third = trial.join();
  const Pcm said = OpenRoom::decoded(OpenRoom::encoded(frame_of(bench::speech(8000, 1, 9), 20)));
  for (int tick = 0; tick < 3; ++tick) {
    trial.say(speaker, OpenRoom::encoded(said));
    trial.say(third, silence());
    CHECK(OpenRoom::decoded(heard_by(ear, trial.TestRoom::tick())) == said);
  }
  CHECK(trial.room.guard_gain_db(speaker) == 0);
}

TEST_CASE("that a participant echoes is still known when the guard has been switched off and on",
          "[howl_guard]") {
  OpenRoom trial(guarded_options(), 10, 10);
  (void)course_of(trial);
  std::vector<bool> before;
  for (const ParticipantId id : trial.others) before.push_back(trial.room.find(id)->guarded.echoes);
  trial.room.set_howl_guard(false);
  trial.room.set_howl_guard(true);

  for (std::size_t i = 0; i < before.size(); ++i)
    CHECK(trial.room.find(trial.others[i])->guarded.echoes == before[i]);
  const ParticipantId moved = trial.room.admit(trial.room.release(trial.others[0]));
  CHECK(trial.room.find(moved)->guarded.echoes == before[0]);
}

// What a room does in either jitter mode. Talkers send constant levels, which no playout changes
// once they are played.
#include "tests/server/room/test_room.hpp"
#include "tests/support/both_modes.hpp"

using namespace voiced;
using namespace voiced::test;
using voice::test::either_mode;

namespace {

// A talk spurt is played after this many ticks, in either mode.
constexpr int ticks_to_start = 5;
constexpr int ticks_of_20_minutes = 20 * 60 * 50;

RoomOptions options_with(const voice::PlayoutOptions& playout) {
  RoomOptions options = test_options();
  options.playout = playout;
  return options;
}

struct Talkers : TestRoom {
  explicit Talkers(const voice::PlayoutOptions& playout)
      : TestRoom(options_with(playout)), a(join()), b(join()), c(join()) {}

  /// Everyone speaks on time for this many ticks. Returns what was heard in the last one.
  std::vector<Heard> speak(int ticks) {
    std::vector<Heard> all;
    for (; ticks > 0; --ticks) {
      say(a, codes[0]);
      say(b, codes[1]);
      say(c, codes[2]);
      all = tick();
      now += voice::frame_duration;
    }
    return all;
  }
  [[nodiscard]] Payload without_talker(std::size_t left_out) const {
    return mix_of(without(codes, left_out));
  }

  ParticipantId a, b, c;
  std::vector<Payload> codes{Payload(160, 0xA5), Payload(160, 0xB2), Payload(160, 0x39)};
};

}  // namespace

TEST_CASE("in either mode all hear the others and not themselves", "[room][modes]") {
  Talkers trial(either_mode());
  (void)trial.speak(ticks_to_start);
  for (int i = 0; i < 50; ++i) {
    const auto all = trial.speak(1);
    REQUIRE(heard_by(trial.a, all) == trial.without_talker(0));
    REQUIRE(heard_by(trial.b, all) == trial.without_talker(1));
    REQUIRE(heard_by(trial.c, all) == trial.without_talker(2));
  }
}

TEST_CASE("in either mode nothing said in twenty minutes of mute is heard later, or counts as lost",
          "[room][modes]") {
  Talkers trial(either_mode());
  trial.room.set_sequencing(trial.a, Sequencing::ignored);
  trial.room.set_mutes(trial.a, {.microphone = true});
  (void)trial.speak(ticks_to_start);
  const auto muted = trial.speak(ticks_of_20_minutes);
  CHECK(heard_by(trial.b, muted) == trial.codes[2]);
  CHECK(heard_by(trial.a, muted) == trial.without_talker(0));

  trial.room.set_mutes(trial.a, {});
  trial.codes[0] = Payload(160, 0xC7);
  const auto heard = trial.speak(ticks_to_start);

  CHECK(heard_by(trial.b, heard) == trial.without_talker(1));
  const auto& counters = trial.room.find(trial.a)->playout.counters();
  CHECK(counters.expired_samples == 0);
  CHECK(counters.dropped_samples == 0);
  CHECK(counters.lost == 0);
}

TEST_CASE("in either mode a muted loudspeaker gets nothing, and its owner is heard",
          "[room][modes]") {
  Talkers trial(either_mode());
  trial.room.set_mutes(trial.a, {.loudspeaker = true});
  (void)trial.speak(ticks_to_start);

  const auto all = trial.speak(1);

  CHECK_FALSE(heard_by(trial.a, all));
  CHECK(heard_by(trial.b, all) == trial.without_talker(1));
  CHECK(trial.room.frames_sent(trial.a) == 0);
}

TEST_CASE("a change of the mode in a call costs a few ticks of sound at most", "[room][modes]") {
  const auto first = either_mode();
  Talkers trial(first);
  (void)trial.speak(ticks_to_start);
  for (int change = 0; change < 4; ++change) {
    const bool is_fixed = trial.room.playout().mode == voice::JitterMode::fixed;
    trial.room.set_playout(is_fixed ? voice::PlayoutOptions{} : voice::fixed_playout(2));
    (void)trial.speak(ticks_to_start);
    for (int i = 0; i < 20; ++i) {
      const auto all = trial.speak(1);
      REQUIRE(heard_by(trial.b, all) == trial.without_talker(1));
    }
  }
  // What is held when the mode becomes `fixed` may expire: groups of arrival times were wider
  // before.
  CHECK(trial.room.find(trial.a)->playout.counters().expired_samples <= 2 * 2 * 160);
}

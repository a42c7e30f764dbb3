// Participants that come from another room or go to one.
#include "tests/server/room/test_room.hpp"

using namespace voiced;
using namespace voiced::test;
using voice::CodecId;
using voice::Fade;

namespace {

// µ-law of a loud constant level: any edge in it is easy to see.
constexpr std::uint8_t loud = 0x20;

int sample(std::uint8_t code) {
  std::int16_t pcm = 0;
  voice::g711::decode(std::span{&code, 1}, std::span{&pcm, 1});
  return pcm;
}

int largest_step(const Payload& payload, int before) {
  int step = 0;
  for (const std::uint8_t code : payload) {
    step = std::max(step, std::abs(sample(code) - before));
    before = sample(code);
  }
  return step;
}

}  // namespace

TEST_CASE("a fade rises or falls evenly, and ends in silence", "[fade]") {
  std::vector<std::int16_t> pcm(160, 16000);
  voice::fade(pcm, Fade::in);
  CHECK(pcm.front() == 0);
  CHECK(pcm[80] == 8000);
  CHECK(pcm.back() == 15900);
  pcm.assign(160, -16000);
  voice::fade(pcm, Fade::out);
  CHECK(pcm.front() == -15900);
  CHECK(pcm.back() == 0);
}

TEST_CASE("what a listener hears fades out and in, at no other tick than the next",
          "[room][moves]") {
  const CodecId codec = GENERATE(CodecId::pcmu, CodecId::l16);
  TestRoom trial;
  const auto talker = trial.join(), listener = trial.join(), other = trial.join();
  trial.room.set_codec(listener, codec);
  const auto hear = [&] {
    trial.say(talker, Payload(160, loud));
    return trial.tick();
  };
  for (int i = 0; i < 3; ++i) (void)hear();
  const Payload level = *heard_by(listener, hear());

  trial.room.fade(listener, Fade::out);
  const auto faded = hear();
  const auto after = hear();

  const Payload out = *heard_by(listener, faded);
  CHECK(out.size() == level.size());
  if (codec == CodecId::pcmu) {
    CHECK(largest_step(out, sample(level.back())) < 1500);
    CHECK(std::abs(sample(out.back())) < 200);
  } else {
    CHECK(out.back() == 0);
  }
  CHECK(*heard_by(other, faded) == Payload(160, loud));
  CHECK(*heard_by(listener, after) == level);
}

TEST_CASE("what a talker says fades for all others", "[room][moves]") {
  TestRoom trial;
  const auto talker = trial.join(), listener = trial.join();
  const auto hear = [&] {
    trial.say(talker, Payload(160, loud));
    return *heard_by(listener, trial.tick());
  };
  for (int i = 0; i < 3; ++i) (void)hear();

  trial.room.fade(talker, Fade::in);
  const Payload in = hear();

  CHECK(std::abs(sample(in.front())) < 200);
  CHECK(largest_step(in, 0) < 1500);
  CHECK(hear() == Payload(160, loud));
}

TEST_CASE("a participant that leaves in the tick of its fade takes it along", "[room][moves]") {
  TestRoom trial;
  const auto talker = trial.join(), guest = trial.join();
  trial.room.fade(guest, Fade::in);
  trial.room.leave(guest);
  const auto next = trial.join();
  for (int i = 0; i < 4; ++i) {
    trial.say(talker, Payload(160, loud));
    const auto all = trial.tick();
    if (!all.empty()) CHECK(*heard_by(next, all) == Payload(160, loud));
  }
  trial.room.fade(guest, Fade::out);  // a stale id
  trial.say(talker, Payload(160, loud));
  CHECK(*heard_by(next, trial.tick()) == Payload(160, loud));
}

TEST_CASE("what was released can be admitted elsewhere, and nobody twice", "[room][moves]") {
  const RoomOptions options = test_options();
  TickScratch scratch(options.participants_max, 960);
  Room first(options, scratch), second(options, scratch);
  const auto id = first.join().value();
  first.set_codec(id, CodecId::l16);

  auto participant = first.release(id);
  REQUIRE(participant != nullptr);
  CHECK(first.release(id) == nullptr);
  CHECK(first.participants() == 0);
  CHECK(first.users_of(CodecId::l16) == 0);
  REQUIRE(second.has_place());
  const auto there = second.admit(std::move(participant));

  CHECK(second.users_of(CodecId::l16) == 1);
  CHECK(second.find(there)->playout.codec() == CodecId::l16);
}

TEST_CASE("a participant with the other rate is converted in a room that has both",
          "[room][moves][rates]") {
  RoomOptions low = test_options(8000);
  RoomOptions high = test_options(48000);
  high.other_format = low.format;
  TickScratch scratch(high.participants_max, 960);
  Room first(low, scratch), second(high, scratch);
  auto participant = first.release(first.join().value());
  REQUIRE(second.has_place());
  const auto moved = second.admit(std::move(participant));
  RoomTrial trial(second);
  const auto native = trial.join();
  second.use_room_rate(native);

  for (int i = 0; i < 4; ++i) {
    second.fade(moved, Fade::in);
    trial.say(native, Payload(960, loud));
    for (const Heard& heard : trial.tick())
      CHECK(heard.payload.size() == (heard.who == moved ? 160U : 960U));
  }
}

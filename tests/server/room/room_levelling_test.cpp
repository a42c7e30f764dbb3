// Talkers that are made equally loud: what the others hear, and what the operator decides.
#include "common/audio/level.hpp"

#include "tests/bench/sound/speech.hpp"
#include "tests/server/room/test_room.hpp"

#include <cmath>

using namespace voiced::test;
using voiced::ParticipantId;

namespace {

constexpr std::size_t samples = 160;

voiced::RoomOptions levelled_options(bool levelled = true) {
  auto options = test_options();
  options.level_talkers = levelled;
  return options;
}

// A participant's words in µ-law, 20 ms at a time.
class Speech {
 public:
  Speech(double db, std::uint32_t seed) {
    const double factor = std::pow(10.0, db / 20.0);
    for (const std::int16_t sample : bench::speech(8000, 20, seed))
      codes_.push_back(voice::test::g711_tables().encode(std::lround(sample * factor)));
  }
  Payload next() {
    const auto begin = codes_.begin() + static_cast<std::ptrdiff_t>(at_);
    at_ = (at_ + samples) % codes_.size();
    return {begin, begin + samples};
  }

 private:
  Payload codes_;
  std::size_t at_ = 0;
};

struct Pair : TestRoom {
  explicit Pair(const voiced::RoomOptions& options) : TestRoom(options) {}

  // Both speak for a second. Returns what all heard in the last tick.
  std::vector<Heard> second(int ticks = 50) {
    std::vector<Heard> all;
    for (int i = 0; i < ticks; ++i) {
      say(soft, soft_said = soft_speech.next());
      say(loud, loud_said = loud_speech.next());
      all = tick();
    }
    return all;
  }
  [[nodiscard]] double gain_db(ParticipantId id) const {
    const auto& leveller = room.find(id)->leveller;
    return leveller ? leveller->gain_db() : 0.0;
  }

  ParticipantId soft = join(), loud = join();
  Speech soft_speech{-38, 1}, loud_speech{-7, 2};  // about -46 and -15 dBFS
  Payload soft_said, loud_said;
};

Payload scaled(const Payload& ulaw, double db) {
  Payload out(ulaw.size());
  voice::GainTable(db).apply(ulaw, out);
  return out;
}

}  // namespace

TEST_CASE("a soft talker is raised for the others and a loud one lowered, and neither hears itself",
          "[room][leveller]") {
  Pair pair(levelled_options());
  for (int i = 0; i < 20; ++i) pair.second();
  CHECK(pair.gain_db(pair.soft) > 15);
  CHECK(pair.gain_db(pair.loud) < -7);

  for (int i = 0; i < 50; ++i) {
    const double up = pair.gain_db(pair.soft), down = pair.gain_db(pair.loud);
    const auto all = pair.second(1);
    REQUIRE(heard_by(pair.soft, all) == mix_of({scaled(pair.loud_said, down)}));
    REQUIRE(heard_by(pair.loud, all) == mix_of({scaled(pair.soft_said, up)}));
  }
}

TEST_CASE("without levelling everything is heard as it was said", "[room][leveller]") {
  Pair pair(levelled_options(false));
  for (int i = 0; i < 200; ++i) {
    const auto all = pair.second(1);
    REQUIRE(heard_by(pair.soft, all) == mix_of({pair.loud_said}));
  }
  CHECK(pair.room.find(pair.soft)->leveller == nullptr);
}

TEST_CASE("levelling is switched on and off for present participants", "[room][leveller]") {
  Pair pair(levelled_options(false));
  pair.room.set_levelling(true);
  for (int i = 0; i < 10; ++i) pair.second();
  CHECK(pair.gain_db(pair.soft) > 10);

  pair.room.set_levelling(false);
  pair.second(1);  // from one gain to the other
  const auto all = pair.second(1);
  CHECK(heard_by(pair.loud, all) == mix_of({pair.soft_said}));
}

TEST_CASE("the end of levelling is heard in the course of a frame", "[room][leveller]") {
  Pair pair(levelled_options());
  for (int i = 0; i < 10; ++i) pair.second();
  const double db = pair.gain_db(pair.soft);
  REQUIRE(db > 10);
  double wanted = 0;
  SECTION("it is switched off") {
    pair.room.set_levelling(false);
  }
  SECTION("the operator sets a gain") {
    pair.room.set_gain(pair.soft, wanted = -6.0);
  }

  Payload tone(samples, 0xC0);  // about 1900
  for (std::size_t i = 0; i < samples; i += 2) tone[i] = 0x40;
  pair.say(pair.soft, tone);
  const auto frame = heard_by(pair.loud, pair.tick());

  REQUIRE(frame);
  const auto louder_db = [&](std::size_t at) {
    const auto& decode = voice::test::g711_tables().decode;
    return 20 * std::log10(static_cast<double>(decode[(*frame)[at]]) / decode[tone[at]]);
  };
  CHECK(std::abs(louder_db(0) - db) < 1);
  CHECK(std::abs(louder_db(samples - 1) - wanted) < 1);
}

TEST_CASE("a talker whose gain the operator has set is not levelled", "[room][leveller]") {
  Pair pair(levelled_options());
  for (int i = 0; i < 10; ++i) pair.second();
  pair.room.set_gain(pair.soft, -6.0);

  for (int i = 0; i < 10; ++i) {
    const auto all = pair.second();
    CHECK(heard_by(pair.loud, all) == mix_of({scaled(pair.soft_said, -6.0)}));
  }

  // At 0 dB, levelling begins anew.
  pair.room.set_gain(pair.soft, 0.0);
  pair.second(1);  // from one gain to the other
  const auto all = pair.second(1);
  CHECK(heard_by(pair.loud, all) == mix_of({pair.soft_said}));
  for (int i = 0; i < 10; ++i) pair.second();
  CHECK(pair.gain_db(pair.soft) > 10);
}

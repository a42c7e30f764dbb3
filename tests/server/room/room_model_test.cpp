// Random rooms against a model that is half as complex and a hundred times as slow.
#include "tests/server/room/test_room.hpp"

using namespace voiced::test;
using voiced::Mutes;
using voiced::ParticipantId;

namespace {

struct Person {
  ParticipantId id;
  Mutes mutes;
  bool is_local = false;
  std::optional<Payload> says = {};      // in the coming tick
  bool spoke = false;                    // in the last one, heard or not
  std::optional<voice::Ramp> ramp = {};  // in the coming tick: just muted, or just not any more
};

Payload ramped(const Payload& said, voice::Ramp ramp) {
  const auto& tables = voice::test::g711_tables();
  std::vector<std::int16_t> pcm;
  for (const std::uint8_t code : said) pcm.push_back(tables.decode[code]);
  voice::apply(ramp, pcm);
  Payload codes;
  for (const std::int16_t sample : pcm) codes.push_back(tables.encode(sample));
  return codes;
}

// A random story of coming, going, muting and speaking, with one frame per talker and tick.
class Story {
 public:
  explicit Story(unsigned seed) : random_(seed), room_(test_options(5000, places)) {}

  void step() {
    change();
    for (Person& person : people_) {
      person.says.reset();
      if (dice(3) == 0) continue;
      person.says = random_payload(random_, samples);
      room_.say(person.id, *person.says);
      if (person.ramp) person.says = ramped(*person.says, *person.ramp);
    }
    check(room_.tick());
    for (Person& person : people_) {
      person.spoke = person.says.has_value();
      person.ramp.reset();
    }
  }

 private:
  static constexpr std::size_t places = 9;
  static constexpr std::size_t samples = 100;

  unsigned dice(unsigned sides) { return static_cast<unsigned>(random_() % sides); }

  void change() {
    const bool full = people_.size() == places;
    if (dice(4) == 0 && !full) people_.push_back({room_.join(), {}});
    if (dice(20) == 0 && !full && !has_local()) join_local();
    if (dice(8) == 0 && !people_.empty()) {
      const auto who = dice(static_cast<unsigned>(people_.size()));
      gone_.push_back(people_[who].id);
      room_.room.leave(people_[who].id);
      people_.erase(people_.begin() + who);
    }
    if (dice(3) == 0 && !people_.empty()) {
      Person& person = people_[dice(static_cast<unsigned>(people_.size()))];
      const bool was_muted = person.mutes.microphone;
      person.mutes = {dice(3) == 0, dice(3) == 0, dice(2) == 0};
      if (person.spoke && person.mutes.microphone != was_muted)
        person.ramp = was_muted ? voice::Ramp{0, 1} : voice::Ramp{1, 0};
      room_.room.set_mutes(person.id, person.mutes);
      for (const Person& local : people_) {
        if (!local.is_local) continue;
        room_.room.leave_out(local.id, person.id, person.mutes.not_played_here);
      }
    }
    if (!gone_.empty()) room_.say(gone_[dice(static_cast<unsigned>(gone_.size()))], silence());
  }

  bool has_local() const {
    for (const Person& person : people_) {
      if (person.is_local) return true;
    }
    return false;
  }

  void join_local() {
    const ParticipantId id = room_.join();
    for (const Person& other : people_) {
      room_.room.leave_out(id, other.id, other.mutes.not_played_here);
    }
    people_.push_back({id, {}, true});
  }

  std::vector<Payload> audible_to(const Person& listener) const {
    std::vector<Payload> audible;
    for (const Person& other : people_) {
      const bool hidden = listener.is_local && other.mutes.not_played_here;
      if (other.id == listener.id || !contributes(other) || hidden) continue;
      audible.push_back(*other.says);
    }
    return audible;
  }

  static bool contributes(const Person& person) {
    return person.says && (!person.mutes.microphone || person.ramp);
  }

  std::size_t contributors() const {
    std::size_t count = 0;
    for (const Person& person : people_) count += contributes(person) ? 1U : 0U;
    return count;
  }

  void check(const std::vector<Heard>& all) {
    std::size_t messages = 0;
    for (const Person& person : people_) {
      const auto heard = heard_by(person.id, all);
      const bool wanted = contributors() != 0 && !person.mutes.loudspeaker;
      REQUIRE(heard.has_value() == wanted);
      if (!wanted) continue;
      ++messages;
      const auto audible = audible_to(person);
      const bool speaks = contributes(person);
      // One talker passes unchanged to participants that only listen; elsewhere 0x7F becomes 0xFF.
      const bool passes = contributors() == 1 && !speaks && audible.size() == 1;
      REQUIRE(heard == (passes ? audible.front() : mix_of(audible, samples)));
    }
    REQUIRE(all.size() == messages);
    REQUIRE(room_.room.contributors() == contributors());
    REQUIRE(room_.room.participants() == people_.size());
  }

  std::mt19937 random_;
  TestRoom room_;
  std::vector<Person> people_;
  std::vector<ParticipantId> gone_;
};

}  // namespace

TEST_CASE("whatever happens in a conference, everyone hears what the model says", "[room]") {
  const auto seed = GENERATE(range(1U, 9U));
  INFO("seed " << seed);
  Story story(seed);
  for (int tick = 0; tick < 400; ++tick) {
    INFO("tick " << tick);
    story.step();
  }
}

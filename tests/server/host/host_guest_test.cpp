// A participant inside the server: what it is told of a conference.
#include "tests/server/host/crowd.hpp"

using namespace voiced;
using namespace voiced::test;

namespace {

// Writes down what it is told: m for a mix, p for a pause, t for the end of a tick.
class Recorder final : public Guest {
 public:
  explicit Recorder(std::string& told) : told_(told) {}
  void before_mix(Room&, ParticipantId, voice::TimePoint) override {}
  void deliver(voice::Bytes, voice::TimePoint) override { told_ += 'm'; }
  void pause() override { told_ += 'p'; }
  void after_mix(voice::TimePoint) override { told_ += 't'; }
  [[nodiscard]] voice::CodecId codec() const override { return voice::CodecId::l16; }
  void set_mutes(const Mutes&) override {}
  [[nodiscard]] Mutes mutes() const override { return {}; }
  [[nodiscard]] std::string_view name() const override { return "server"; }

 private:
  std::string& told_;
};

}  // namespace

TEST_CASE("a guest is told once when what it hears pauses", "[host][guest]") {
  std::string told;
  Crowd crowd;
  REQUIRE(crowd.host.seat(std::make_unique<Recorder>(told)));
  const PeerId talker = crowd.arrive(1);
  crowd.tick();
  CHECK(told == "t");
  for (int round = 0; round < 2; ++round) {
    told.clear();
    for (int i = 0; i < 3; ++i) {
      crowd.speak(talker);
      crowd.tick();
    }
    for (int i = 0; i < 3; ++i) crowd.tick();
    CHECK(told == "mtmtmtpttt");
  }
}

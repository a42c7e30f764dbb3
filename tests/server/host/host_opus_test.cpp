// Opus costs time: a host gives it only while it has some to spare.
#include "tests/server/host/crowd.hpp"

using namespace voiced;
using namespace voiced::test;
using voice::CodecId;

namespace {

void work(Host& host, double share, int ticks) {
  for (int i = 0; i < ticks; ++i) {
    host.worked(std::chrono::duration_cast<voice::Duration>(share * voice::frame_duration));
  }
}

bool offers(const Host& host) {
  return host.lobby().offers(front_room, CodecId::opus);
}

}  // namespace

TEST_CASE("above four fifths of the load limit newcomers are given no Opus, below they are again",
          "[host][opus]") {
  HostOptions options = crowd_options();
  options.load_max = 0.5;
  Crowd crowd(options);
  CHECK(offers(crowd.host));

  work(crowd.host, 0.38, 500);
  CHECK(offers(crowd.host));
  work(crowd.host, 0.42, 500);
  CHECK_FALSE(offers(crowd.host));
  CHECK(crowd.host.lobby().offers(front_room, CodecId::l16));
  work(crowd.host, 0.1, 500);
  CHECK(offers(crowd.host));
}

TEST_CASE("the shell is told how long a peer's messages are when its codec is chosen",
          "[host][opus]") {
  HostOptions options = crowd_options();
  options.front_room.opus_kbits = 24;
  Crowd crowd(options);
  const PeerId classic = crowd.arrive(1), opus = crowd.arrive(2), l16 = crowd.arrive(3);
  CHECK(crowd.host.message_bytes(opus) == 16 + 160);
  crowd.speak(classic);
  CHECK(crowd.host.take_resized().empty());

  crowd.say(opus, voice::test::message("Hello\nName:Ada\nCodecs:opus"));
  crowd.say(l16, voice::test::message("Hello\nName:Bob\nCodecs:l16"));
  crowd.say(l16, voice::test::message("Hello\nName:Cid"));

  CHECK(crowd.host.take_resized() == std::vector{opus, l16});
  CHECK(crowd.host.take_resized().empty());
  CHECK(crowd.host.message_bytes(classic) == 16 + 160);
  CHECK(crowd.host.message_bytes(opus) == 16 + 60);
  CHECK(crowd.host.message_bytes(l16) == 16 + 320);

  options.front_room.opus_kbits = 96;
  crowd.host.reconfigure(options);
  CHECK(crowd.host.take_resized() == std::vector{opus});
  CHECK(crowd.host.message_bytes(opus) == 16 + 240);
  crowd.host.ended(opus, Ended::closed, crowd.now);
  crowd.tick();
  CHECK(crowd.host.message_bytes(opus) == 16 + 160);
}

TEST_CASE("which codecs are offered, and the bit rate, change while peers are connected",
          "[host][opus]") {
  HostOptions options = crowd_options();
  Crowd crowd(options);
  options.front_room.codecs = {};
  options.front_room.opus_kbits = 64;

  crowd.host.reconfigure(options);
  CHECK_FALSE(offers(crowd.host));
  CHECK_FALSE(crowd.host.lobby().offers(front_room, CodecId::l16));

  options.front_room.codecs = voice::CodecSet::all();
  crowd.host.reconfigure(options);
  CHECK(offers(crowd.host));
}

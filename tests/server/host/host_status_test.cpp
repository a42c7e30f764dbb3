// The figures that a host reports, of peers that are here and of those that have gone.
#include "tests/server/host/crowd.hpp"

using namespace voiced;
using namespace voiced::test;

namespace {

std::uint64_t sum(const CloseCounters& closes) {
  std::uint64_t all = 0;
  for (std::size_t i = 0; i < close_reason_count; ++i) {
    all += closes.of(static_cast<CloseReason>(i));
  }
  return all;
}

}  // namespace

TEST_CASE("every connection ends for one reason, and all of them are counted", "[host_status]") {
  Crowd crowd(crowd_options(2));
  const PeerId left = crowd.arrive(1);
  const PeerId reset = crowd.arrive(2);
  (void)crowd.arrive(3);  // finds no place
  crowd.host.gone_at_once();
  crowd.host.ended(left, Ended::closed, crowd.now);
  crowd.host.ended(reset, Ended::broken, crowd.now);
  crowd.tick(600);

  const ServerStatus status = crowd.host.status(crowd.now);
  CHECK(status.connections == 4);
  CHECK(sum(status.closes) == 4);
  CHECK(status.closes.of(CloseReason::left) == 1);
  CHECK(status.closes.of(CloseReason::reset) == 1);
  CHECK(status.closes.of(CloseReason::refused_full) == 1);
  CHECK(status.closes.of(CloseReason::gone_at_once) == 1);
  CHECK(status.participants == 0);
}

TEST_CASE("what a peer has sent and been sent still counts after it has gone", "[host_status]") {
  Crowd crowd;
  const PeerId talker = crowd.arrive(1);
  const PeerId listener = crowd.arrive(2);
  for (int i = 0; i < 20; ++i) {
    crowd.speak(talker);
    crowd.tick();
  }
  crowd.say(talker, voice::test::message("nonsense"));
  const ServerStatus before = crowd.host.status(crowd.now);
  const std::size_t got = crowd.line(talker).got.size() + crowd.line(listener).got.size();
  CHECK(before.packets_in == 20);
  CHECK(before.received.messages_in == 21);
  CHECK(before.received.ignored_messages == 1);
  CHECK(before.playout.packets == 20);
  CHECK(before.bytes_out == got);
  CHECK(before.frames_out == crowd.line(talker).frames() + crowd.line(listener).frames());

  crowd.host.ended(talker, Ended::closed, crowd.now);
  crowd.host.ended(listener, Ended::broken, crowd.now);
  crowd.tick();

  const ServerStatus after = crowd.host.status(crowd.now);
  CHECK(after.received.messages_in == before.received.messages_in);
  CHECK(after.received.bytes_in == before.received.bytes_in);
  CHECK(after.received.ignored_messages == 1);
  CHECK(after.playout.packets == 20);
  CHECK(after.bytes_out == before.bytes_out);
  CHECK(after.frames_out == before.frames_out);
}

TEST_CASE("useless messages from peers are counted by kind, even after the peers have gone",
          "[host_status]") {
  Crowd crowd;
  const PeerId talker = crowd.arrive(1);
  crowd.say_hello(talker);
  crowd.say(talker, voice::test::message("nonsense"));
  auto damaged = voice::test::rtp_message(1, voice::test::ByteVector(160, 0x20));
  damaged[4] |= 0x0F;  // announces 15 contributing sources that are not there
  damaged.resize(voice::length_prefix_bytes + voice::rtp_header_bytes);
  voice::store_le32(damaged.data(), voice::rtp_header_bytes);
  crowd.say(talker, damaged);
  auto foreign = voice::test::rtp_message(2, voice::test::ByteVector(160, 0x20));
  foreign[5] = 8;  // A-law
  crowd.say(talker, foreign);
  crowd.say(talker, voice::test::message("Ping\nId"));
  for (int i = 0; i < 21; ++i) crowd.say(talker, voice::test::message("Ping\nId:1"));

  const SessionCounters here = crowd.host.status(crowd.now).received;
  CHECK(here.messages_in == 26);
  CHECK(here.ignored_messages == 1);
  CHECK(here.bad_packets == 1);
  CHECK(here.foreign_packets == 1);
  CHECK(here.bad_texts == 1);
  CHECK(here.excess_messages == 1);  // twenty Pings may come at once

  crowd.host.ended(talker, Ended::closed, crowd.now);
  crowd.tick();
  const SessionCounters gone = crowd.host.status(crowd.now).received;
  CHECK(gone.bytes_in == here.bytes_in);
  CHECK(gone.messages_in == 26);
  CHECK(gone.ignored_messages == 1);
  CHECK(gone.bad_packets == 1);
  CHECK(gone.foreign_packets == 1);
  CHECK(gone.bad_texts == 1);
  CHECK(gone.excess_messages == 1);
}

TEST_CASE("peers with something waiting to be sent are congested until it has been sent",
          "[host_status]") {
  Crowd crowd;
  const PeerId talker = crowd.arrive(1);
  const PeerId slow = crowd.arrive(2);
  crowd.line(slow).room = 0;
  for (int i = 0; i < 5; ++i) {
    crowd.speak(talker);
    crowd.tick();
  }
  CHECK(crowd.host.status(crowd.now).congested == 1);
  const auto people = crowd.host.participants(crowd.now);
  REQUIRE(people.size() == 2);
  CHECK(people[0].queue_age == voice::Duration{0});
  CHECK(people[1].queue_age > voice::frame_duration);
  CHECK(people[1].frames_sent == 0);

  crowd.line(slow).room = SIZE_MAX;
  crowd.tick(2);

  CHECK(crowd.host.status(crowd.now).congested == 0);
  CHECK(crowd.host.participants(crowd.now)[1].queue_age == voice::Duration{0});
}

TEST_CASE("messages that have grown too old are counted for their peer and in total",
          "[host_status]") {
  Crowd crowd;
  const PeerId talker = crowd.arrive(1);
  const PeerId slow = crowd.arrive(2);
  crowd.line(slow).room = 0;
  for (int i = 0; i < 50; ++i) {
    crowd.speak(talker);
    crowd.tick();
  }
  const std::uint64_t dropped = crowd.host.participants(crowd.now)[1].queue_dropped;
  CHECK(dropped > 30);
  CHECK(dropped < 50);
  CHECK(crowd.host.status(crowd.now).queue_dropped == dropped);

  crowd.host.ended(slow, Ended::broken, crowd.now);
  crowd.tick();
  CHECK(crowd.host.status(crowd.now).queue_dropped == dropped);
}

TEST_CASE("participants are listed in the order in which they came, with what they have sent",
          "[host_status]") {
  Crowd crowd;
  const PeerId classic = crowd.arrive(1);
  const PeerId ada = crowd.arrive(2);
  const PeerId stranger = crowd.arrive(3);
  crowd.say_hello(ada, "Ada");
  for (int i = 0; i < 5; ++i) {
    crowd.speak(classic);
    crowd.tick();
  }

  const auto people = crowd.host.participants(crowd.now);
  REQUIRE(people.size() == 3);
  CHECK(people[0].number == classic.number);
  CHECK(people[0].dialect == Dialect::classic);
  CHECK(people[0].name == "192.0.2.1:50000");
  CHECK(people[0].talking);
  CHECK(people[0].level_dbfs > -96.0);
  CHECK(people[0].session.messages_in == 5);
  CHECK(people[1].name == "Ada");
  CHECK(people[1].dialect == Dialect::voice1);
  CHECK_FALSE(people[1].talking);
  CHECK(people[2].number == stranger.number);
  CHECK(people[2].dialect == Dialect::unknown);
  const ServerStatus status = crowd.host.status(crowd.now);
  CHECK(status.participants == 3);
  CHECK(status.talkers == 1);
  CHECK(status.strangers == 1);
}

TEST_CASE("the load follows the work of the ticks within a second", "[host_status]") {
  Crowd crowd;
  for (int i = 0; i < 50; ++i) crowd.host.worked(voice::frame_duration / 2);
  CHECK(crowd.host.load() > 0.3);
  CHECK(crowd.host.load() < 0.5);

  for (int i = 0; i < 200; ++i) crowd.host.worked(voice::Duration{0});
  CHECK(crowd.host.load() < 0.01);
  CHECK(crowd.host.status(crowd.now).load == crowd.host.load());
  CHECK(crowd.host.status(crowd.now).tick_work.percentile(0.1) <= voice::frame_duration);
}

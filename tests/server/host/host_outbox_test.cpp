// What a stall holds back for one peer, and which peers get it afterwards.
#include "tests/server/host/crowd.hpp"

using namespace voiced;
using namespace voiced::test;

namespace {

HostOptions adaptive_options() {
  HostOptions options = crowd_options();
  options.front_room.playout = {};
  return options;
}

// A talker, and a listener whose system can stall.
struct Stall {
  explicit Stall(const HostOptions& options = adaptive_options()) : crowd(options) {}

  void talk(int ticks) {
    for (; ticks > 0; --ticks) {
      crowd.speak(talker);
      crowd.tick();
    }
  }
  /// Of `ticks` frames that are mixed during a stall, returns how many the listener hears
  /// afterwards.
  std::size_t frames_after_stall(int ticks) {
    talk(10);
    Line& line = crowd.line(listener);
    line.room = 0;
    talk(ticks);
    const std::size_t before = line.frames();
    line.room = SIZE_MAX;
    crowd.tick();
    return line.frames() - before;
  }

  Crowd crowd;
  PeerId talker = crowd.arrive(1);
  PeerId listener = crowd.arrive(2);
};

constexpr int second = voice::frames_per_second;

}  // namespace

TEST_CASE("a client of voice/1 gets all that a stall of seconds has held back", "[host]") {
  Stall stall;
  stall.crowd.say_hello(stall.listener);

  CHECK(stall.frames_after_stall(3 * second) == 3 * second + 1);
}

TEST_CASE("a classic client gets the last 200 ms of a stall", "[host]") {
  Stall stall;

  CHECK(stall.frames_after_stall(3 * second) == 11);
}

TEST_CASE("in mode fixed nobody gets more than the last 200 ms of a stall", "[host]") {
  Stall stall{crowd_options()};
  stall.crowd.say_hello(stall.listener);

  CHECK(stall.frames_after_stall(3 * second) == 10);
}

TEST_CASE("new outbox limits also apply to peers that are already here", "[host]") {
  HostOptions options = adaptive_options();
  Stall stall{options};
  stall.crowd.say_hello(stall.listener);
  options.front_room.playout.catch_up_max = std::chrono::seconds{1};

  stall.crowd.host.reconfigure(options);

  CHECK(stall.frames_after_stall(3 * second) == second + 1);
}

TEST_CASE("when nobody speaks any more, clients of voice/1 are told once, and no others",
          "[host]") {
  Stall stall;
  const PeerId modern = stall.crowd.arrive(3), stuck = stall.crowd.arrive(4);
  stall.crowd.say_hello(modern);
  stall.crowd.say_hello(stuck);
  stall.talk(10);
  CHECK(stall.crowd.line(modern).empty_packets() == 0);
  stall.crowd.line(stuck).room = 5;

  // The end of a stream that was not announced is concealed before it is silence.
  for (int i = 0; i < 60; ++i) stall.crowd.tick();
  stall.crowd.line(stuck).room = SIZE_MAX;
  stall.crowd.tick();

  CHECK(stall.crowd.line(modern).empty_packets() == 1);
  CHECK(stall.crowd.line(modern).messages().back().size() == voice::rtp_header_bytes);
  CHECK(stall.crowd.line(stall.listener).empty_packets() == 0);
  // It is told when it has been sent what came before.
  CHECK(stall.crowd.line(stuck).empty_packets() == 1);
  CHECK(stall.crowd.line(stuck).messages().back().size() == voice::rtp_header_bytes);
}

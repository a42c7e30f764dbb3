// What a host does in either jitter mode.
#include "tests/server/host/crowd.hpp"
#include "tests/support/both_modes.hpp"

using namespace voiced;
using namespace voiced::test;
using voice::test::either_mode;

namespace {

constexpr std::uint8_t loud = 0x20;

// The kitchen holds less sound than the front room.
HostOptions two_rooms(const voice::PlayoutOptions& playout) {
  HostOptions options = crowd_options();
  options.front_room.playout = playout;
  RoomOptions kitchen = options.front_room;
  kitchen.name = "kitchen";
  kitchen.playout.catch_up_max = std::chrono::milliseconds{500};
  options.rooms = {{kitchen}};
  return options;
}

struct Talk : Crowd {
  using Crowd::Crowd;

  PeerId enter(std::uint8_t last_byte, const std::string& room = {}) {
    const PeerId id = arrive(last_byte);
    say(id, voice::test::message("Hello\nName:Ada" + (room.empty() ? "" : "\nRoom:" + room)));
    return id;
  }
  void say_packet(PeerId id, std::uint16_t sequence) {
    say(id, voice::test::rtp_message(sequence, voice::test::ByteVector(160, loud)));
  }
  void talk(PeerId id, int ticks) {
    for (; ticks > 0; --ticks) {
      say_packet(id, next_sequence++);
      tick();
    }
  }
  /// Frames with the talker's level in them, since the line was cleared.
  [[nodiscard]] std::ptrdiff_t loud_frames(PeerId id) {
    const auto messages = line(id).messages();
    return std::count_if(messages.begin(), messages.end(), [](const auto& each) {
      return each[0] >= 0x80 && each.size() > 12 && each.back() == loud;
    });
  }
  [[nodiscard]] const voice::PlayoutCounters& counters(PeerId id) const {
    return host.lobby().find(*host.find(id)->session.seat())->playout.counters();
  }

  std::uint16_t next_sequence = 65530;
};

}  // namespace

TEST_CASE("in either mode one that is moved is heard there within four ticks, and here no more",
          "[host][modes]") {
  Talk talk(two_rooms(either_mode()));
  const PeerId moved = talk.enter(1);
  const PeerId left = talk.enter(2);
  const PeerId cook = talk.enter(3, "kitchen");
  talk.talk(moved, 50);
  REQUIRE(talk.loud_frames(left) >= 45);
  CHECK(talk.loud_frames(cook) == 0);

  CHECK_FALSE(talk.host.move(moved.number, talk.host.lobby().find("kitchen").value()));
  talk.talk(moved, 3);
  talk.line(left).got.clear();
  talk.line(cook).got.clear();
  talk.talk(moved, 100);

  CHECK(talk.loud_frames(left) == 0);
  CHECK(talk.loud_frames(cook) >= 98);
  CHECK(talk.loud_frames(moved) == 0);
  CHECK(talk.counters(moved).expired_samples == 0);
  CHECK(talk.counters(moved).dropped_samples == 0);
  CHECK(talk.counters(moved).lost == 0);
}

TEST_CASE("in either mode the numbers of a classic talker mean nothing, those of voice/1 do",
          "[host][modes]") {
  Talk talk(two_rooms(either_mode()));
  const PeerId classic = talk.arrive(1);
  const PeerId listener = talk.enter(2);
  const PeerId modern = talk.enter(3);
  talk.tick();
  for (int i = 0; i < 50; ++i) {
    talk.say_packet(classic, static_cast<std::uint16_t>(i * 7919));
    talk.tick();
  }
  CHECK(talk.loud_frames(listener) >= 48);
  CHECK(talk.counters(classic).lost == 0);

  talk.tick(50);
  talk.talk(modern, 10);
  talk.next_sequence = static_cast<std::uint16_t>(talk.next_sequence + 3);
  talk.talk(modern, 10);
  CHECK(talk.counters(modern).lost == 3);
}

TEST_CASE("in either mode a reload with the other one does not interrupt a call", "[host][modes]") {
  const auto playout = either_mode();
  Talk talk(two_rooms(playout));
  const PeerId talker = talk.enter(1);
  const PeerId listener = talk.enter(2);
  talk.talk(talker, 50);
  const bool is_fixed = playout.mode == voice::JitterMode::fixed;
  const HostOptions other = two_rooms(is_fixed ? voice::PlayoutOptions{} : voice::fixed_playout(2));

  talk.host.reconfigure(other);
  talk.line(listener).got.clear();
  talk.talk(talker, 50);
  CHECK(talk.loud_frames(listener) >= 46);
  talk.host.reconfigure(two_rooms(playout));
  talk.line(listener).got.clear();
  talk.talk(talker, 50);

  CHECK(talk.loud_frames(listener) >= 46);
  CHECK(talk.loud_frames(talker) == 0);
  CHECK(talk.counters(talker).expired_samples <= 2 * 160);
}

// The operator's requests on a server that has participants: peers whose bytes the test hands to
// its host, without sockets.
#pragma once

#include "tests/server/host/addresses.hpp"
#include "tests/server/operator/desk.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/wire_stream.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace voiced::test {

/// Rooms: the front room, "attic" and "booth", which has one place.
inline ServerOptions house_options() {
  ServerOptions options = desk_options();
  RoomOptions attic = options.host.front_room;
  attic.name = "attic";
  RoomOptions booth = options.host.front_room;
  booth.name = "booth";
  booth.participants_max = 1;
  options.host.rooms = {{attic}, {booth}};
  options.host.rooms_on_demand_max = 4;
  return options;
}

struct StaffedDesk : Desk {
  explicit StaffedDesk(const ServerOptions& options = desk_options()) : Desk(options) {}

  /// A peer from 192.0.2.`last_byte` that has said Hello.
  PeerId join(std::uint8_t last_byte, const std::string& name, const std::string& room = {}) {
    const PeerId id = arrive(last_byte);
    say(id, "Hello\nName:" + name + (room.empty() ? "" : "\nRoom:" + room));
    return id;
  }
  /// One that has said nothing.
  PeerId arrive(std::uint8_t last_byte) {
    const PeerId id = host().arrived(
        {"192.0.2." + std::to_string(last_byte) + ":50000", address_of(last_byte)}, Clock::now());
    (void)texts_for(id);
    return id;
  }
  void say(PeerId id, const std::string& text) {
    (void)host().received(id, voice::test::message(text), Clock::now());
  }
  void tick(int count = 1) {
    for (; count > 0; --count) {
      const auto now = Clock::now();
      host().tick({}, now);
      while (host().next_to_write(now)) continue;
    }
  }
  /// What is sent to a peer now, without its sound.
  std::vector<std::string> texts_for(PeerId id) {
    std::vector<std::uint8_t> got;
    for (;;) {
      const voice::Bytes bytes = host().to_send(id, Clock::now());
      if (bytes.empty()) break;
      got.insert(got.end(), bytes.begin(), bytes.end());
      if (!host().sent(id, bytes.size(), Clock::now())) break;
    }
    voice::Deframer deframer(voice::message_bytes_max_any_rate);
    std::vector<std::string> texts;
    for (const auto& message : voice::test::feed(deframer, got)) {
      if (!message.empty() && message[0] < 0x80) texts.emplace_back(message.begin(), message.end());
    }
    return texts;
  }
  [[nodiscard]] bool is_here(PeerId id) { return host().is_speaking(id); }
  [[nodiscard]] std::string room_of(PeerId id) {
    const Peer* const peer = host().find(id);
    REQUIRE(peer != nullptr);
    return host().lobby().room(peer->session.seat()->room).name();
  }
  [[nodiscard]] Host& host() { return server.host(); }

 private:
  using Clock = voice::TimePoint::clock;
};

}  // namespace voiced::test

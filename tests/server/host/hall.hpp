// Peers with seats in one room, without a host around them: for tests of the host's parts.
#pragma once

#include "server/host/address_range.hpp"
#include "server/host/peers.hpp"

#include "tests/server/host/addresses.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/wire_stream.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace voiced::test {

struct Hall {
  explicit Hall(std::size_t participants_max = 4, int jitter_depth_packets = 2)
      : lobby({.format = *voice::AudioFormat::from_rate(8000),
               .playout = voice::fixed_playout(jitter_depth_packets),
               .participants_max = participants_max},
              participants_max),
        peers(participants_max) {}

  /// A peer that has connected and has no seat.
  Peer& add(std::uint8_t last_byte = 1, bool require_hello = false) {
    return peers.add({"192.0.2." + std::to_string(last_byte) + ":50000", address_of(last_byte)},
                     lobby, {}, require_hello, nullptr, now);
  }
  /// The same with a seat; its announcement has been sent.
  Peer& seat(std::uint8_t last_byte = 1, bool require_hello = false) {
    Peer& peer = add(last_byte, require_hello);
    REQUIRE_FALSE(peer.session.open());
    peers.seat(peer);
    peer.cold.seated_at = now;
    (void)peer.session.take_control();
    return peer;
  }
  void say(Peer& peer, voice::Bytes bytes) {
    REQUIRE_FALSE(peer.session.received(bytes, now));
    peer.hot.last_heard = now;
  }
  void say(Peer& peer, const std::string& text) { say(peer, voice::test::message(text)); }
  /// Plays 20 ms in every room that has participants.
  void tick() {
    now += voice::frame_duration;
    lobby.begin_tick();
    while (const auto room = lobby.next_room()) (void)lobby.room(*room).tick(now);
  }
  /// Says 20 ms of sound.
  void speak(Peer& peer) {
    say(peer, voice::test::rtp_message(sequence_++, voice::test::ByteVector(160, 0x20)));
  }

  voice::TimePoint now{std::chrono::hours{1}};
  Lobby lobby;
  Peers peers;

 private:
  std::uint16_t sequence_ = 0;
};

}  // namespace voiced::test

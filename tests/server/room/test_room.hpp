// A room for tests: participants that speak payloads, and what each of them heard in a tick.
#pragma once

#include "server/room/room.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/g711_tables.hpp"
#include "tests/support/wire_stream.hpp"

#include <map>
#include <optional>
#include <random>
#include <vector>

namespace voiced::test {

using Payload = voice::test::ByteVector;

/// With a depth of 2, a frame is played at the tick after its arrival: what is said in a tick is
/// heard in that tick.
inline RoomOptions test_options(int rate_hz = 8000, std::size_t participants_max = 64) {
  return {.format = *voice::AudioFormat::from_rate(rate_hz),
          .playout = voice::fixed_playout(2),
          .participants_max = participants_max,
          .first_sequence = 4596,
          .ssrc = voice::rtp::Ssrc{0xC0FFEE}};
}

struct Heard {
  ParticipantId who;
  voice::rtp::Header header;
  Payload payload;
};

/// A room that somebody else owns, and what is said and heard in it.
class RoomTrial {
 public:
  explicit RoomTrial(Room& its_room) : room(its_room) {}

  ParticipantId join() {
    const auto id = room.join();
    REQUIRE(id);
    return *id;
  }

  voice::Insert say(ParticipantId who, const Payload& ulaw, std::uint16_t sequence = 0) {
    return room.receive(who, {{.sequence = sequence}, ulaw}, now);
  }

  /// Everything that is to be sent, parsed as its receivers would.
  std::vector<Heard> tick() {
    std::vector<Heard> all;
    for (const ParticipantId listener : room.tick(now)) {
      voice::Deframer deframer(voice::message_bytes_max_any_rate);
      const auto messages = voice::test::feed(deframer, room.message_for(listener));
      REQUIRE(messages.size() == 1);
      REQUIRE_FALSE(deframer.mid_message());
      const auto packet = voice::rtp::parse(messages[0]);
      REQUIRE(packet);
      all.push_back({listener, packet->header, {packet->payload.begin(), packet->payload.end()}});
    }
    return all;
  }

  voice::TimePoint now{std::chrono::hours{1}};  // moves only when told
  Room& room;
};

struct OwnRoom {
  explicit OwnRoom(const RoomOptions& options) : scratch(options), own(options, scratch) {}
  TickScratch scratch;
  Room own;
};

struct TestRoom : private OwnRoom, public RoomTrial {
  explicit TestRoom(const RoomOptions& options = test_options())
      : OwnRoom(options), RoomTrial(own) {}
};

/// What one participant heard; none if there was no message for it. Two messages would be a fault.
inline std::optional<Payload> heard_by(ParticipantId who, const std::vector<Heard>& all) {
  std::optional<Payload> found;
  for (const Heard& heard : all) {
    if (heard.who != who) continue;
    REQUIRE_FALSE(found);
    found = heard.payload;
  }
  return found;
}

inline Payload silence(std::size_t samples = 160) {
  return Payload(samples, 0xFF);
}

/// Random µ-law codes: loud ones are as likely as quiet ones, so that sums of two clip often.
inline Payload random_payload(std::mt19937& random, std::size_t samples = 160) {
  Payload payload(samples);
  for (auto& code : payload) code = static_cast<std::uint8_t>(random());
  return payload;
}

/// The oracle: decodes by table, adds in 64 bits, clips, encodes by table.
inline Payload mix_of(const std::vector<Payload>& talkers, std::size_t samples = 160) {
  const auto& tables = voice::test::g711_tables();
  Payload mixed(samples);
  for (std::size_t i = 0; i < samples; ++i) {
    std::int64_t sum = 0;
    for (const Payload& talker : talkers) sum += tables.decode[talker[i]];
    mixed[i] = tables.encode(sum);
  }
  return mixed;
}

/// All payloads but one.
inline std::vector<Payload> without(std::vector<Payload> talkers, std::size_t left_out) {
  talkers.erase(talkers.begin() + static_cast<std::ptrdiff_t>(left_out));
  return talkers;
}

}  // namespace voiced::test

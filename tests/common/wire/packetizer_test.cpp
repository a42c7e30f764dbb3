#include "common/wire/packetizer.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/vectors.hpp"

namespace rtp = voice::rtp;
using voice::packet_overhead_bytes;
using voice::Packetizer;
using voice::test::ByteVector;

namespace {

ByteVector message_of(std::size_t payload_bytes) {
  return ByteVector(packet_overhead_bytes + payload_bytes, 0x5A);
}

}  // namespace

TEST_CASE("a packet is prefix, header and untouched payload, byte by byte", "[packetizer]") {
  Packetizer packetizer(0x11F4, rtp::Ssrc{0xA1B2C3D4});
  ByteVector message = message_of(3);

  packetizer.packetize(message, 3);

  CHECK(message == ByteVector{15, 0, 0, 0, 0x80, 0, 0x11, 0xF4, 0, 0, 0, 0, 0xA1, 0xB2, 0xC3, 0xD4,
                              0x5A, 0x5A, 0x5A});
}

TEST_CASE("the sequence counts packets and the timestamp samples, both across their wrap",
          "[packetizer]") {
  Packetizer packetizer(65534, rtp::Ssrc{7});
  packetizer.skip(0xFFFFFFFFu - 300);
  const std::uint16_t sequences[] = {65534, 65535, 0, 1};
  const std::uint32_t timestamps[] = {0xFFFFFFFFu - 300, 0xFFFFFFFFu - 140, 19, 179};

  for (std::size_t i = 0; i < 4; ++i) {
    ByteVector message = message_of(160);
    packetizer.packetize(message, 160);
    const auto messages = voice::test::messages_of(message);
    REQUIRE(messages.size() == 1);
    const auto packet = rtp::parse(messages[0]).value();
    INFO("packet " << i);
    CHECK(packet.header.sequence == sequences[i]);
    CHECK(packet.header.timestamp == rtp::Timestamp{timestamps[i]});
    CHECK(packet.header.ssrc == rtp::Ssrc{7});
    CHECK(packet.payload.size() == 160);
  }
}

TEST_CASE("the timestamp counts through silence, the sequence does not", "[packetizer]") {
  Packetizer packetizer(10, rtp::Ssrc{7});
  ByteVector message = message_of(160);
  packetizer.packetize(message, 160);

  packetizer.skip(160);
  packetizer.skip(161);

  CHECK(packetizer.next_header().sequence == 11);
  CHECK(packetizer.next_header().timestamp == rtp::Timestamp{481});
}

TEST_CASE("a packet without audio is legal", "[packetizer]") {
  Packetizer packetizer(10, rtp::Ssrc{7});
  ByteVector message = message_of(0);

  packetizer.packetize(message, 0);

  CHECK(message.size() == 16);
  CHECK(voice::load_le32(message.data()) == 12);
  CHECK(packetizer.next_header().sequence == 11);
  CHECK(packetizer.next_header().timestamp == rtp::Timestamp{0});
}

TEST_CASE("the timestamp counts samples, not bytes", "[packetizer]") {
  // L16 (RFC 3551 §4.5.11): two bytes per sample, with a dynamic payload type.
  Packetizer packetizer(10, rtp::Ssrc{7}, 96);
  std::uint32_t timestamp = 0;
  for (const std::size_t samples : {220U, 221U, 220U}) {
    ByteVector message = message_of(2 * samples);

    packetizer.packetize(message, samples);

    const auto messages = voice::test::messages_of(message);
    REQUIRE(messages.size() == 1);
    const auto packet = rtp::parse(messages[0]).value();
    CHECK(packet.header.timestamp == rtp::Timestamp{timestamp});
    CHECK(packet.header.payload_type == 96);
    CHECK_FALSE(packet.header.marker);
    CHECK(packet.payload.size() == 2 * samples);
    timestamp += static_cast<std::uint32_t>(samples);
  }
  CHECK(packetizer.next_header().timestamp == rtp::Timestamp{661});
}

TEST_CASE("an overhead can be written for any header", "[packetizer]") {
  ByteVector message = message_of(882);
  voice::write_packet_overhead({0x0102, rtp::Timestamp{0x03040506}, rtp::Ssrc{0x0708090A}},
                               message);

  CHECK(ByteVector(message.begin(), message.begin() + 16) ==
        ByteVector{0x7E, 3, 0, 0, 0x80, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
  CHECK(message[16] == 0x5A);
}

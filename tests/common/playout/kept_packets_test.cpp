#include "common/playout/kept_packets.hpp"

#include "tests/support/catch.hpp"

#include <vector>

using voice::KeptPackets;

namespace {

using Samples = std::vector<std::int16_t>;
using Packet = std::vector<std::uint8_t>;

Samples sound(int which) {
  Samples samples(160);
  for (std::size_t i = 0; i < samples.size(); ++i)
    samples[i] = static_cast<std::int16_t>(which * 100 + static_cast<int>(i));
  return samples;
}

Packet packet(int which, std::size_t bytes = 30) {
  return Packet(bytes, static_cast<std::uint8_t>(which));
}

Packet found(KeptPackets& kept, const Samples& samples) {
  const auto its = kept.find(samples).packet;
  return {its.begin(), its.end()};
}

}  // namespace

TEST_CASE("a packet is found by its sound, once, in the order in which packets came",
          "[kept_packets]") {
  KeptPackets kept;
  for (int i = 0; i < 3; ++i) kept.keep(packet(i), sound(i), false);

  CHECK(found(kept, sound(0)) == packet(0));
  CHECK(found(kept, sound(0)).empty());
  CHECK(found(kept, sound(2)) == packet(2));
  CHECK(found(kept, sound(1)).empty());
}

TEST_CASE("one sample that differs, or a frame that begins elsewhere, is another sound",
          "[kept_packets]") {
  KeptPackets kept;
  kept.keep(packet(7), sound(7), false);
  Samples other = sound(7);
  const auto at = GENERATE(std::size_t{0}, std::size_t{80}, std::size_t{159});
  ++other[at];
  CHECK(found(kept, other).empty());

  Samples shifted = sound(7);
  shifted.erase(shifted.begin());
  CHECK(found(kept, shifted).empty());
  shifted.push_back(0);
  CHECK(found(kept, shifted).empty());
  CHECK(found(kept, sound(7)) == packet(7));
}

TEST_CASE("packets with the same sound are found one after the other", "[kept_packets]") {
  KeptPackets kept;
  for (int i = 0; i < 4; ++i) kept.keep(packet(i), Samples(160), false);
  for (int i = 0; i < 4; ++i) CHECK(found(kept, Samples(160)) == packet(i));
  CHECK(found(kept, Samples(160)).empty());
}

TEST_CASE("the oldest packet gives way when there are too many", "[kept_packets]") {
  KeptPackets kept;
  const int most = static_cast<int>(KeptPackets::packets_max);
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i <= most; ++i) kept.keep(packet(i), sound(i), false);
    CHECK(found(kept, sound(0)).empty());
    CHECK(found(kept, sound(1)) == packet(1));
    CHECK(found(kept, sound(most)) == packet(most));
  }
}

TEST_CASE("a packet that is too long is not kept, and costs no other its place", "[kept_packets]") {
  KeptPackets kept;
  kept.keep(packet(1, KeptPackets::packet_bytes_max), sound(1), false);
  kept.keep(packet(2, KeptPackets::packet_bytes_max + 1), sound(2), false);

  CHECK(found(kept, sound(1)).size() == KeptPackets::packet_bytes_max);
  CHECK(found(kept, sound(2)).empty());
}

TEST_CASE("a packet tells how many of its talk spurt came before it", "[kept_packets]") {
  KeptPackets kept;
  const auto spurt_packets = [&](int which) { return kept.find(sound(which)).spurt_packets; };
  kept.keep(packet(0), sound(0), false);
  CHECK(spurt_packets(0) == KeptPackets::spurt_packets_max);  // nobody knows when it began

  kept.keep(packet(1), sound(1), true);
  kept.keep(packet(2, KeptPackets::packet_bytes_max + 1), sound(2), false);
  kept.keep(packet(3), sound(3), false);
  CHECK(spurt_packets(1) == 0);
  CHECK(spurt_packets(3) == 2);
  for (int i = 0; i < 300; ++i) kept.keep(packet(i), sound(i), false);
  CHECK(spurt_packets(299) == KeptPackets::spurt_packets_max);
}

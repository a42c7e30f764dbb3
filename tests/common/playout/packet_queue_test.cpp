// What a queue remembers of what was played, wherever its ring wraps.
#include "common/playout/packet_queue.hpp"

#include "common/playout/sound_view.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>
#include <deque>
#include <random>
#include <set>
#include <vector>

using voice::AudioFormat;
using voice::CodecId;
using voice::PacketQueue;
using voice::RareMemory;

namespace {

constexpr voice::TimePoint start{std::chrono::hours{1}};

std::vector<std::uint8_t> counted(std::uint8_t& next, std::size_t bytes) {
  std::vector<std::uint8_t> out(bytes);
  for (auto& byte : out) byte = next++;
  return out;
}

}  // namespace

TEST_CASE("what was played stays readable, up to the length that was asked for", "[packet_queue]") {
  // In one ring, and in a near one, which keeps less while it holds more than four frames, and a
  // far one.
  const std::size_t capacity = GENERATE(2000U, 8000U);
  PacketQueue queue(*AudioFormat::from_rate(8000), CodecId::pcmu);
  queue.reserve(capacity, 400, std::chrono::milliseconds{100});
  std::mt19937 random(4);
  std::deque<std::uint8_t> all;
  std::uint8_t next = 0;
  std::size_t known = 0;
  bool is_near = capacity > 2000;

  for (int step = 0; step < 20000; ++step) {
    const std::size_t bytes = random() % 8 == 0 ? random() % 600 : 160;
    if (queue.size() + bytes + 400 <= queue.capacity()) {
      const auto packet = counted(next, bytes);
      queue.append(packet, start);
      all.insert(all.end(), packet.begin(), packet.end());
      if (bytes != 0 && capacity > 2000) is_near = queue.size() <= (is_near ? 6 * 160 : 4 * 160);
      if (is_near) known = std::min(known, 4 * 160 + 400 - queue.size());
    }
    const std::size_t gone =
        std::min<std::size_t>(random() % 4 == 0 ? random() % 500 : 160, queue.size());
    queue.advance(gone);
    known = std::min<std::size_t>(known + gone, 400);
    while (all.size() > queue.size() + 400) all.pop_front();
    if (const std::size_t from = random() % 300; from + 100 <= queue.size()) {
      const auto other = counted(next, 100);
      queue.replace(other, from);
      std::copy(other.begin(), other.end(),
                all.end() - static_cast<std::ptrdiff_t>(queue.size() - from));
    }

    REQUIRE(queue.played() == known);
    std::vector<std::uint8_t> held(queue.size()), played(queue.played());
    queue.copy(held);
    queue.copy_played(played);
    REQUIRE(std::equal(held.rbegin(), held.rend(), all.rbegin()));
    const auto end_of_played = all.end() - static_cast<std::ptrdiff_t>(held.size());
    REQUIRE(std::equal(played.rbegin(), played.rend(), std::make_reverse_iterator(end_of_played)));
  }
}

TEST_CASE("a steady stream keeps to a small part of its ring", "[packet_queue]") {
  PacketQueue queue(*AudioFormat::from_rate(8000), CodecId::pcmu);
  queue.reserve(50000, 390, std::chrono::milliseconds{100});
  const std::vector<std::uint8_t> packet(160, 1);
  queue.append(packet, start);
  const std::uint8_t* const begin = queue.front();

  for (int tick = 0; tick < 1000; ++tick) {
    queue.append(packet, start);
    queue.advance(160);
    REQUIRE(queue.front() - begin < 4 * 160 + 390);
  }
}

TEST_CASE("samples are seen decoded, those to come and those played", "[packet_queue]") {
  const auto codec = GENERATE(CodecId::pcmu, CodecId::l16);
  PacketQueue queue(*AudioFormat::from_rate(8000), codec);
  queue.reserve(4000, 800, std::chrono::milliseconds{100});
  std::vector<std::int16_t> said(320);
  for (std::size_t i = 0; i < said.size(); ++i)
    said[i] = static_cast<std::int16_t>(i % 64 - 32) * 4;
  std::vector<std::uint8_t> payload(2 * said.size());
  payload.resize(voice::make_encoder(codec)->encode(said, payload));
  voice::make_decoder(codec)->decode(payload, said);
  queue.append(payload, start);
  queue.advance(160 * queue.sample_bytes());

  std::vector<std::int16_t> played(100), held(60);
  decode_played(queue, played);
  decode_held(queue, 40, held);

  CHECK(std::equal(played.begin(), played.end(), said.begin() + 60));
  CHECK(std::equal(held.begin(), held.end(), said.begin() + 200));
}

TEST_CASE("more than a few packets move to another ring and back, whole", "[packet_queue]") {
  PacketQueue queue(*AudioFormat::from_rate(8000), CodecId::pcmu);
  queue.reserve(50000, 390, std::chrono::milliseconds{100});
  std::uint8_t next = 0;
  const auto say = [&](int packets) {
    for (; packets > 0; --packets) queue.append(counted(next, 160), start);
  };
  const auto near = [&, here = (say(1), queue.front())] {
    return std::abs(queue.front() - here) < 2000;
  };
  std::uint8_t expected = 0;
  const auto hear = [&](int packets) {
    for (std::size_t i = 0; i < 160U * static_cast<unsigned>(packets); ++i) {
      std::array<std::uint8_t, 1> one{};
      queue.copy(one);
      REQUIRE(one[0] == expected++);
      queue.advance(1);
    }
  };

  for (int round = 0; round < 3; ++round) {
    say(5);
    CHECK(near());  // 6 packets
    say(1);
    CHECK_FALSE(near());
    say(192);
    std::vector<std::uint8_t> played(std::min<std::size_t>(queue.played(), 390));
    queue.copy_played(played);
    auto before = static_cast<std::uint8_t>(expected - 1);
    for (auto it = played.rbegin(); it != played.rend(); ++it) REQUIRE(*it == before--);
    hear(197);
    say(1);
    CHECK(near());  // 3 packets
    hear(2);
  }
}

TEST_CASE("queues that do not need far rings at the same time share them", "[packet_queue]") {
  RareMemory rare;
  const AudioFormat format = *AudioFormat::from_rate(8000);
  const std::vector<std::uint8_t> packet(160, 7);
  std::set<const std::uint8_t*> rings;
  std::vector<PacketQueue> queues;
  for (int i = 0; i < 3; ++i) {
    queues.emplace_back(format, CodecId::pcmu, &rare);
    queues.back().reserve(20000, 400, std::chrono::milliseconds{100});
  }
  for (PacketQueue& queue : queues) {
    for (int i = 0; i < 50; ++i) queue.append(packet, start);
    rings.insert(queue.front());
    queue.advance(queue.size());
    queue.append(packet, start);
  }
  CHECK(rings.size() == 1);
}

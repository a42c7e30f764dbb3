// Counts every operator new and malloc while a room runs: after admission there must be none.
#include "common/wire/outbox.hpp"
#include "server/host/session.hpp"

#include "tests/bench/sound/speech.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/counted_new.hpp"
#include "tests/support/wire_stream.hpp"

#include <cstdlib>
#include <memory>
#include <new>
#include <random>
#include <vector>

namespace {

using namespace voiced;
using voice::test::allocations;
using voice::test::ByteVector;
using voice::test::rtp_message;

constexpr std::size_t talkers = 100;
constexpr int ticks = 10'000;

RoomOptions options(int rate_hz) {
  return {.format = *voice::AudioFormat::from_rate(rate_hz), .participants_max = talkers};
}

}  // namespace

TEST_CASE("the count sees every form of operator new", "[allocations]") {
  struct alignas(128) Wide {
    char bytes[128];
  };
  const std::uint64_t before = allocations();

  auto single = std::make_unique<int>(1);
  auto array = std::make_unique<int[]>(100);
  auto wide = std::make_unique<Wide>();
  std::unique_ptr<int> quiet(new (std::nothrow) int(2));
  std::vector<int> vector(10);

  const std::uint64_t counted = allocations() - before;
  CHECK(counted == 5);
}

TEST_CASE("the count sees what C libraries allocate", "[allocations]") {
  if (!voice::test::sees_malloc()) return;
  // Called through pointers that the compiler cannot see through: it may omit a pair of calls that
  // it knows.
  void* (*volatile const allocate)(std::size_t) = std::malloc;
  void* (*volatile const clear)(std::size_t, std::size_t) = std::calloc;
  void* (*volatile const resize)(void*, std::size_t) = std::realloc;
  const std::uint64_t before = allocations();

  void* const first = resize(allocate(10), 1000);
  void* const second = clear(10, 10);

  const std::uint64_t counted = allocations() - before;
  std::free(first);
  std::free(second);
  CHECK(counted == 3);
  // A library that was linked dynamically, too.
  if (!voice::has_codec(voice::CodecId::opus, options(8000).format)) return;
  const std::uint64_t without_encoder = allocations();
  const auto encoder = voice::make_encoder(voice::CodecId::opus, options(8000).format);
  CHECK(allocations() - without_encoder >= 2);
}

TEST_CASE("ten thousand ticks of a hundred talkers allocate nothing", "[allocations]") {
  const auto rate = GENERATE(8000, 11025);
  RoomOptions room_options = options(rate);
  TickScratch scratch(room_options);
  Room room(room_options, scratch);
  std::vector<ParticipantId> ids;
  for (std::size_t i = 0; i < talkers; ++i) ids.push_back(*room.join());
  std::mt19937 random(1);
  ByteVector frame(room.format().samples_per_frame());
  std::uint64_t messages = 0;
  voice::TimePoint now{std::chrono::hours{1}};
  const std::uint64_t before = allocations();

  for (int tick = 0; tick < ticks; ++tick) {
    now += voice::frame_duration;
    for (const ParticipantId id : ids) {
      // Sometimes no packet, sometimes two: buffers run dry and overflow as they do in real calls.
      frame[0] = static_cast<std::uint8_t>(random());
      const auto packets = random() % 16 == 0 ? random() % 3 : 1;
      for (std::size_t i = 0; i < packets; ++i) room.receive(id, {{}, frame}, now);
    }
    room.set_mutes(ids[random() % talkers], {.microphone = random() % 2 == 0});
    for (const ParticipantId listener : room.tick(now)) {
      messages += room.message_for(listener).empty() ? 0U : 1U;
    }
  }

  const std::uint64_t counted = allocations() - before;
  CHECK(counted == 0);
  CHECK(messages > talkers * (ticks - 10));
}

TEST_CASE("ticks that are levelled and limited allocate nothing", "[allocations]") {
  const auto codec = GENERATE(voice::CodecId::pcmu, voice::CodecId::l16);
  RoomOptions room_options = options(8000);
  room_options.limiter = room_options.level_talkers = true;
  TickScratch scratch(room_options);
  Room room(room_options, scratch);
  std::vector<ParticipantId> ids;
  for (std::size_t i = 0; i < talkers; ++i) {
    ids.push_back(*room.join());
    room.set_codec(ids.back(), codec);
  }
  // Half of the talkers are too soft, the other half are too loud.
  constexpr std::size_t seconds = 20, frame = 160;
  const auto said = bench::speech(8000, seconds);
  std::vector<std::int16_t> pcm(frame);
  ByteVector packet(voice::payload_bytes_max(codec, frame));
  const auto encoder = voice::make_encoder(codec);
  voice::TimePoint now{std::chrono::hours{1}};
  const std::uint64_t before = allocations();

  for (std::size_t at = 0; at < said.size(); at += frame) {
    now += voice::frame_duration;
    for (std::size_t i = 0; i < talkers; ++i) {
      const std::size_t from = (at + i * 1600) % said.size();
      for (std::size_t k = 0; k < frame; ++k) {
        const int sample = i % 2 == 0 ? said[from + k] / 64 : said[from + k] / 5;
        pcm[k] = static_cast<std::int16_t>(sample);
      }
      encoder->encode(pcm, packet);
      room.receive(ids[i], {{}, packet}, now);
    }
    for (const ParticipantId listener : room.tick(now)) (void)room.message_for(listener);
  }

  const std::uint64_t counted = allocations() - before;
  CHECK(counted == 0);
  CHECK(room.counters().limited_frames > 100);
  for (std::size_t i = 0; i < talkers; ++i) {
    INFO("talker " << i);
    const double gain_db = room.find(ids[i])->leveller->gain_db();
    CHECK((i % 2 == 0 ? gain_db > 6.0 : gain_db < -3.0));
  }
}

TEST_CASE("ticks in which sound is converted to another rate and back allocate nothing",
          "[allocations]") {
  RoomOptions room_options = options(48000);
  room_options.other_format = options(11025).format;
  TickScratch scratch(room_options);
  Room room(room_options, scratch);
  std::vector<ParticipantId> ids;
  for (std::size_t i = 0; i < 6; ++i) ids.push_back(*room.join());
  room.use_room_rate(ids[0]);
  room.set_codec(ids[1], voice::CodecId::l16);
  std::mt19937 random(3);
  ByteVector frame(221, 0x20);
  const ByteVector long_frame(960, 0x20);
  std::uint64_t messages = 0;
  voice::TimePoint now{std::chrono::hours{1}};
  const std::uint64_t before = allocations();

  for (int tick = 0; tick < 1000; ++tick) {
    now += voice::frame_duration;
    for (std::size_t i = 0; i < 4; ++i) {
      if (random() % 8 == 0) continue;
      room.receive(ids[i], {{}, i == 0 ? voice::Bytes{long_frame} : voice::Bytes{frame}}, now);
    }
    room.set_mutes(ids[random() % 6], {.microphone = random() % 2 == 0});
    for (const ParticipantId listener : room.tick(now)) {
      messages += room.message_for(listener).empty() ? 0U : 1U;
    }
  }

  const std::uint64_t counted = allocations() - before;
  CHECK(counted == 0);
  CHECK(messages > 6 * 800);
}

TEST_CASE("participants of Opus are heard, and hear, without an allocation", "[allocations]") {
  if (!voice::has_codec(voice::CodecId::opus, options(16000).format)) return;
  TickScratch scratch(options(16000));
  Room room(options(16000), scratch);
  std::vector<ParticipantId> ids;
  for (std::size_t i = 0; i < 6; ++i) {
    ids.push_back(*room.join());
    room.set_codec(ids.back(), voice::CodecId::opus);
  }
  const auto encoder = voice::make_encoder(voice::CodecId::opus, room.format());
  const std::vector<std::int16_t> pcm(room.format().samples_per_frame(), 1000);
  ByteVector packet(voice::opus_payload_bytes_max);
  packet.resize(encoder->encode(pcm, packet));
  std::uint64_t messages = 0;
  voice::TimePoint now{std::chrono::hours{1}};
  const std::uint64_t before = allocations();

  for (int tick = 0; tick < 200; ++tick) {
    now += voice::frame_duration;
    for (std::size_t i = 0; i < 3; ++i) room.receive(ids[i], {{}, packet}, now);
    for (const ParticipantId listener : room.tick(now)) {
      messages += room.message_for(listener).empty() ? 0U : 1U;
    }
  }

  const std::uint64_t counted = allocations() - before;
  CHECK(counted == 0);
  CHECK(messages > 6 * 190);
}

TEST_CASE("a classic peer's stream allocates nothing, however it is cut", "[allocations]") {
  Lobby lobby(options(8000), talkers);
  Session session(lobby, 1, "192.0.2.1:50000");
  REQUIRE_FALSE(session.open());
  ByteVector stream;
  for (std::uint16_t i = 0; i < 50; ++i) {
    const ByteVector packet = rtp_message(i, ByteVector(160, 0x55));
    stream.insert(stream.end(), packet.begin(), packet.end());
  }
  voice::TimePoint now{std::chrono::hours{1}};
  const auto listen_to_a_second = [&](std::size_t piece) {
    std::uint64_t refused = 0;
    for (voice::Bytes rest{stream}; !rest.empty();
         rest = rest.subspan(std::min(piece, rest.size()))) {
      refused += session.received(rest.first(std::min(piece, rest.size())), now) ? 1U : 0U;
    }
    now += std::chrono::seconds{1};
    return refused;
  };
  // The largest split message of this peer sets the size of the deframer's buffer, which then
  // stays.
  std::uint64_t refused = listen_to_a_second(100);
  const std::uint64_t before = allocations();

  for (std::size_t piece = 1; piece < 400; ++piece) refused += listen_to_a_second(piece);

  const std::uint64_t counted = allocations() - before;
  CHECK(counted == 0);
  CHECK(refused == 0);
  CHECK(session.counters().messages_in == 50 * 400);
}

// A server made of bytes, for tests of Call: builds what it would send, and parses what the client
// sends.
#pragma once

#include "client/call/call.hpp"
#include "client/call/controls.hpp"
#include "common/audio/g711.hpp"

#include "tests/support/catch.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace voicecli::test {

using Stream = std::vector<std::uint8_t>;
using Pcm = std::vector<std::int16_t>;

inline constexpr voice::TimePoint start{std::chrono::hours{1}};

inline void operator+=(Stream& stream, const Stream& more) {
  stream.insert(stream.end(), more.begin(), more.end());
}

/// One wire message whose payload is text or raw bytes.
inline Stream message(std::string_view payload) {
  Stream wire(voice::length_prefix_bytes);
  voice::store_le32(wire.data(), static_cast<std::uint32_t>(payload.size()));
  wire.insert(wire.end(), payload.begin(), payload.end());
  return wire;
}

inline Stream announce(std::string_view text) {
  return message(text);
}
inline Stream classic_announce() {
  return announce("SamplesPerSecond:8000");
}
inline Stream voice1_announce() {
  return announce("SamplesPerSecond:8000:voice/1");
}

/// One RTP message whose samples all have the code `fill`.
inline Stream packet(std::uint16_t sequence, std::uint8_t fill, std::size_t samples = 160) {
  Stream wire(voice::packet_overhead_bytes + samples, fill);
  voice::write_packet_overhead({sequence, voice::rtp::Timestamp{0}, voice::rtp::Ssrc{7}}, wire);
  return wire;
}

/// The payloads of all whole messages in `stream`; no bytes may be left over.
inline std::vector<Stream> messages_of(const Stream& stream) {
  voice::Deframer deframer{voice::message_bytes_max_any_rate};
  std::vector<Stream> messages;
  voice::Bytes rest{stream};
  for (;;) {
    const auto next = deframer.next(rest);
    REQUIRE(next);
    if (!*next) break;
    messages.emplace_back((*next)->begin(), (*next)->end());
  }
  CHECK_FALSE(deframer.mid_message());
  return messages;
}

inline std::string as_text(const Stream& message) {
  return {message.begin(), message.end()};
}

inline CallOptions options() {
  return {"anna", "voicecli/test", voice::fixed_playout(4), 4596, voice::rtp::Ssrc{0}, {}};
}

/// A Call with its controls and a clock that moves only when told.
struct Line {
  explicit Line(CallOptions call_options = options()) : call(std::move(call_options), now) {}

  void receive(const Stream& bytes) { call.received(bytes, now); }

  /// Takes everything that the client wants to send.
  Stream sent() {
    const voice::Bytes bytes = call.to_send(now);
    Stream stream{bytes.begin(), bytes.end()};
    call.sent(bytes.size());
    return stream;
  }

  /// Captures `pcm` and lets one tick pass.
  void speak(const Pcm& pcm) {
    call.capture(pcm);
    tick();
  }

  void tick(int count = 1) {
    for (int i = 0; i < count; ++i) {
      call.tick(controls.microphone_open(now), now);
      now += voice::frame_duration;
    }
  }

  Pcm play() {
    const auto frame = call.play(controls.loudness(), now);
    return {frame.begin(), frame.end()};
  }

  /// The next event, which must be an Event.
  template <class Event>
  Event event() {
    auto next = call.poll_event();
    REQUIRE(next);
    REQUIRE(std::holds_alternative<Event>(*next));
    return std::get<Event>(*next);
  }

  bool no_event() { return !call.poll_event(); }

  voice::TimePoint now = start;
  Controls controls;
  Call call;
};

/// A Line that has received its announcement. What it answered has been discarded.
struct ClassicLine : Line {
  explicit ClassicLine(CallOptions call_options = options()) : Line(std::move(call_options)) {
    receive(classic_announce());
    event<Announced>();
  }
};

struct Voice1Line : Line {
  explicit Voice1Line(CallOptions call_options = options()) : Line(std::move(call_options)) {
    receive(voice1_announce());
    event<Announced>();
    sent();
  }
};

inline Stream vector_bytes(const std::string& name) {
  const auto path = std::filesystem::path{VOICE_VECTORS_DIR} / name;
  std::ifstream file{path, std::ios::binary};
  INFO(path.string());
  REQUIRE(file);
  return {std::istreambuf_iterator<char>{file}, {}};
}

inline Pcm vector_pcm(const std::string& name) {
  const Stream bytes = vector_bytes(name);
  Pcm pcm(bytes.size() / 2);
  for (std::size_t i = 0; i < pcm.size(); ++i) {
    pcm[i] = static_cast<std::int16_t>(bytes[2 * i] | (bytes[2 * i + 1] << 8));
  }
  return pcm;
}

}  // namespace voicecli::test

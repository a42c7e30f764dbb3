// A host and its peers in simulated time, for tests: plays the shell. Each peer's system can be
// told to accept little or nothing, or to break.
#pragma once

#include "server/host/host.hpp"

#include "tests/server/host/addresses.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/wire_stream.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace voiced::test {

inline HostOptions crowd_options(std::size_t participants_max = 8, int jitter_depth_packets = 2) {
  return {.front_room = {.format = *voice::AudioFormat::from_rate(8000),
                         .playout = voice::fixed_playout(jitter_depth_packets),
                         .participants_max = participants_max,
                         .first_sequence = 100,
                         .ssrc = voice::rtp::Ssrc{1}},
          .door = {}};
}

/// One peer's end, as its system sees it.
struct Line {
  std::size_t room = SIZE_MAX;  // bytes it accepts; SIZE_MAX: any number
  bool is_broken = false;       // the next write fails
  bool has_closed = false;      // the peer's side is closed
  bool is_shut_down = false;    // our side is shut down
  std::vector<std::uint8_t> got;

  /// Payloads of the whole messages that have arrived.
  [[nodiscard]] std::vector<voice::test::ByteVector> messages() const {
    voice::Deframer deframer(voice::message_bytes_max_any_rate);
    return voice::test::feed(deframer, got);
  }
  /// Those that are text.
  [[nodiscard]] std::vector<std::string> texts() const {
    std::vector<std::string> all;
    for (const auto& message : messages()) {
      if (!message.empty() && message[0] < 0x80) all.emplace_back(message.begin(), message.end());
    }
    return all;
  }
  /// Those that are sound.
  [[nodiscard]] std::size_t frames() const {
    return messages().size() - texts().size() - empty_packets();
  }
  /// Those that announce a pause, or are signs of life.
  [[nodiscard]] std::size_t empty_packets() const {
    const auto all = messages();
    return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [](const auto& message) {
      return message.size() == voice::rtp_header_bytes && message[0] == 0x80;
    }));
  }
};

class Crowd {
 public:
  explicit Crowd(const HostOptions& options = crowd_options()) : host(options, now) {}

  /// @param transport null: plain TCP.
  PeerId arrive(std::uint8_t last_byte = 1, std::unique_ptr<voice::Transport> transport = nullptr) {
    return arrive_from({"192.0.2." + std::to_string(last_byte) + ":50000", address_of(last_byte)},
                       std::move(transport));
  }
  PeerId arrive_from(const PeerAddress& address, std::unique_ptr<voice::Transport> transport) {
    close_done();
    const PeerId id = host.arrived(address, now, std::move(transport));
    lines[id.number] = {};
    write(id);
    hear();
    return id;
  }

  void say(PeerId id, voice::Bytes bytes) {
    if (host.received(id, bytes, now)) write(id);
    hear();
  }
  void say_hello(PeerId id, const std::string& name = "Ada") {
    say(id, voice::test::message("Hello\nName:" + name));
  }
  /// Says 20 ms of sound.
  void speak(PeerId id) {
    say(id, voice::test::rtp_message(sequence_++, voice::test::ByteVector(160, 0x20)));
  }

  void tick(int count = 1) {
    for (; count > 0; --count) {
      now += voice::frame_duration;
      host.tick(today, now);
      while (const auto id = host.next_to_write(now)) {
        written.push_back(*id);
        if (on_write) on_write(*id);
        write(*id);
      }
      for (int i = 0; i < handshakes_per_tick; ++i) {
        const auto id = host.next_handshake(now);
        if (!id) break;
        write(*id);
      }
      while (const auto id = host.next_leaving()) say_goodbye(*id);
      hear();
      close_done();
    }
  }

  void write(PeerId id) {
    for (bool may_have_more = true; may_have_more;) {
      const voice::Bytes bytes = host.to_send(id, now);
      if (bytes.empty()) return;
      Line& line = lines[id.number];
      if (line.is_broken) return host.ended(id, Ended::broken, now);
      const std::size_t count = std::min(line.room, bytes.size());
      line.got.insert(line.got.end(), bytes.begin(),
                      bytes.begin() + static_cast<std::ptrdiff_t>(count));
      if (line.room != SIZE_MAX) line.room -= count;
      may_have_more = host.sent(id, count, now);
    }
  }

  /// Why it ended; none if it has not.
  [[nodiscard]] std::optional<CloseReason> end_of(PeerId id) const {
    const auto found = ends.find(id.number);
    return found == ends.end() ? std::nullopt : std::optional(found->second);
  }
  /// Whether `listener` is sent what `talker` says now.
  [[nodiscard]] bool hears(PeerId talker, PeerId listener) {
    line(listener).got.clear();
    for (int i = 0; i < 6; ++i) {
      speak(talker);
      tick();
    }
    const auto messages = line(listener).messages();
    return std::any_of(messages.begin(), messages.end(), [](const auto& message) {
      return message[0] >= 0x80 && message.back() == 0x20;
    });
  }
  [[nodiscard]] Line& line(PeerId id) { return lines[id.number]; }

  voice::TimePoint now{std::chrono::hours{1}};
  std::chrono::sys_seconds today{};
  Host host;
  std::map<std::uint64_t, Line> lines;        // by number
  std::map<std::uint64_t, CloseReason> ends;  // the same
  std::vector<PeerId> written;                // in the order next_to_write() named them
  std::vector<PeerId> gone;
  std::function<void(PeerId)> on_write;  // called before something is written to a peer
  std::vector<HostEvent> events;
  int handshakes_per_tick = 1000;  // how many there is time for

 private:
  void say_goodbye(PeerId id) {
    Line& its = lines[id.number];
    const FarewellStep step = host.farewell(id, true, its.has_closed, now);
    if (step == FarewellStep::shut_down) its.is_shut_down = true;
  }
  void close_done() {
    for (const PeerId id : host.done()) gone.push_back(id);
    host.release_done();
  }
  void hear() {
    for (HostEvent& event : host.take_events()) {
      if (const auto* const left = std::get_if<event::Left>(&event)) {
        REQUIRE(ends.emplace(left->number, left->reason).second);
      }
      if (const auto* const failed = std::get_if<event::HandshakeFailed>(&event)) {
        REQUIRE(ends.emplace(failed->number, failed->reason).second);
      }
      events.push_back(std::move(event));
    }
  }

  std::uint16_t sequence_ = 0;
};

}  // namespace voiced::test

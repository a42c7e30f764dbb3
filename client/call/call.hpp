// One connection's protocol and audio without its socket (docs/protocol.md): stream bytes,
// microphone samples and the time go in; stream bytes, loudspeaker frames and events come out. The
// shell owns one Call per connection.
//
//   socket ─▶ received() ─▶ Channel ─▶ announce | text | RTP ─▶ Downlink ─▶ play() ─▶ loudspeaker
//   microphone ─▶ capture() ─▶ Uplink ── tick() every 20 ms ──▶ Outbox ─▶ to_send() ─▶ socket
#pragma once

#include "client/call/call_event.hpp"
#include "client/call/controls.hpp"
#include "client/call/downlink.hpp"
#include "client/call/heartbeat.hpp"
#include "client/call/prelude.hpp"
#include "client/call/uplink.hpp"
#include "common/transport/channel.hpp"
#include "common/wire/voice1.hpp"

#include <deque>
#include <optional>
#include <string>

namespace voicecli {

struct CallOptions {
  std::string name;   // how others see us; empty: the server chooses
  std::string agent;  // program and version
  int jitter_depth_packets = 6;
  std::uint16_t first_sequence = 0;
  voice::rtp::Ssrc ssrc{};
  voice::OutboxLimits outbox{};
  std::string password = {};  // what the server may ask for; empty: none
};

struct CallStatistics {
  int jitter_fill_packets = 0;
  int jitter_depth_packets = 0;
  voice::Duration jitter_fill{0};
  std::optional<voice::Duration> round_trip;  // voice/1 only
  voice::JitterBufferCounters playout;
  double microphone_dbfs = voice::level_dbfs_min;
  double loudspeaker_dbfs = voice::level_dbfs_min;
  std::uint64_t frames_sent = 0;  // that have left for the network whole
  std::uint64_t outbox_dropped_messages = 0;
  std::uint64_t ignored_messages = 0;  // before the announcement, or nothing we understand
};

class Call {
 public:
  /// @param options jitter_depth_packets is within the jitter buffer's limits; asserted.
  /// @param transport of the connection; null: plain.
  Call(CallOptions options, voice::TimePoint now,
       std::unique_ptr<voice::Transport> transport = nullptr);

  /// Takes what the socket has read, cut anywhere. After an event that ends the call it does
  /// nothing.
  void received(voice::Bytes bytes, voice::TimePoint now);

  /// Bytes to write to the socket, in order; audio that has waited too long is gone. Valid until
  /// the next call of a non-const member.
  [[nodiscard]] voice::Bytes to_send(voice::TimePoint now);
  /// Tells that the first `count` bytes of to_send() have left.
  void sent(std::size_t count) { frames_sent_ += channel_.sent(outbox_, count); }

  /// Takes captured samples, any count, at the announced rate. Ignored before the announcement.
  void capture(std::span<const std::int16_t> pcm) noexcept;
  /// The microphone has delivered all it ever will (a file that ended).
  void capture_ended() noexcept;

  /// Every 20 ms: microphone frames become messages, Pings go out, a dead server is noticed.
  void tick(const Controls& controls, voice::TimePoint now);

  /// One frame for the loudspeaker; empty before the announcement. Valid until the next call.
  [[nodiscard]] std::span<const std::int16_t> play(const Controls& controls, voice::TimePoint now);

  /// Says Bye (voice/1) and forgets all else that waits. Nothing is received or sent afterwards but
  /// the bytes that to_send() still holds: a whole number of messages.
  void leave(voice::TimePoint now);

  /// The oldest event not yet polled.
  [[nodiscard]] std::optional<CallEvent> poll_event();

  /// The announced format; nothing before the announcement.
  [[nodiscard]] std::optional<voice::AudioFormat> format() const noexcept { return format_; }
  [[nodiscard]] bool voice1() const noexcept { return voice1_; }
  [[nodiscard]] ServerMute muted_by_server() const noexcept { return muted_by_server_; }
  [[nodiscard]] CallStatistics statistics() const noexcept;
  /// What came instead of an announcement, in words (Prelude::answer).
  [[nodiscard]] std::string unannounced_answer() const { return prelude_.answer(); }

 private:
  void first_message(voice::Bytes message, voice::TimePoint now);
  void unannounced(voice::Bytes message);
  void later_message(voice::Bytes message, voice::TimePoint now);
  void text(voice::Bytes message, voice::TimePoint now);
  void hear(const voice::voice1::Message& message, voice::TimePoint now);
  void say(const voice::voice1::Message& message, voice::TimePoint now);
  void set_muted_by_server(ServerMute mute);
  void fail(CallFailure failure, std::string detail = {});
  void end(CallEvent event);

  CallOptions options_;
  Prelude prelude_;
  voice::Channel channel_;
  voice::Outbox outbox_;
  std::deque<CallEvent> events_;
  // All of these are there from the announcement on.
  std::optional<voice::AudioFormat> format_;
  std::optional<Uplink> uplink_;
  std::optional<Downlink> downlink_;
  std::optional<Heartbeat> heartbeat_;  // voice/1 only
  bool voice1_ = false;
  bool welcomed_ = false;
  ServerMute muted_by_server_;
  bool ended_ = false;
  std::uint64_t ignored_messages_ = 0;
  std::uint64_t frames_sent_ = 0;
};

}  // namespace voicecli

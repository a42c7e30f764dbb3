// One connection's protocol and audio without its socket (docs/protocol.md): stream bytes,
// microphone samples and the time go in; stream bytes, loudspeaker frames and events come out. The
// shell owns one Call per connection.
//
//   socket ─▶ received() ─▶ Channel ─▶ announce | text | RTP ─▶ Downlink ─▶ play() ─▶ loudspeaker
//   microphone ─▶ capture_space() ─▶ Uplink ── tick() every 20 ms ──▶ Outbox ─▶ to_send() ─▶ socket
#pragma once

#include "client/call/call_event.hpp"
#include "client/call/call_statistics.hpp"
#include "client/call/challenge.hpp"
#include "client/call/delay.hpp"
#include "client/call/downlink.hpp"
#include "client/call/heartbeat.hpp"
#include "client/call/prelude.hpp"
#include "client/call/uplink.hpp"
#include "common/transport/channel.hpp"
#include "common/wire/codec_word.hpp"

#include <deque>
#include <optional>
#include <string>

namespace voicecli {

struct CallOptions {
  std::string name;   // how others see us; empty: the server chooses
  std::string agent;  // program and version
  voice::PlayoutOptions playout{};
  std::uint16_t first_sequence = 0;
  voice::rtp::Ssrc ssrc{};
  voice::OutboxLimits outbox{};
  std::string password = {};  // of the account, or of the conference; empty: none
  std::string room = {};      // to enter; empty: the one for all
  std::string user = {};      // an account; empty: none
  std::string token = {};     // an invitation; empty: none
  /// Random, another one for each connection; empty: this program cannot prove passwords.
  std::string nonce = {};
  /// Passwords and invitations may leave without encryption.
  bool may_send_plainly = false;
  /// A challenge that costs less is refused, unless passwords may be sent: an impostor could guess
  /// the password from the proof.
  ProofCost proof_cost_min = {};
  /// What the server may choose among, best first; empty: PCMU, and the server is not asked.
  voice::voice1::Codecs codecs = {};
  /// Bit rate of what is sent in Opus, in kbit/s: voice::opus_kbits_min…max; 0: the preset of the
  /// sample rate.
  int opus_kbits = 0;
  /// Whether frames without speech are left out; only towards a server that speaks voice/1.
  Dtx dtx = Dtx::off;
};

class Call {
 public:
  /// @param options playout is within its limits; asserted.
  /// @param transport of the connection; null: plain.
  Call(CallOptions options, voice::TimePoint now,
       std::unique_ptr<voice::Transport> transport = nullptr);

  /// Takes what the socket has read, split at any byte. Ignored after an event that ends the call.
  void received(voice::Bytes bytes, voice::TimePoint now);

  /// Bytes to write to the socket, in order; audio that has waited too long is gone. Valid until
  /// the next call of a non-const member.
  [[nodiscard]] voice::Bytes to_send(voice::TimePoint now);
  /// Reports that the first `count` bytes of to_send() have left.
  void sent(std::size_t count) { frames_sent_ += channel_.sent(outbox_, count); }

  /// Room for samples captured at the announced rate, at least a frame; empty before the
  /// announcement. Valid until the next call of a non-const member. Fill the front of it, then tell
  /// how many with captured().
  [[nodiscard]] std::span<std::int16_t> capture_space() noexcept;
  void captured(std::size_t count) noexcept;
  /// The same for samples that lie elsewhere, any count. Ignored before the announcement.
  /// @param is_speech what a detector says of them; none: there is no detector
  void capture(std::span<const std::int16_t> pcm, std::optional<bool> is_speech = {}) noexcept;
  /// The microphone will deliver no more samples (a file that ended).
  void capture_ended() noexcept;

  /// Every 20 ms: microphone frames become messages, Pings go out, a dead server is noticed.
  /// What was captured while the microphone is not open is never sent.
  void tick(bool microphone_open, voice::TimePoint now);

  /// One frame for the loudspeaker; empty before the announcement. Valid until the next call.
  [[nodiscard]] std::span<const std::int16_t> play(Loudness loudness, voice::TimePoint now);

  /// Says Bye (voice/1) and drops all other messages that have not begun to leave. After that, only
  /// the bytes of to_send() are sent, a whole number of messages, and received bytes are ignored.
  void leave(voice::TimePoint now);

  /// The server's challenge, to be answered with answer(); none: there is none.
  [[nodiscard]] std::optional<Challenge> challenge() const;
  /// Ignored if it belongs to another challenge.
  void answer(const Answer& answer, voice::TimePoint now);

  /// The oldest event not yet polled.
  [[nodiscard]] std::optional<CallEvent> poll_event();

  /// The announced format; none before the announcement.
  [[nodiscard]] std::optional<voice::AudioFormat> format() const noexcept { return format_; }
  [[nodiscard]] bool voice1() const noexcept { return voice1_; }
  /// How the connection is encrypted (Transport::description()); empty: not at all.
  [[nodiscard]] std::string encryption() const { return channel_.description(); }
  /// What both ends speak: PCMU until the server has chosen another one.
  [[nodiscard]] voice::CodecId codec() const noexcept { return codec_; }
  /// Whether codec() is one of CallOptions::codecs, or PCMU if that is empty.
  [[nodiscard]] bool has_wanted_codec() const noexcept;
  /// The length of an audio message to the server, after the announcement (asserted); for Opus, the
  /// average.
  [[nodiscard]] std::size_t sound_message_bytes() const noexcept;
  [[nodiscard]] ServerMute muted_by_server() const noexcept { return muted_by_server_; }
  [[nodiscard]] CallStatistics statistics() const noexcept;
  /// Whether a frame from the microphone is complete, so that the next tick will send it.
  [[nodiscard]] bool has_captured_frame() const noexcept {
    return uplink_ && uplink_->held_samples() >= format_->samples_per_frame_max();
  }
  /// How much of the microphone's sound has not been sent yet.
  [[nodiscard]] voice::Duration captured_duration() const noexcept {
    return uplink_ ? format_->duration(uplink_->held_samples()) : voice::Duration::zero();
  }
  /// What each stage of this call holds now; the devices' stages are zero, and before the
  /// announcement all are.
  [[nodiscard]] DelayStages delays(voice::TimePoint now) const noexcept;
  /// What came instead of an announcement, in words (Prelude::answer).
  [[nodiscard]] std::string unannounced_answer() const { return prelude_.answer(); }

 private:
  [[nodiscard]] bool may_send_secrets() const noexcept;
  [[nodiscard]] bool add_secrets(voice::voice1::Hello& hello, bool has_challenges);
  void challenged(const voice::voice1::Challenge& challenge);
  void first_message(voice::Bytes message, voice::TimePoint now);
  void unannounced(voice::Bytes message);
  void use(voice::AudioFormat format, voice::CodecId codec);
  void say_hello(bool has_challenges, voice::TimePoint now);
  void say_hello(voice::voice1::Hello& hello, voice::TimePoint now);
  void later_message(voice::Bytes message, voice::TimePoint now);
  void text(voice::Bytes message, voice::TimePoint now);
  void hear(const voice::voice1::Message& message, voice::TimePoint now);
  void say(const voice::voice1::Message& message, voice::TimePoint now);
  void welcomed(const voice::voice1::Welcome& welcome, voice::TimePoint now);
  void set_outbox_limits() noexcept;
  void set_muted_by_server(ServerMute mute);
  void report(CallEvent event);
  void fail(CallFailure failure, std::string detail = {});
  void end(CallEvent event);
  void check() const noexcept;

  CallOptions options_;
  Prelude prelude_;
  voice::Channel channel_;
  voice::Outbox outbox_;
  std::deque<CallEvent> events_;  // at most one of each kind
  // All of these are there from the announcement on.
  std::optional<voice::AudioFormat> format_;
  std::optional<Uplink> uplink_;
  std::optional<Downlink> downlink_;
  std::optional<Heartbeat> heartbeat_;  // voice/1 only
  bool voice1_ = false;
  bool awaits_rate_ = false;  // until Welcome, what comes may have the announced rate
  bool welcomed_ = false;
  std::string room_;               // as the last Welcome that had one
  voice::voice1::Codecs offered_;  // in Hello
  voice::CodecId codec_ = voice::CodecId::pcmu;
  ServerMute muted_by_server_;
  bool ended_ = false;
  bool asks_challenge_ = false;  // Hello had a nonce
  bool withholds_password_ = false;
  std::optional<Challenge> challenge_;  // that has come
  std::string servers_proof_;           // that Welcome must bring; empty: none
  std::uint64_t ignored_messages_ = 0;
  std::uint64_t frames_sent_ = 0;
  std::optional<ServerDelay> server_delay_;  // as the last Pong told
};

}  // namespace voicecli

// A run of the client without its sockets, timers and devices: connects, reconnects when a call is
// lost, says goodbye, and decides what the user is told and how the run ends. Events and the time
// go in, actions come out. Owned by Client.
//
//   start ─▶ connecting ─ connected() ─▶ calling ─ leave() ─▶ leaving ─▶ over
//                ▲  └──── ended() ────┐     │                              ▲
//                └──── retry ───── waiting ◀┘ ────────── given up ─────────┘
#pragma once

#include "client/call/action.hpp"
#include "client/call/caller_options.hpp"
#include "client/call/command.hpp"
#include "client/call/failure_text.hpp"
#include "client/call/outcome.hpp"
#include "client/call/status.hpp"
#include "common/core/split_mix.hpp"
#include "common/core/token_bucket.hpp"

#include <deque>
#include <optional>
#include <string>

namespace voicecli {

/// Enough for a Bye to leave and the server's answer to come. A user who quits waits no longer.
inline constexpr std::chrono::milliseconds farewell_duration_max{500};

class Caller {
 public:
  /// @param seed random; spreads attempts to connect, and numbers the packets.
  Caller(CallerOptions options, std::uint64_t seed);

  /// Once, before all else: the run begins.
  void start(voice::TimePoint now);

  // Events. Each may come at any time; one that does not fit the current state is ignored.
  /// @param transport of the connection; null: plain.
  void connected(voice::TimePoint now, std::unique_ptr<voice::Transport> transport = nullptr);
  void received(voice::Bytes bytes, voice::TimePoint now);
  /// The first `count` bytes of the last Write have left.
  void sent(std::size_t count, voice::TimePoint now);
  /// The connection takes bytes again.
  void writable() noexcept { write_wanted_ = true; }
  /// The connection could not be made, or ended, for any reason but Disconnect.
  void ended(const LinkEnd& how, voice::TimePoint now);
  /// What Prove was for; an empty proof: it cannot be made.
  void answer(const Answer& answer, voice::TimePoint now);
  void sound_failed(const std::string& reason, voice::TimePoint now);
  /// The loudspeaker has been given up for good (disk full, stdout closed).
  void loudspeaker_failed(voice::TimePoint now);
  void obey(const Command& command, voice::TimePoint now);
  /// Say goodbye and end with `outcome`; if that is already in progress, end at once.
  void leave(Outcome outcome, voice::TimePoint now);
  /// Every 20 ms.
  void tick(voice::TimePoint now);

  /// The next thing to do, or none for now. Ask after each of the above, and at deadline().
  [[nodiscard]] std::optional<Action> step(voice::TimePoint now);
  /// When to call step() at the latest; TimePoint::max() if only an event can lead to an action.
  [[nodiscard]] voice::TimePoint deadline() const noexcept;

  /// The call that the devices belong to now; null if there is none or it is ending. Valid until
  /// the next call of a non-const member.
  [[nodiscard]] Call* call_for_sound() noexcept;
  [[nodiscard]] const Controls& controls() const noexcept { return controls_; }
  /// All of it but the devices.
  [[nodiscard]] Status status(voice::TimePoint now) const;
  /// After Finish: how the run ended.
  [[nodiscard]] Outcome outcome(const SoundEnd& sound) const noexcept {
    return outcome_with_sound(outcome_, sound);
  }

 private:
  enum class Life : std::uint8_t { waiting, connecting, calling, leaving, over };

  void connect();
  [[nodiscard]] Outcome outcome_of(CallFailure failure) noexcept;
  void lose(const std::string& reason, Outcome outcome, voice::TimePoint now,
            voice::Duration delay_min = {});
  void finish(Outcome outcome);
  void end_of_time(voice::TimePoint now);
  void act_at(voice::TimePoint now);
  [[nodiscard]] std::optional<Action> write_due(voice::TimePoint now);
  [[nodiscard]] std::string make_nonce();
  [[nodiscard]] bool hear(voice::TimePoint now);

  // What the call says.
  void on(const Announced& announced, voice::TimePoint now);
  void on(const Challenged&, voice::TimePoint now);
  void on(const Welcomed& welcomed, voice::TimePoint now);
  void on(const Refused& refused, voice::TimePoint now);
  void on(const Goodbye& goodbye, voice::TimePoint now);
  void on(const ServerMute& mute, voice::TimePoint now);
  void limit_unsent(std::size_t message_bytes);
  void on(const ServerSilence& silence, voice::TimePoint now);
  void on(const Failed& failed, voice::TimePoint now);
  void on(const FirstAudioSent&, voice::TimePoint) { tell(event::FirstAudioSent{}); }
  void on(const FirstAudioHeard&, voice::TimePoint) { tell(event::FirstAudioHeard{}); }

  void tell(CallerEvent event) { actions_.emplace_back(action::Tell{std::move(event)}); }
  void check() const noexcept;

  CallerOptions options_;
  voice::SplitMix random_;
  std::deque<Action> actions_;
  Life life_ = Life::waiting;
  std::optional<Call> call_;  // while calling or leaving
  Controls controls_;
  Redial redial_;
  std::optional<voice::AudioFormat> sound_format_;  // at which sound was opened last
  voice::TokenBucket rate_changes_;
  voice::TimePoint ends_at_ = voice::TimePoint::max();  // of the duration
  voice::TimePoint acts_at_ = voice::TimePoint::max();  // next attempt, or end of the farewell
  std::string name_;                                    // as the server calls us
  std::string room_;                                    // where we are; empty: the server has one
  bool write_wanted_ = false;
  bool sending_ended_ = false;
  Outcome outcome_ = Outcome::connection_lost;  // from leaving on: what the run ends with
};

}  // namespace voicecli

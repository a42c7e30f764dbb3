// The shell around a Call: one io_context, one thread. Connects and connects again, moves bytes and
// samples, tells the time, and passes what happens to a Frontend. Owned by main.
#pragma once

#include "client/net/backoff.hpp"
#include "client/net/connection.hpp"
#include "client/net/frontend.hpp"
#include "client/net/patience.hpp"
#include "client/net/sound.hpp"
#include "common/playout/tick_schedule.hpp"

#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <optional>
#include <random>
#include <string>

namespace voicecli {

enum class OnLoss : std::uint8_t { reconnect, end };

enum class Telling : std::uint8_t {
  changes,        // the same failure again and again is told once
  every_attempt,  // --verbose
};

struct ClientOptions {
  std::string host;
  std::uint16_t port = 0;
  CallOptions call;  // first_sequence and ssrc are drawn anew for each connection
  SoundOptions sound;
  Controls controls;                        // at the start
  std::optional<voice::Duration> duration;  // of the whole run; nothing: until told to quit
  OnLoss on_loss = OnLoss::reconnect;
  Telling telling = Telling::changes;
};

/// How a run ended; main turns it into an exit code.
enum class Outcome : std::uint8_t {
  done,
  connection_lost,
  cannot_connect,
  no_voice_server,  // what answers is none, and time does not mend that: not tried again
  refused,          // not let in
  unwanted,         // removed or banned by the operator, or without the password: never tried again
  audio_device,
  recording_incomplete,  // ended as asked, but the recording had failed before
  interrupted,
};

class Client final : private ConnectionEvents {
 public:
  /// @param frontend outlives the client.
  Client(ClientOptions options, Frontend& frontend);

  /// Runs until the end: the duration, a command, a signal, or what OnLoss::end makes final.
  Outcome run();

  /// After run(): a name lookup is still under way, and destroying the client would wait for it.
  [[nodiscard]] bool is_resolving() const noexcept {
    return connection_ && connection_->is_resolving();
  }

 private:
  using Clock = std::chrono::steady_clock;

  // The connection's life.
  void connect();
  void on_connected(const std::string& peer) override;
  void on_received(voice::Bytes bytes) override;
  void on_writable() override;
  void on_closed(const std::string& reason) override;
  void drop(const std::string& reason, Outcome final_outcome, voice::Duration delay_min);
  void retry(const std::string& reason, Outcome final_outcome, voice::Duration delay_min);
  void end_of_time();
  void leave(Outcome outcome);
  void finish(Outcome outcome);

  // The clock.
  void wait_for_pump();
  void pump();
  void wait_for_signal();
  void on_signal(int signal);
  void obey_commands(voice::TimePoint now);

  // What the call says.
  void flush();
  void handle_call_events();
  void handle(const Announced& announced);
  void handle(const Welcomed& welcomed);
  void handle(const Refused& refused);
  void handle(const Goodbye& goodbye);
  void handle(const ServerMute& mute);
  void handle(const Failed& failed);
  void handle(const FirstAudioSent&);
  void handle(const FirstAudioHeard&);
  void join(const Welcomed& welcomed);

  /// host:port, as the user named it.
  [[nodiscard]] std::string server() const;
  [[nodiscard]] std::uint32_t random() { return static_cast<std::uint32_t>(random_()); }
  void emit(Event event);
  [[nodiscard]] Status status(voice::TimePoint now);

  ClientOptions options_;
  Frontend& frontend_;
  std::mt19937 random_;
  boost::asio::io_context io_{1};
  boost::asio::steady_timer pump_timer_{io_};
  boost::asio::steady_timer retry_timer_{io_};
  boost::asio::steady_timer end_timer_{io_};
  boost::asio::signal_set signals_{io_};
  std::shared_ptr<Connection> connection_;
  std::optional<Call> call_;
  Sound sound_;
  Controls controls_;
  Backoff backoff_;
  Patience patience_;
  voice::TickSchedule pump_schedule_;
  voice::TickSchedule tick_schedule_;
  voice::TickSchedule refresh_schedule_;
  std::string name_;                // as the server calls us
  std::string last_failure_;        // told already: the same one again and again is told once
  bool joined_ = false;             // in the conference
  bool was_joined_ = false;         // once in this run
  std::optional<Outcome> leaving_;  // saying goodbye; the outcome to end with
  std::optional<Outcome> outcome_;
};

}  // namespace voicecli

// The shell around a Caller: one io_context, one thread. Moves bytes and samples, tells the time,
// performs the Caller's actions, and passes events to a Frontend. It decides nothing. Owned by
// main.
#pragma once

#include "client/call/caller.hpp"
#include "client/call/send_phase.hpp"
#include "client/net/connection.hpp"
#include "client/net/frontend.hpp"
#include "client/net/prover.hpp"
#include "client/net/signals.hpp"
#include "client/net/sound.hpp"
#include "common/playout/tick_schedule.hpp"
#include "common/tls/tls_client.hpp"

#include <memory>
#include <optional>
#include <string>

namespace voicecli {

/// The verdict on the server's certificate.
struct Judgement {
  voice::tls::Trust trust = voice::tls::Trust::authority;
  voice::tls::Fingerprint shown{};
  std::string why = {};  // it is not trusted; for people
};

struct ClientOptions {
  std::string host;
  std::uint16_t port = 0;
  std::shared_ptr<const voice::tls::Client> tls = {};  // null: not encrypted
  voice::tls::ServerIdentity identity = {};            // with TLS; on_judged is the client's own
  CallerOptions caller;
  SoundOptions sound;
};

class Client {
 public:
  /// @param frontend outlives the client.
  Client(ClientOptions options, Frontend& frontend);

  /// Runs until the end: the duration, a command, a signal, or a loss that is final.
  Outcome run();

  /// After run(): the verdict on the last certificate that was shown; none: none was.
  [[nodiscard]] const std::optional<Judgement>& judgement() const noexcept { return judgement_; }
  /// After run(): a name lookup is still under way, and destroying the client would wait for it.
  [[nodiscard]] bool is_resolving() const noexcept {
    return connection_ && connection_->is_resolving();
  }

 private:
  using Clock = std::chrono::steady_clock;

  void wait_for_timer();
  void wait_for_signal();
  void obey(SignalMeaning signal, voice::TimePoint now);
  void on_connection();

  void pump(voice::TimePoint now);
  [[nodiscard]] bool tick(voice::TimePoint now);
  void obey_commands(voice::TimePoint now);
  void refresh(voice::TimePoint now);

  /// Performs the Caller's actions until it has no more.
  void act(voice::TimePoint now);
  void carry_out(const Action& action, voice::TimePoint now);
  void connect();
  void open_sound(voice::AudioFormat format, voice::TimePoint now);
  void tell_of_sound();
  [[nodiscard]] Status status(voice::TimePoint now) const;

  [[nodiscard]] std::unique_ptr<voice::Transport> make_transport();

  ClientOptions options_;
  std::optional<Judgement> judgement_;
  Prover prover_{prove};
  Frontend& frontend_;
  boost::asio::io_context io_{1};
  boost::asio::steady_timer timer_{io_};
  boost::asio::signal_set signals_{io_};
  std::shared_ptr<Connection> connection_;
  Sound sound_;
  Caller caller_;
  voice::TickSchedule pump_schedule_;
  voice::TickSchedule tick_schedule_;
  voice::TickSchedule refresh_schedule_;
  SendPhase send_phase_{pump_period};
};

}  // namespace voicecli

// The life of a Client: its clock, its connection, its end. What the call says is in
// client_events.cpp.
#include "client/net/client.hpp"

#include "client/net/failure_text.hpp"

#include <csignal>

namespace voicecli {
namespace {

constexpr std::chrono::milliseconds pump_period{5};
constexpr std::chrono::milliseconds refresh_period{100};

// Enough for a Bye to leave and the server's answer to come; a person who quits does not wait
// longer.
constexpr std::chrono::milliseconds farewell_duration_max{500};

#ifdef SIGHUP
/// Under nohup, losing the terminal is no reason to end.
bool hangup_is_ignored() {
  struct sigaction action {};
  return sigaction(SIGHUP, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}
#endif

std::mt19937 random_generator() {
  std::random_device device;
  return std::mt19937{device()};
}

}  // namespace

Client::Client(ClientOptions options, Frontend& frontend)
    : options_(std::move(options)),
      frontend_(frontend),
      random_(random_generator()),
      sound_(options_.sound, [this](Event event) { emit(std::move(event)); }),
      controls_(options_.controls),
      pump_schedule_(Clock::now(), pump_period),
      tick_schedule_(Clock::now()),
      refresh_schedule_(Clock::now(), refresh_period, 1) {
  signals_.add(SIGINT);
  signals_.add(SIGTERM);
#ifdef SIGTSTP
  signals_.add(SIGTSTP);
  signals_.add(SIGCONT);
  if (!hangup_is_ignored()) signals_.add(SIGHUP);
#endif
}

Outcome Client::run() {
  wait_for_signal();
  wait_for_pump();
  if (options_.duration) {
    end_timer_.expires_after(*options_.duration);
    end_timer_.async_wait([this](const boost::system::error_code& error) {
      if (!error) end_of_time();
    });
  }
  connect();
  io_.run();
  sound_.watch();
  sound_.close();
  const Outcome outcome = outcome_.value_or(Outcome::connection_lost);
  // Nobody watches a recorder: its exit code must not say that all is well.
  if (outcome != Outcome::done) return outcome;
  if (sound_.recording_failed()) return Outcome::recording_incomplete;
  return sound_.card_never_came() ? Outcome::audio_device : outcome;
}

void Client::end_of_time() {
  if (was_joined_) return leave(Outcome::done);
  if (last_failure_.empty()) {
    const std::string reason =
        call_ ? server() + " has accepted the connection, but has not let us in yet"
              : "no connection to " + server() + " yet";
    emit({"cannot_connect", {{"reason", reason + "; the duration is over"}}, {}});
  }
  leave(Outcome::cannot_connect);
}

void Client::connect() {
  if (last_failure_.empty() || options_.telling == Telling::every_attempt) {
    emit({"connecting", {{"server", server()}}, {}});
  }
  connection_ = std::make_shared<Connection>(io_, static_cast<ConnectionEvents&>(*this));
  connection_->start(options_.host, options_.port);
}

void Client::on_connected(const std::string&) {
  CallOptions call = options_.call;
  call.first_sequence = static_cast<std::uint16_t>(random());
  call.ssrc = voice::rtp::Ssrc{random()};
  call_.emplace(std::move(call), Clock::now());
}

void Client::on_received(voice::Bytes bytes) {
  if (!call_) return;
  call_->received(bytes, Clock::now());
  flush();
  handle_call_events();
}

void Client::on_writable() {
  flush();
}

void Client::on_closed(const std::string& reason) {
  if (leaving_) return finish(*leaving_);
  patience_.other_failure();
  const bool early = call_ && !call_->format();
  const std::string words =
      early ? closed_early_text(server(), call_->unannounced_answer(), reason) : reason;
  drop(words, joined_ ? Outcome::connection_lost : Outcome::cannot_connect, {});
}

void Client::drop(const std::string& reason, Outcome final_outcome, voice::Duration delay_min) {
  if (connection_) connection_->close();
  connection_.reset();
  call_.reset();
  retry(reason, final_outcome, delay_min);
}

void Client::retry(const std::string& reason, Outcome final_outcome, voice::Duration delay_min) {
  // A client that was thrown out and comes back at once will be banned.
  const bool hopeless =
      final_outcome == Outcome::unwanted || final_outcome == Outcome::no_voice_server;
  const bool again = options_.on_loss == OnLoss::reconnect && !leaving_ && !hopeless;
  const voice::Duration delay = delay_min + backoff_.next(random());
  // A server that is away for a night would fill the log: each reason is told once.
  const bool is_news = joined_ || reason != last_failure_;
  if (is_news || !again || options_.telling == Telling::every_attempt) {
    Event event{joined_ ? "disconnected" : "cannot_connect", {{"reason", reason}}, {}};
    const auto delay_ms = std::chrono::duration_cast<std::chrono::milliseconds>(delay).count();
    if (again) event.fields.push_back({"retry_in_ms", std::int64_t{delay_ms}});
    emit(std::move(event));
  }
  last_failure_ = joined_ ? std::string{} : reason;
  joined_ = false;
  if (!again) return finish(final_outcome);
  retry_timer_.expires_after(delay);
  retry_timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) connect();
  });
}

void Client::leave(Outcome outcome) {
  if (outcome_) return;
  if (leaving_ || !call_ || !connection_) return finish(outcome);
  leaving_ = outcome;
  emit({"leaving", {}, {}});
  call_->leave(Clock::now());
  end_timer_.expires_after(farewell_duration_max);
  end_timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) finish(*leaving_);
  });
  flush();
}

void Client::finish(Outcome outcome) {
  if (outcome_) return;
  outcome_ = outcome;
  if (connection_) connection_->close();
  io_.stop();
}

void Client::wait_for_pump() {
  pump_timer_.expires_at(pump_schedule_.next());
  pump_timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    pump();
    wait_for_pump();
  });
}

void Client::pump() {
  const voice::TimePoint now = Clock::now();
  while (pump_schedule_.take(now)) {
    // Samples are moved once, however many quanta have passed: devices and schedules know the time
    // themselves.
  }
  AudioPump* sound = sound_.pump();
  Call* call = call_ && !leaving_ ? &*call_ : nullptr;
  if (sound != nullptr) sound->microphone(call, now);
  bool ticked = false;
  while (tick_schedule_.take(now)) {
    ticked = true;
    if (call != nullptr) call->tick(controls_, now);
  }
  if (ticked && call != nullptr) flush();
  if (ticked) handle_call_events();  // may end the call
  call = call_ && !leaving_ ? &*call_ : nullptr;
  if (sound != nullptr) sound->loudspeaker(call, controls_, now);
  if (call != nullptr) handle_call_events();
  if (ticked) obey_commands(now);
  if (!refresh_schedule_.take(now)) return;
  sound_.watch();
  if (sound_.loudspeaker_failed() && !leaving_) return leave(Outcome::audio_device);
  frontend_.refresh(status(now), now);
}

void Client::obey_commands(voice::TimePoint now) {
  while (const auto command = frontend_.poll_command()) {
    const Controls before = controls_;
    apply(*command, controls_, now);
    if (command->kind == Command::Kind::quit) return leave(Outcome::done);
    if (command->kind == Command::Kind::status) frontend_.show_status(status(now), now);
    if (before.microphone_muted != controls_.microphone_muted) {
      emit({controls_.microphone_muted ? "muted" : "unmuted", {}, {}});
    }
    if (before.loudspeaker_muted != controls_.loudspeaker_muted) {
      emit({controls_.loudspeaker_muted ? "deaf" : "undeaf", {}, {}});
    }
    if (before.volume_db != controls_.volume_db) {
      emit({"volume", {{"db", controls_.volume_db}}, {}});
    }
  }
}

void Client::wait_for_signal() {
  signals_.async_wait([this](const boost::system::error_code& error, int signal) {
    if (error) return;
    on_signal(signal);
    wait_for_signal();
  });
}

void Client::on_signal(int signal) {
#ifdef SIGTSTP
  if (signal == SIGTSTP) return frontend_.stop_until_continued();
  if (signal == SIGCONT) return frontend_.resume();
#endif
  // A second signal ends at once: leave() does so when it is leaving already.
  leave(signal == SIGINT ? Outcome::interrupted : Outcome::done);
}

}  // namespace voicecli

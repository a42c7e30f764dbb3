#include "client/net/client.hpp"

#include "client/net/signals.hpp"
#include "common/core/overloaded.hpp"

#include <random>

namespace voicecli {
namespace {

constexpr std::chrono::milliseconds refresh_period{100};

std::uint64_t random_seed() {
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

}  // namespace

Client::Client(ClientOptions options, Frontend& frontend)
    : options_(std::move(options)),
      frontend_(frontend),
      sound_(options_.sound),
      caller_(options_.caller, random_seed()),
      pump_schedule_(Clock::now(), pump_period),
      tick_schedule_(Clock::now()),
      refresh_schedule_(Clock::now(), refresh_period, 1) {
  add_signals(signals_);
}

Outcome Client::run() {
  wait_for_signal();
  caller_.start(Clock::now());
  act(Clock::now());
  wait_for_timer();
  io_.run();
  sound_.watch();
  sound_.close();
  tell_of_sound();
  return caller_.outcome({sound_.recording_failed(), sound_.card_never_came()});
}

void Client::wait_for_timer() {
  timer_.expires_at(std::min(pump_schedule_.next(), caller_.deadline()));
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    const voice::TimePoint now = Clock::now();
    bool pump_is_due = false;
    // Samples are moved once, however many quanta have passed: devices and schedules keep time
    // themselves.
    while (pump_schedule_.take(now)) pump_is_due = true;
    if (pump_is_due) pump(now);
    if (const auto answer = prover_.take()) caller_.answer(*answer, now);
    act(now);
    wait_for_timer();
  });
}

void Client::wait_for_signal() {
  signals_.async_wait([this](const boost::system::error_code& error, int signal) {
    if (error) return;
    obey(meaning_of(signal), Clock::now());
    wait_for_signal();
  });
}

void Client::obey(SignalMeaning signal, voice::TimePoint now) {
  if (signal == SignalMeaning::stop) return frontend_.stop_until_continued();
  if (signal == SignalMeaning::go_on) return frontend_.resume();
  caller_.leave(signal == SignalMeaning::interrupt ? Outcome::interrupted : Outcome::done, now);
  act(now);
}

void Client::on_connection() {
  const voice::TimePoint now = Clock::now();
  if (const auto event = connection_->poll_event()) {
    std::visit(
        voice::Overloaded{[&](const link::Connected&) { caller_.connected(now, make_transport()); },
                          [&](const link::Received& got) { caller_.received(got.bytes, now); },
                          [&](const link::Writable&) { caller_.writable(); },
                          [&](const link::Ended& end) { caller_.ended(end.how, now); }},
        *event);
  }
  act(now);
}

void Client::pump(voice::TimePoint now) {
  AudioPump* const sound = sound_.pump();
  if (sound != nullptr) sound->microphone(caller_.call_for_sound(), now);
  const bool is_ticked = tick(now);
  act(now);  // may end the call
  if (sound != nullptr) {
    sound->loudspeaker(caller_.call_for_sound(), caller_.controls().loudness(), now);
  }
  act(now);
  sound_.measure_delay(caller_.call_for_sound(), now);
  if (is_ticked) obey_commands(now);
  if (refresh_schedule_.take(now)) refresh(now);
}

// Returns whether there was a tick.
bool Client::tick(voice::TimePoint now) {
  const bool is_due = tick_schedule_.next() <= now;
  const Call* call = caller_.call_for_sound();
  if (call != nullptr) send_phase_.look(call->has_captured_frame(), now);
  if (is_due && call != nullptr && send_phase_.puts_off(call->has_captured_frame())) {
    tick_schedule_.shift(pump_period);
  }
  bool is_ticked = false;
  while (tick_schedule_.take(now)) {
    is_ticked = true;
    caller_.tick(now);
  }
  call = caller_.call_for_sound();
  if (is_ticked && call != nullptr) {
    tick_schedule_.shift(-send_phase_.after_tick(call->captured_duration()));
  }
  return is_ticked;
}

void Client::obey_commands(voice::TimePoint now) {
  while (const auto command = frontend_.poll_command()) {
    caller_.obey(*command, now);
    act(now);
    if (command->kind == Command::Kind::quit) return;
  }
}

void Client::refresh(voice::TimePoint now) {
  sound_.watch();
  tell_of_sound();
  if (sound_.loudspeaker_failed()) caller_.loudspeaker_failed(now);
  act(now);
  frontend_.refresh(status(now), now);
}

void Client::act(voice::TimePoint now) {
  while (const auto action = caller_.step(now)) carry_out(*action, now);
}

void Client::carry_out(const Action& action, voice::TimePoint now) {
  std::visit(
      voice::Overloaded{
          [&](const action::Tell& tell) {
            frontend_.event({tell.event, Clock::now()});
          },
          [&](const action::ShowStatus&) { frontend_.show_status(status(now), now); },
          [&](const action::Connect&) { connect(); },
          [&](const action::LimitUnsent& limit) { connection_->limit_unsent(limit.bytes); },
          [&](const action::Write& out) { caller_.sent(connection_->write(out.bytes), now); },
          [&](const action::EndSending&) { connection_->end_sending(); },
          [&](const action::Disconnect&) {
            connection_->close();
            prover_.forget_waiting();
          },
          [&](const action::OpenSound& sound) { open_sound(sound.format, now); },
          [&](const action::Prove& wanted) { prover_.begin(wanted.challenge); },
          [&](const action::Finish&) { io_.stop(); }},
      action);
}

std::unique_ptr<voice::Transport> Client::make_transport() {
  if (options_.tls == nullptr) return nullptr;
  voice::tls::ServerIdentity identity = options_.identity;
  identity.on_judged = [this](voice::tls::Trust trust, const voice::tls::Fingerprint& shown,
                              const std::string& why) {
    judgement_ = Judgement{trust, shown, why};
  };
  return options_.tls->connect(identity);
}

void Client::connect() {
  connection_ = std::make_shared<Connection>(io_, [this] { on_connection(); });
  connection_->start(options_.host, options_.port);
}

void Client::open_sound(voice::AudioFormat format, voice::TimePoint now) {
  const auto opened = sound_.open(format);
  if (opened) sound_.watch();
  tell_of_sound();
  if (!opened) caller_.sound_failed(opened.error().message, now);
}

void Client::tell_of_sound() {
  while (auto event = sound_.poll_event()) frontend_.event({std::move(*event), Clock::now()});
}

Status Client::status(voice::TimePoint now) const {
  Status status = caller_.status(now);
  sound_.add_to(status);
  return status;
}

}  // namespace voicecli

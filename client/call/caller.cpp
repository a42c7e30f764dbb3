#include "client/call/caller.hpp"

#include "common/core/assert.hpp"

#include <algorithm>
#include <utility>

namespace voicecli {
namespace {

// The kernel holds at most this much unsent sound: our outbox can drop what is late, the kernel
// cannot.
constexpr std::size_t unsent_frames_max = 5;
// The most actions that wait: a shell that asks after each report never has more.
constexpr std::size_t actions_max = 16;
// At each change of the rate, sound cards are opened again and new files begun. These are enough
// for moves between rooms; a server that changes the rate all the time would fill the disk.
constexpr int rate_changes_burst = 16;
constexpr double rate_changes_per_second = 1.0 / 60;

std::string rate_flips_text(const std::string& server) {
  return server + " changes the sample rate too often; voicecli follows up to " +
         std::to_string(rate_changes_burst) + " changes in quick succession, then one per minute";
}

}  // namespace

Caller::Caller(CallerOptions options, std::uint64_t seed)
    : options_(std::move(options)),
      random_(seed),
      controls_(options_.controls),
      redial_(options_.on_loss, options_.telling),
      rate_changes_(rate_changes_per_second, rate_changes_burst) {}

void Caller::start(voice::TimePoint now) {
  VOICE_ASSERT(life_ == Life::waiting && actions_.empty());
  if (options_.duration) ends_at_ = now + *options_.duration;
  connect();
}

void Caller::connect() {
  VOICE_ASSERT(life_ == Life::waiting);
  life_ = Life::connecting;
  acts_at_ = voice::TimePoint::max();
  if (redial_.attempt_is_told()) tell(event::Connecting{options_.server});
  actions_.emplace_back(action::Connect{});
  check();
}

void Caller::connected(voice::TimePoint now, std::unique_ptr<voice::Transport> transport) {
  if (life_ != Life::connecting) return;
  CallOptions call = options_.call;
  call.first_sequence = static_cast<std::uint16_t>(random_.next());
  call.ssrc = voice::rtp::Ssrc{random_.next()};
  if (options_.can_prove) call.nonce = make_nonce();
  call_.emplace(std::move(call), now, std::move(transport));
  life_ = Life::calling;
  write_wanted_ = true;  // a handshake begins with us
  check();
}

// Never the same twice; need not be secret.
std::string Caller::make_nonce() {
  constexpr std::size_t words = 4;
  std::string nonce;
  for (std::size_t i = 0; i < words; ++i) {
    nonce += (nonce.empty() ? "" : "-") + std::to_string(random_.next());
  }
  return nonce;
}

void Caller::answer(const Answer& answer, voice::TimePoint now) {
  if (life_ != Life::calling) return;
  call_->answer(answer, now);
  write_wanted_ = true;
}

void Caller::received(voice::Bytes bytes, voice::TimePoint now) {
  if (!call_) return;
  call_->received(bytes, now);
  write_wanted_ = true;
  check();
}

void Caller::sent(std::size_t count, voice::TimePoint now) {
  if (!call_) return;
  call_->sent(count);
  if (life_ != Life::leaving || sending_ended_ || !call_->to_send(now).empty()) return;
  sending_ended_ = true;
  actions_.emplace_back(action::EndSending{});
}

void Caller::tick(voice::TimePoint now) {
  if (life_ != Life::calling) return;
  call_->tick(controls_.microphone_open(now), now);
  write_wanted_ = true;
}

void Caller::ended(const LinkEnd& how, voice::TimePoint now) {
  if (life_ == Life::leaving) return finish(outcome_);
  if (life_ != Life::connecting && life_ != Life::calling) return;
  redial_.link_ended();
  const bool early = call_ && !call_->format();
  const std::string reason = end_text(how);
  lose(early ? closed_early_text(options_.server, call_->unannounced_answer(), reason) : reason,
       redial_.outcome_of_loss(), now);
}

void Caller::lose(const std::string& reason, Outcome outcome, voice::TimePoint now,
                  voice::Duration delay_min) {
  VOICE_ASSERT(life_ == Life::connecting || life_ == Life::calling);
  actions_.emplace_back(action::Disconnect{});
  call_.reset();
  const Redial::Verdict verdict = redial_.lost(reason, outcome, now, delay_min, random_.next());
  if (verdict.is_told && verdict.was_joined) tell(event::Disconnected{reason, verdict.retry_in});
  if (verdict.is_told && !verdict.was_joined) tell(event::CannotConnect{reason, verdict.retry_in});
  if (!verdict.retry_in) return finish(outcome);
  life_ = Life::waiting;
  acts_at_ = now + *verdict.retry_in;
  check();
}

void Caller::leave(Outcome outcome, voice::TimePoint now) {
  if (life_ == Life::over) return;
  if (life_ != Life::calling) return finish(outcome);
  life_ = Life::leaving;
  outcome_ = outcome;
  acts_at_ = now + farewell_duration_max;
  tell(event::Leaving{});
  call_->leave(now);
  write_wanted_ = true;
  check();
}

void Caller::finish(Outcome outcome) {
  VOICE_ASSERT(life_ != Life::over);
  life_ = Life::over;
  outcome_ = outcome;
  actions_.emplace_back(action::Disconnect{});
  actions_.emplace_back(action::Finish{});
  check();
}

void Caller::end_of_time(voice::TimePoint now) {
  if (redial_.was_ever_joined()) return leave(Outcome::done, now);
  if (!redial_.is_failing()) {
    const std::string reason =
        call_ ? options_.server + " accepted the connection but had not let us in"
              : "no connection to " + options_.server;
    tell(event::CannotConnect{reason + " when --duration expired", {}});
  }
  leave(Outcome::cannot_connect, now);
}

void Caller::sound_failed(const std::string& reason, voice::TimePoint now) {
  if (life_ == Life::over) return;
  tell(event::DeviceError{reason});
  leave(Outcome::audio_device, now);
}

void Caller::loudspeaker_failed(voice::TimePoint now) {
  if (life_ != Life::leaving) leave(Outcome::audio_device, now);
}

void Caller::obey(const Command& command, voice::TimePoint now) {
  if (life_ == Life::over) return;
  if (command.kind == Command::Kind::quit) return leave(Outcome::done, now);
  if (command.kind == Command::Kind::status) actions_.emplace_back(action::ShowStatus{});
  if (auto change = apply(command, controls_, now)) tell(std::move(*change));
}

voice::TimePoint Caller::deadline() const noexcept {
  if (life_ == Life::over) return voice::TimePoint::max();
  return life_ == Life::leaving ? acts_at_ : std::min(acts_at_, ends_at_);
}

void Caller::act_at(voice::TimePoint now) {
  if (now < deadline()) return;
  if (life_ == Life::leaving) return finish(outcome_);
  if (now >= ends_at_) return end_of_time(now);
  connect();
}

std::optional<Action> Caller::step(voice::TimePoint now) {
  act_at(now);
  while (actions_.empty()) {
    if (auto write = write_due(now)) return write;
    if (!hear(now)) return std::nullopt;
  }
  std::optional<Action> action{std::move(actions_.front())};
  actions_.pop_front();
  VOICE_ASSERT(actions_.size() < actions_max);
  return action;
}

std::optional<Action> Caller::write_due(voice::TimePoint now) {
  if (!call_ || !write_wanted_ || life_ == Life::over) return std::nullopt;
  write_wanted_ = false;
  const voice::Bytes bytes = call_->to_send(now);
  if (!bytes.empty()) return action::Write{bytes};
  sent(0, now);
  return std::nullopt;
}

/// Handles one event of the call; false if there is none.
bool Caller::hear(voice::TimePoint now) {
  if (!actions_.empty()) return true;
  if (life_ != Life::calling) return false;
  const auto event = call_->poll_event();
  if (!event) return false;
  std::visit([&](const auto& happened) { on(happened, now); }, *event);
  return true;
}

void Caller::limit_unsent(std::size_t message_bytes) {
  actions_.emplace_back(action::LimitUnsent{unsent_frames_max * message_bytes});
}

void Caller::on(const Announced& announced, voice::TimePoint now) {
  limit_unsent(voice::sound_message_bytes(announced.format, voice::CodecId::pcmu));
  if (announced.voice1) return;
  Welcomed joined;
  joined.is_wanted_codec = call_->has_wanted_codec();
  on(joined, now);
}

void Caller::on(const Challenged&, voice::TimePoint) {
  actions_.emplace_back(action::Prove{call_->challenge().value()});
}

void Caller::on(const Welcomed& welcomed, voice::TimePoint now) {
  const voice::AudioFormat format = *call_->format();
  if (sound_format_ && *sound_format_ != format && !rate_changes_.take(now)) {
    return lose(rate_flips_text(options_.server), redial_.outcome_of_loss(), now, refused_delay);
  }
  sound_format_ = format;
  const bool is_moved = redial_.is_joined();
  redial_.joined(now);
  name_ = welcomed.name;
  room_ = welcomed.room;
  if (is_moved) {
    tell(event::Moved{welcomed.room, format.rate_hz(), welcomed.codec});
  } else {
    tell(event::Connected{options_.server, format.rate_hz(), call_->voice1(), welcomed.id,
                          welcomed.name, welcomed.room, welcomed.agent, welcomed.codec,
                          welcomed.is_wanted_codec, call_->encryption(), welcomed.user,
                          welcomed.role});
  }
  limit_unsent(call_->sound_message_bytes());
  actions_.emplace_back(action::OpenSound{format});
  check();
}

void Caller::on(const Refused& refused, voice::TimePoint now) {
  const std::string failure = "refused: " + refused.code;
  if (redial_.is_news(failure)) tell(event::Refused{refused.code, refused.reason});
  lose(failure, refused.is_final ? Outcome::unwanted : Outcome::refused, now, refused_delay);
}

void Caller::on(const Goodbye& goodbye, voice::TimePoint now) {
  const std::string failure = goodbye.reason.empty() ? "the server said goodbye" : goodbye.reason;
  // Before Welcome, a code says why we are not let in: the room is full, the name is taken.
  const bool is_refusal = !redial_.is_joined() && !goodbye.code.empty();
  if (redial_.is_joined() || redial_.is_news(failure)) {
    tell(event::Bye{goodbye.code, goodbye.reason});
  }
  const Outcome outcome = is_refusal ? Outcome::refused : redial_.outcome_of_loss();
  lose(failure, goodbye.is_final ? Outcome::unwanted : outcome, now,
       is_refusal ? refused_delay : voice::Duration{});
}

void Caller::on(const ServerSilence& silence, voice::TimePoint) {
  if (silence.is_silent) {
    tell(event::ServerSilent{});
  } else {
    tell(event::ServerHeard{});
  }
}

void Caller::on(const ServerMute& mute, voice::TimePoint) {
  tell(event::MutedByServer{mute});
}

void Caller::on(const Failed& failed, voice::TimePoint now) {
  lose(failure_text(failed, options_.server), outcome_of(failed.failure), now);
}

Outcome Caller::outcome_of(CallFailure failure) noexcept {
  switch (failure) {
    case CallFailure::untrusted:
    case CallFailure::challenge_cheap:
    case CallFailure::server_unproved:
      return Outcome::untrusted;
    case CallFailure::not_yet_valid:
      return Outcome::not_yet_trusted;
    case CallFailure::secret_withheld:
    case CallFailure::challenge_refused:
      return Outcome::unwanted;
    default:
      return redial_.outcome_of(failure);
  }
}

Call* Caller::call_for_sound() noexcept {
  return life_ == Life::calling ? &*call_ : nullptr;
}

Status Caller::status(voice::TimePoint now) const {
  Status status;
  status.connected = redial_.is_joined();
  status.server = options_.server;
  status.name = name_;
  status.room = room_;
  status.controls = controls_;
  status.microphone_open = controls_.microphone_open(now);
  if (!call_) return status;
  status.voice1 = call_->voice1();
  status.call = call_->statistics();
  status.muted_by_server = call_->muted_by_server();
  return status;
}

void Caller::check() const noexcept {
  const bool has_call = life_ == Life::calling || life_ == Life::leaving;
  VOICE_ASSERT(call_.has_value() == has_call || life_ == Life::over);
  VOICE_ASSERT(!redial_.is_joined() || call_);
  const bool has_deadline = life_ == Life::waiting || life_ == Life::leaving;
  VOICE_ASSERT((acts_at_ != voice::TimePoint::max()) == has_deadline || life_ == Life::over);
}

}  // namespace voicecli

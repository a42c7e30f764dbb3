// What a Client makes of what its Call says: events for people, devices opened, the connection kept
// or dropped.
#include "client/net/address.hpp"
#include "client/net/client.hpp"
#include "client/net/failure_text.hpp"

namespace voicecli {
namespace {

// More than this the kernel need not hold of what it has not sent: our outbox can drop what is
// late, it cannot.
constexpr std::size_t unsent_frames_max = 5;

}  // namespace

void Client::flush() {
  if (!call_ || !connection_) return;
  const voice::Bytes bytes = call_->to_send(Clock::now());
  call_->sent(connection_->write(bytes));
  if (leaving_ && call_->to_send(Clock::now()).empty()) connection_->finish();
}

void Client::handle_call_events() {
  while (call_) {
    const auto event = call_->poll_event();
    if (!event) return;
    std::visit([this](const auto& happened) { handle(happened); }, *event);
  }
}

void Client::handle(const Announced& announced) {
  const std::size_t message_bytes =
      voice::packet_overhead_bytes + announced.format.samples_per_frame_max();
  connection_->limit_unsent(unsent_frames_max * message_bytes);
  if (!announced.voice1) join({});
}

void Client::handle(const Welcomed& welcomed) {
  join(welcomed);
}

void Client::join(const Welcomed& welcomed) {
  const voice::AudioFormat format = *call_->format();
  joined_ = true;
  was_joined_ = true;
  name_ = welcomed.name;
  backoff_.reset();
  patience_.joined();
  last_failure_.clear();
  Event event{"connected",
              {{"server", server()},
               {"rate_hz", std::int64_t{format.rate_hz()}},
               {"protocol", std::string{call_->voice1() ? "voice/1" : "classic"}}},
              {}};
  const auto add = [&event](const char* key, const std::string& value) {
    if (!value.empty()) event.fields.push_back({key, value});
  };
  add("id", welcomed.id);
  add("name", welcomed.name);
  add("room", welcomed.room);
  add("agent", welcomed.agent);
  emit(std::move(event));
  const auto opened = sound_.open(format, Clock::now());
  if (opened) return sound_.watch();
  emit({"device_error", {{"reason", opened.error().message}}, {}});
  leave(Outcome::audio_device);
}

void Client::handle(const Refused& refused) {
  const std::string failure = "refused: " + refused.code;
  if (failure != last_failure_) {
    emit({"refused", {{"code", refused.code}, {"reason", refused.reason}}, {}});
  }
  drop(failure, refused.is_final ? Outcome::unwanted : Outcome::refused, refused_delay);
}

void Client::handle(const Goodbye& goodbye) {
  Event event{"bye", {}, {}};
  if (!goodbye.code.empty()) event.fields.push_back({"code", goodbye.code});
  event.fields.push_back({"reason", goodbye.reason});
  emit(std::move(event));
  const std::string reason = goodbye.reason.empty() ? "the server said goodbye" : goodbye.reason;
  drop(reason, goodbye.is_final ? Outcome::unwanted : Outcome::connection_lost, {});
}

void Client::handle(const ServerMute& mute) {
  emit({"muted_by_server",
        {{"microphone", mute.microphone}, {"loudspeaker", mute.loudspeaker}},
        {}});
}

void Client::handle(const Failed& failed) {
  Outcome outcome = joined_ ? Outcome::connection_lost : Outcome::cannot_connect;
  if (patience_.ends_with(failed.failure)) outcome = Outcome::no_voice_server;
  drop(failure_text(failed, server()), outcome, {});
}

void Client::handle(const FirstAudioSent&) {
  emit({"first_audio_sent", {}, {}});
}

void Client::handle(const FirstAudioHeard&) {
  emit({"first_audio_heard", {}, {}});
}

std::string Client::server() const {
  return to_text(options_.host, options_.port);
}

void Client::emit(Event event) {
  event.at = Clock::now();
  frontend_.event(event);
}

Status Client::status(voice::TimePoint now) {
  Status status;
  status.connected = joined_;
  status.server = server();
  status.controls = controls_;
  status.microphone_open = controls_.microphone_open(now);
  status.name = name_;
  if (call_) {
    status.call = call_->statistics();
    status.voice1 = call_->voice1();
    status.muted_by_server = call_->muted_by_server();
  }
  if (const AudioPump* sound = sound_.pump()) {
    status.rate_hz = sound->format().rate_hz();
    status.microphone_gap_samples = sound->capture().status().gap_samples;
    status.loudspeaker_gap_samples = sound->playback().status().gap_samples;
    status.delay = status.call.jitter_fill + sound->playback().latency() +
                   status.call.round_trip.value_or(voice::Duration{0}) / 2;
  }
  return status;
}

}  // namespace voicecli

#include "client/ui/event_line.hpp"

namespace voicecli {
namespace {

/// Texts that a server need not send are left out when they are empty.
void add_if_any(EventLine& line, const char* key, const std::string& value) {
  if (!value.empty()) line.fields.push_back({key, value});
}

EventLine of(const event::Connecting& e) {
  return {"connecting", {{"server", e.server}}};
}

EventLine of(const event::Connected& e) {
  EventLine line{"connected",
                 {{"server", e.server},
                  {"rate_hz", std::int64_t{e.rate_hz}},
                  {"protocol", std::string{e.voice1 ? "voice/1" : "classic"}}}};
  add_if_any(line, "id", e.id);
  add_if_any(line, "name", e.name);
  add_if_any(line, "room", e.room);
  add_if_any(line, "agent", e.agent);
  add_if_any(line, "codec", std::string{voice::codec_info(e.codec).name});
  add_if_any(line, "encryption", e.encryption);
  add_if_any(line, "user", e.user);
  add_if_any(line, "role", e.role);
  if (!e.is_wanted_codec) {
    add_if_any(
        line, "codec_note",
        "not the requested codec, which this server does not offer, or not at its sample rate");
  }
  return line;
}

EventLine failure(const char* name, const std::string& reason,
                  const std::optional<voice::Duration>& retry_in) {
  EventLine line{name, {{"reason", reason}}};
  if (retry_in) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(*retry_in);
    line.fields.push_back({"retry_in_ms", std::int64_t{ms.count()}});
  }
  return line;
}

EventLine of(const event::Disconnected& e) {
  return failure("disconnected", e.reason, e.retry_in);
}

EventLine of(const event::CannotConnect& e) {
  return failure("cannot_connect", e.reason, e.retry_in);
}

EventLine of(const event::Refused& e) {
  return {"refused", {{"code", e.code}, {"reason", e.reason}}};
}

EventLine of(const event::Bye& e) {
  EventLine line{"bye", {}};
  add_if_any(line, "code", e.code);
  line.fields.push_back({"reason", e.reason});
  return line;
}

EventLine of(const event::Moved& e) {
  EventLine line{"moved", {}};
  add_if_any(line, "room", e.room);
  line.fields.push_back({"rate_hz", std::int64_t{e.rate_hz}});
  add_if_any(line, "codec", std::string{voice::codec_info(e.codec).name});
  return line;
}

EventLine of(const event::MutedByServer& e) {
  return {"muted_by_server",
          {{"microphone", e.mute.microphone}, {"loudspeaker", e.mute.loudspeaker}}};
}

EventLine of(const event::ServerSilent&) {
  return {"server_silent", {}};
}

EventLine of(const event::ServerHeard&) {
  return {"server_heard", {}};
}

EventLine of(const event::FirstAudioSent&) {
  return {"first_audio_sent", {}};
}

EventLine of(const event::FirstAudioHeard&) {
  return {"first_audio_heard", {}};
}

EventLine of(const event::Leaving&) {
  return {"leaving", {}};
}

EventLine of(const event::MicrophoneMuted& e) {
  return {e.muted ? "muted" : "unmuted", {}};
}

EventLine of(const event::LoudspeakerMuted& e) {
  return {e.muted ? "deaf" : "undeaf", {}};
}

EventLine of(const event::VolumeChanged& e) {
  return {"volume", {{"db", e.db}}};
}

EventLine of(const event::DeviceError& e) {
  return {"device_error", {{"reason", e.reason}}};
}

EventLine of(const event::DeviceChanged& e) {
  return {"sound",
          {{"device", std::string{e.role == DeviceRole::input ? "input" : "output"}},
           {"state", std::string{voice::to_string(e.state)}},
           {"detail", e.detail}}};
}

EventLine of(const event::FileExists& e) {
  return {"file_exists", {{"file", e.file}, {"writing", e.writing}}};
}

EventLine of(const event::Recording& e) {
  return {"recording", {{"file", e.file}}};
}

EventLine of(const event::RecordingFailed& e) {
  return {"recording_failed", {{"reason", e.reason}}};
}

EventLine of(const event::RecordingIncomplete& e) {
  return {"recording_incomplete", {{"file", e.file}, {"missing_s", e.missing.count()}}};
}

template <class... Events>
EventLine of(const std::variant<Events...>& event) {
  return std::visit([](const auto& happened) { return of(happened); }, event);
}

}  // namespace

EventLine line_of(const Event& event) {
  EventLine line = of(event.what);
  line.at = event.at;
  return line;
}

}  // namespace voicecli

#include "client/ui/json_line.hpp"

#include "common/wire/text_message.hpp"

#include <cstdio>

namespace voicecli {
namespace {

constexpr std::size_t string_bytes_max = 1024;

std::string quoted(std::string_view text) {
  std::string result = "\"";
  // printable() leaves valid UTF-8 without control characters, so two characters remain to be
  // escaped.
  for (const char c : voice::printable(text, string_bytes_max)) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

std::string number(double value, int decimals) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

double milliseconds(voice::Duration duration) {
  return std::chrono::duration<double, std::milli>{duration}.count();
}

/// Collects the members of one object.
class Object {
 public:
  Object& add(std::string_view key, std::string_view value) { return raw(key, quoted(value)); }
  Object& add(std::string_view key, const char* value) { return raw(key, quoted(value)); }
  Object& add(std::string_view key, const std::string& value) { return raw(key, quoted(value)); }
  Object& add(std::string_view key, bool value) { return raw(key, value ? "true" : "false"); }
  Object& add(std::string_view key, double value) { return raw(key, number(value, 3)); }
  Object& add(std::string_view key, std::int64_t value) { return raw(key, std::to_string(value)); }
  Object& add(std::string_view key, std::uint64_t value) { return raw(key, std::to_string(value)); }
  Object& add(std::string_view key, int value) { return raw(key, std::to_string(value)); }
  Object& add_null(std::string_view key) { return raw(key, "null"); }

  [[nodiscard]] std::string text() const { return '{' + members_ + '}'; }

 private:
  Object& raw(std::string_view key, const std::string& value) {
    if (!members_.empty()) members_ += ',';
    members_ += quoted(key) + ':' + value;
    return *this;
  }

  std::string members_;
};

void add_sound(Object& object, const Status& status) {
  object.add("microphone_dbfs", status.call.microphone_dbfs)
      .add("loudspeaker_dbfs", status.call.loudspeaker_dbfs)
      .add("microphone_open", status.microphone_open)
      .add("muted", status.controls.microphone_muted)
      .add("deaf", status.controls.loudspeaker_muted)
      .add("ptt", status.controls.push_to_talk)
      .add("microphone_muted_by_server", status.muted_by_server.microphone)
      .add("loudspeaker_muted_by_server", status.muted_by_server.loudspeaker)
      .add("volume_db", status.controls.volume_db)
      .add("microphone_gap_samples", status.microphone_gap_samples)
      .add("loudspeaker_gap_samples", status.loudspeaker_gap_samples);
}

void add_playout(Object& object, const CallStatistics& call) {
  object.add("jitter_fill_packets", call.jitter_fill_packets)
      .add("jitter_depth_packets", call.jitter_depth_packets)
      .add("packets_received", call.playout.packets)
      .add("lost", call.playout.lost)
      .add("late", call.playout.late)
      .add("duplicates", call.playout.duplicates)
      .add("overflows", call.playout.overflows)
      .add("underflows", call.playout.underflows)
      .add("frames_sent", call.frames_sent)
      .add("outbox_dropped_messages", call.outbox_dropped_messages)
      .add("ignored_messages", call.ignored_messages);
}

}  // namespace

std::string json_of(const Event& event) {
  Object object;
  object.add("event", event.name)
      .add("type", "event")
      .add("monotonic_ms", milliseconds(event.at.time_since_epoch()));
  for (const EventField& field : event.fields) {
    std::visit([&](const auto& value) { object.add(field.key, value); }, field.value);
  }
  return object.text();
}

std::string json_of(const Status& status, voice::TimePoint now) {
  Object object;
  object.add("type", "stats")
      .add("monotonic_ms", milliseconds(now.time_since_epoch()))
      .add("state", status.connected ? "connected" : "connecting")
      .add("server", status.server)
      .add("name", status.name)
      .add("rate_hz", status.rate_hz);
  if (status.connected) {
    object.add("protocol", status.voice1 ? "voice/1" : "classic");
  } else {
    object.add_null("protocol");
  }
  if (status.call.round_trip) {
    object.add("rtt_ms", milliseconds(*status.call.round_trip));
  } else {
    object.add_null("rtt_ms");
  }
  object.add("delay_ms", milliseconds(status.delay));
  add_playout(object, status.call);
  add_sound(object, status);
  return object.text();
}

std::string json_of(const voice::SoundCardInfo& card) {
  return Object{}
      .add("index", card.index)
      .add("name", card.name)
      .add("host_api", card.host_api)
      .add("input_channels_max", card.input_channels_max)
      .add("output_channels_max", card.output_channels_max)
      .add("default_rate_hz", card.default_rate_hz)
      .add("is_default_input", card.is_default_input)
      .add("is_default_output", card.is_default_output)
      .text();
}

}  // namespace voicecli

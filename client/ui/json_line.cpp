#include "client/ui/json_line.hpp"

#include "common/app/json_object.hpp"

namespace voicecli {

using voice::app::JsonObject;

namespace {

double milliseconds(voice::Duration duration) {
  return std::chrono::duration<double, std::milli>{duration}.count();
}

void add_sound(JsonObject& object, const Status& status) {
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

void add_voice(JsonObject& object, const Status& status) {
  object.add("echo_cancel", status.echo_cancel)
      .add("noise_suppression", status.noise_suppression)
      .add("auto_gain", status.auto_gain);
  if (status.echo_reduction_db) {
    object.add("erle_db", *status.echo_reduction_db);
  } else {
    object.add_null("erle_db");
  }
}

void add_delay(JsonObject& object, const DelayStages& delay) {
  object.add("delay_ms", milliseconds(delay.total()))
      .add("delay_microphone_ms", milliseconds(delay.microphone))
      .add("delay_voice_ms", milliseconds(delay.voice))
      .add("delay_smoother_ms", milliseconds(delay.smoother))
      .add("delay_outbox_ms", milliseconds(delay.outbox))
      .add("delay_network_ms", milliseconds(delay.network))
      .add("delay_server_ms", milliseconds(delay.server))
      .add("delay_server_told", delay.server_is_told)
      .add("delay_tick_ms", milliseconds(delay.tick))
      .add("delay_playout_ms", milliseconds(delay.playout))
      .add("delay_loudspeaker_ms", milliseconds(delay.loudspeaker));
}

void add_playout(JsonObject& object, const CallStatistics& call) {
  object.add("jitter_fill_packets", call.jitter_fill_packets)
      .add("jitter_depth_packets", call.jitter_depth_packets)
      .add("packets_received", call.playout.packets)
      .add("lost", call.playout.lost)
      .add("late", call.playout.late)
      .add("malformed", call.playout.malformed)
      .add("duplicates", call.playout.duplicates)
      .add("overflows", call.playout.overflows)
      .add("underflows", call.playout.underflows)
      .add("expired_ms", milliseconds(call.playout_times.expired))
      .add("excess_ms", milliseconds(call.playout_times.excess))
      .add("dropped_ms", milliseconds(call.playout_times.dropped))
      .add("playout_ms", milliseconds(call.jitter_fill))
      .add("playout_target_ms", milliseconds(call.jitter_target))
      .add("stretched_ms", milliseconds(call.playout_times.stretched))
      .add("sped_up_ms", milliseconds(call.playout_times.sped_up))
      .add("concealed_ms", milliseconds(call.playout_times.concealed))
      .add("frames_sent", call.frames_sent)
      .add("frames_spared", call.frames_spared)
      .add("outbox_dropped_messages", call.outbox_dropped_messages)
      .add("ignored_messages", call.ignored_messages);
}

}  // namespace

std::string json_of(const EventLine& event) {
  JsonObject object;
  object.add("event", event.name)
      .add("type", "event")
      .add("monotonic_ms", milliseconds(event.at.time_since_epoch()));
  for (const EventField& field : event.fields) {
    std::visit([&](const auto& value) { object.add(field.key, value); }, field.value);
  }
  return object.text();
}

std::string json_of(const Status& status, voice::TimePoint now) {
  JsonObject object;
  object.add("type", "stats")
      .add("monotonic_ms", milliseconds(now.time_since_epoch()))
      .add("state", status.connected ? "connected" : "connecting")
      .add("server", status.server)
      .add("name", status.name)
      .add("room", status.room)
      .add("rate_hz", status.rate_hz);
  if (status.connected) {
    object.add("protocol", status.voice1 ? "voice/1" : "classic");
  } else {
    object.add_null("protocol");
  }
  object.add("codec", voice::codec_info(status.call.codec).name);
  if (status.call.opus_kbits != 0) {
    object.add("bitrate_kbits", std::int64_t{status.call.opus_kbits});
  } else {
    object.add_null("bitrate_kbits");
  }
  if (status.call.round_trip) {
    object.add("rtt_ms", milliseconds(*status.call.round_trip));
  } else {
    object.add_null("rtt_ms");
  }
  add_delay(object, status.delay);
  add_playout(object, status.call);
  add_sound(object, status);
  add_voice(object, status);
  return object.text();
}

std::string json_of(const voice::SoundCardInfo& card) {
  return JsonObject{}
      .add("index", card.index)
      .add("name", card.name)
      .add("host_api", card.host_api)
      .add("input_channels_max", card.input_channels_max)
      .add("output_channels_max", card.output_channels_max)
      .add("default_rate_hz", card.default_rate_hz)
      .add("is_default_input", card.is_default_input)
      .add("is_default_output", card.is_default_output)
      .add("id", card.id)
      .text();
}

}  // namespace voicecli

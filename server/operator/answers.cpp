#include "server/operator/answers.hpp"

#include "common/app/json_object.hpp"
#include "common/app/version.hpp"

#include <chrono>

namespace voiced {

using voice::app::json_string;
using voice::app::JsonArray;
using voice::app::JsonObject;

namespace {

double seconds(voice::Duration duration) {
  return std::chrono::duration<double>{duration}.count();
}

double milliseconds(voice::Duration duration) {
  return std::chrono::duration<double, std::milli>{duration}.count();
}

std::int64_t microseconds(voice::Duration duration) {
  return std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
}

JsonObject success() {
  JsonObject object;
  object.add("ok", true);
  return object;
}

const char* state_of(const ServerStatus& status) {
  if (status.stopping) return "stopping";
  return status.draining ? "draining" : "running";
}

std::string json_percentiles(const voice::DurationHistogram& histogram) {
  return JsonObject{}
      .add("p50", microseconds(histogram.percentile(0.5)))
      .add("p99", microseconds(histogram.percentile(0.99)))
      .add("p999", microseconds(histogram.percentile(0.999)))
      .add("max", microseconds(histogram.max()))
      .text();
}

std::string json_closes(const CloseCounters& closes) {
  JsonObject object;
  for (std::size_t i = 0; i < close_reason_count; ++i) {
    const auto reason = static_cast<CloseReason>(i);
    object.add(to_string(reason), closes.of(reason));
  }
  return object.text();
}

const char* dialect_of(const ParticipantStatus& participant) {
  return participant.number == local_number ? "local" : to_string(participant.dialect);
}

void add_playout(JsonObject& object, const voice::PlayoutCounters& playout,
                 const voice::PlayoutTimes& times) {
  object.add("packets", playout.packets)
      .add("lost", playout.lost)
      .add("late", playout.late)
      .add("duplicates", playout.duplicates)
      .add("overflows", playout.overflows)
      .add("underflows", playout.underflows)
      .add("dropped_ms", milliseconds(times.dropped))
      .add("expired_ms", milliseconds(times.expired))
      .add("excess_ms", milliseconds(times.excess))
      .add("cut_ms", milliseconds(times.cut))
      .add("stretched_ms", milliseconds(times.stretched))
      .add("sped_up_ms", milliseconds(times.sped_up))
      .add("concealed_ms", milliseconds(times.concealed))
      .add("depth_raised", playout.deepened)
      .add("malformed", playout.malformed);
}

void add_received(JsonObject& object, const SessionCounters& received) {
  object.add("bytes_in", received.bytes_in)
      .add("messages_in", received.messages_in)
      .add("bad_packets", received.bad_packets)
      .add("foreign_packets", received.foreign_packets)
      .add("bad_texts", received.bad_texts)
      .add("ignored_messages", received.ignored_messages)
      .add("excess_messages", received.excess_messages);
}

std::string json_participant(const ParticipantStatus& participant) {
  JsonObject object;
  object.add("id", participant.number)
      .add("name", participant.name)
      .add("room", participant.room)
      .add("address", participant.address)
      .add("dialect", dialect_of(participant))
      .add("codec", voice::codec_info(participant.codec).name)
      .add("sample_rate_hz", participant.sample_rate_hz)
      .add("connected_s", seconds(participant.connected))
      .add("encryption", participant.encryption)
      .add("user", participant.user)
      .add("invitation", participant.invitation)
      .add("certificate", participant.certificate)
      .add("role", to_string(participant.role))
      .add("name_doubtful", participant.is_name_doubtful)
      .add("talking", participant.talking)
      .add("level_dbfs", participant.level_dbfs)
      .add_json("muted", json_mutes(participant.mutes))
      .add("gain_db", participant.gain_db)
      .add("levelling_db", participant.levelling_db)
      .add("howl_guard_db", participant.guard_db)
      .add("echoes", participant.echoes)
      .add("jitter_fill_packets", participant.jitter_fill_packets)
      .add("jitter_depth_packets", participant.jitter_depth_packets)
      .add("delay_ms", milliseconds(participant.jitter_delay))
      .add("target_delay_ms", milliseconds(participant.jitter_target));
  add_playout(object, participant.playout, participant.playout_times);
  add_received(object, participant.session);
  return object.add("frames_sent", participant.frames_sent)
      .add("queue_age_ms", milliseconds(participant.queue_age))
      .add("queue_dropped", participant.queue_dropped)
      .text();
}

std::string json_rooms(const std::vector<RoomStatus>& rooms) {
  JsonArray array;
  for (const RoomStatus& room : rooms) {
    array.add_json(JsonObject{}
                       .add("name", room.name)
                       .add("state", to_string(room.state))
                       .add("on_demand", room.is_on_demand)
                       .add("password", room.needs_password)
                       .add("guests", to_string(room.guests))
                       .add("members", std::uint64_t{room.members})
                       .add("speakers", std::uint64_t{room.speakers})
                       .add("operators", std::uint64_t{room.operators})
                       .add("sample_rate_hz", room.sample_rate_hz)
                       .add("jitter_depth_packets", room.jitter_depth_packets)
                       .add("participants", std::uint64_t{room.participants})
                       .add("participants_max", std::uint64_t{room.participants_max})
                       .add("talkers", std::uint64_t{room.talkers})
                       .add("limiter", room.limiter)
                       .add("limiter_gain_db", room.limiter_gain_db)
                       .add("limited_frames", room.limited_frames)
                       .add("forwarded_frames", room.forwarded_frames)
                       .add("howls", room.howls)
                       .text());
  }
  return array.text();
}

std::string json_changes(const std::vector<SettingChange>& changes) {
  JsonArray array;
  for (const SettingChange& change : changes) {
    array.add_json(JsonObject{}
                       .add("name", change.name)
                       .add_whole("from", change.from)
                       .add_whole("to", change.to)
                       .add("takes_effect", name_of(change.takes_effect))
                       .text());
  }
  return array.text();
}

}  // namespace

std::string json_failure(std::string_view error) {
  return JsonObject{}.add("ok", false).add("error", error).text();
}

std::string json_mutes(const Mutes& mutes) {
  JsonArray array;
  if (mutes.microphone) array.add_json(json_string("microphone"));
  if (mutes.loudspeaker) array.add_json(json_string("loudspeaker"));
  if (mutes.not_played_here) array.add_json(json_string("here"));
  return array.text();
}

std::string json_status(const ServerStatus& status, const std::vector<std::string>& endpoints) {
  JsonArray listening;
  for (const std::string& endpoint : endpoints) listening.add_json(json_string(endpoint));
  return success()
      .add("version", voice::version)
      .add("state", state_of(status))
      .add("uptime_s", seconds(status.uptime))
      .add_json("endpoints", listening.text())
      .add("sample_rate_hz", status.sample_rate_hz)
      .add("jitter_depth_packets", status.jitter_depth_packets)
      .add("silent", status.silent)
      .add("participants", std::uint64_t{status.participants})
      .add("participants_max", std::uint64_t{status.participants_max})
      .add("talkers", std::uint64_t{status.talkers})
      .add("strangers", std::uint64_t{status.strangers})
      .add("handshakes", std::uint64_t{status.handshakes})
      .add("logins", std::uint64_t{status.logins})
      .add("bans", std::uint64_t{status.bans})
      .add("load", status.load)
      .add("late_ticks", status.late_ticks)
      .add("tick_lateness_us_p99", microseconds(status.tick_lateness.percentile(0.99)))
      .add("handshakes_done", status.handshakes_done)
      .add("handshakes_failed", status.handshakes_failed)
      .add_json("rooms", json_rooms(status.rooms))
      .text();
}

std::string json_statistics(const ServerStatus& status) {
  JsonObject object = success();
  object.add("uptime_s", seconds(status.uptime))
      .add("ticks", status.ticks)
      .add("late_ticks", status.late_ticks)
      .add("skipped_ticks", status.skipped_ticks)
      .add("load", status.load)
      .add_json("tick_lateness_us", json_percentiles(status.tick_lateness))
      .add_json("tick_work_us", json_percentiles(status.tick_work))
      .add("connections", status.connections)
      .add("accept_pauses", status.accept_pauses)
      .add("logins_granted", status.logins_granted)
      .add("handshakes_done", status.handshakes_done)
      .add("handshakes_failed", status.handshakes_failed)
      .add("bytes_out", status.bytes_out)
      .add("packets_in", status.packets_in)
      .add("messages_out", status.frames_out)
      .add("queue_dropped", status.queue_dropped);
  add_received(object, status.received);
  add_playout(object, status.playout, status.playout_times);
  return object.add("log_lines_left_out", status.log_lines_left_out)
      .add_json("closes", json_closes(status.closes))
      .text();
}

std::string json_room_list(const std::vector<RoomStatus>& rooms) {
  return success().add_json("rooms", json_rooms(rooms)).text();
}

std::string json_list(const std::vector<ParticipantStatus>& participants) {
  JsonArray array;
  for (const ParticipantStatus& each : participants) array.add_json(json_participant(each));
  return success().add_json("participants", array.text()).text();
}

const char* kind_of(const Ban& ban) noexcept {
  if (!ban.range) return "name";
  return ban.range->is_wide() ? "range" : "address";
}

std::string json_bans(const BanList& bans) {
  JsonArray array;
  for (const Ban* const ban : bans.all()) {
    JsonObject object;
    object.add("who", ban->who).add("kind", kind_of(*ban));
    if (ban->until) {
      object.add("until", std::int64_t{ban->until->time_since_epoch().count()});
    } else {
      object.add_null("until");
    }
    array.add_json(object.add("reason", ban->reason).text());
  }
  return success().add_json("bans", array.text()).text();
}

std::string json_reloaded(const Reloaded& reloaded) {
  return success()
      .add_json("changed", json_changes(reloaded.changed))
      .add_json("pending", json_changes(reloaded.pending))
      .text();
}

std::string json_settings(const std::vector<SettingInForce>& settings) {
  JsonArray array;
  for (const SettingInForce& setting : settings) {
    array.add_json(JsonObject{}
                       .add("name", setting.name)
                       .add_whole("value", setting.value)
                       .add("origin", name_of(setting.origin))
                       .add("takes_effect", name_of(setting.takes_effect))
                       .text());
  }
  return success().add_json("settings", array.text()).text();
}

}  // namespace voiced

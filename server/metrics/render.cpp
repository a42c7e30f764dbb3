#include "server/metrics/render.hpp"

#include "common/app/version.hpp"

namespace voiced {
namespace {

using Type = MetricType;

// One family with one sample.
template <class Value>
void single(MetricWriter& out, Type type, std::string_view name, std::string_view unit,
            std::string_view help, Value value) {
  out.family(type, name, unit, help);
  out.value(value);
}

template <class Value>
void gauge(MetricWriter& out, std::string_view name, std::string_view help, Value value,
           std::string_view unit = {}) {
  if constexpr (std::is_same_v<Value, bool>) {
    single(out, Type::gauge, name, unit, help, std::uint64_t{value ? 1U : 0U});
  } else if constexpr (std::is_integral_v<Value>) {
    single(out, Type::gauge, name, unit, help, static_cast<std::uint64_t>(value));
  } else {
    single(out, Type::gauge, name, unit, help, value);
  }
}

void counter(MetricWriter& out, std::string_view name, std::string_view help, std::uint64_t value,
             std::string_view unit = {}) {
  single(out, Type::counter, name, unit, help, value);
}

void seconds(MetricWriter& out, std::string_view name, std::string_view help,
             voice::Duration value) {
  single(out, Type::counter, name, "seconds", help, value);
}

void service(MetricWriter& out, const MetricsPicture& picture) {
  const ServerStatus& status = picture.status;
  out.family(Type::info, "voiced_build", "", "The running version.");
  out.label("version", voice::version).value(std::uint64_t{1});
  gauge(out, "voiced_uptime_seconds", "Time since the start.", status.uptime, "seconds");
  gauge(out, "voiced_healthy", "1 while /healthz answers 200: ticks are on time.", picture.healthy);
  gauge(out, "voiced_ready", "1 while /readyz answers 200: newcomers are let in.", picture.ready);
  gauge(out, "voiced_draining", "1 during a drain: newcomers are refused until all have left.",
        status.draining);
  gauge(out, "voiced_sample_rate_hertz", "Sample rate of the conference.", status.sample_rate_hz,
        "hertz");
  counter(out, "voiced_log_lines_left_out",
          "Log lines left out: too many about peers, or not read.", status.log_lines_left_out);
}

void people(MetricWriter& out, const ServerStatus& status) {
  gauge(out, "voiced_participants", "Participants, including the server's own sound.",
        status.participants);
  gauge(out, "voiced_participants_limit",
        "The maximum number of participants; further ones are refused.", status.participants_max);
  gauge(out, "voiced_talkers", "Participants heard in the last tick.", status.talkers);
  gauge(out, "voiced_strangers", "Participants that have neither spoken nor said Hello.",
        status.strangers);
  gauge(out, "voiced_handshakes", "TLS handshakes in progress.", status.handshakes);
  gauge(out, "voiced_bans", "Addresses and names that are banned.", status.bans);
  counter(out, "voiced_connections", "Connections accepted.", status.connections);
  counter(out, "voiced_accept_pauses", "Times accepting paused for lack of descriptors.",
          status.accept_pauses);
  counter(out, "voiced_logins_granted", "Peers that have proved who they are.",
          status.logins_granted);
  counter(out, "voiced_handshakes_done", "TLS handshakes that led to an encrypted connection.",
          status.handshakes_done);
  counter(out, "voiced_handshakes_failed",
          "TLS handshakes that failed, took too long, or were aborted by the client.",
          status.handshakes_failed);
  out.family(Type::counter, "voiced_closes", "", "Connections that have ended, by reason.");
  for (std::size_t i = 0; i < close_reason_count; ++i) {
    const auto reason = static_cast<CloseReason>(i);
    out.label("reason", to_string(reason)).value(status.closes.of(reason));
  }
}

void ticks(MetricWriter& out, const ServerStatus& status) {
  gauge(out, "voiced_load_ratio",
        "The share of its 20 ms that a tick takes, smoothed over a second.", status.load, "ratio");
  gauge(out, "voiced_load_limit_ratio", "Above this load, newcomers are refused.", status.load_max,
        "ratio");
  counter(out, "voiced_ticks", "Ticks of the mixer, 50 a second.", status.ticks);
  counter(out, "voiced_late_ticks", "Ticks that began more than 10 ms late.", status.late_ticks);
  counter(out, "voiced_skipped_ticks", "Ticks skipped because they were more than 200 ms late.",
          status.skipped_ticks);
  out.family(Type::histogram, "voiced_tick_lateness_seconds", "seconds", "How late ticks begin.");
  out.histogram(status.tick_lateness);
  out.family(Type::histogram, "voiced_tick_work_seconds", "seconds",
             "How long a tick takes: reading, mixing, sending.");
  out.histogram(status.tick_work);
}

void traffic(MetricWriter& out, const ServerStatus& status) {
  counter(out, "voiced_received_bytes", "Stream bytes received.", status.received.bytes_in,
          "bytes");
  counter(out, "voiced_sent_bytes", "Stream bytes sent.", status.bytes_out, "bytes");
  counter(out, "voiced_received_frames", "Audio packets received.", status.packets_in);
  counter(out, "voiced_sent_frames", "Mixed frames sent to listeners, whole.", status.frames_out);
  counter(out, "voiced_bad_packets", "Packets that are not valid RTP.",
          status.received.bad_packets);
  counter(out, "voiced_received_messages", "Messages received, of any kind.",
          status.received.messages_in);
  counter(out, "voiced_bad_texts", "Invalid text messages.", status.received.bad_texts);
  counter(out, "voiced_ignored_messages", "Messages of an unexpected kind.",
          status.received.ignored_messages);
  counter(out, "voiced_foreign_packets",
          "Packets of a payload type other than their sender's codec.",
          status.received.foreign_packets);
  counter(out, "voiced_excess_messages", "Messages dropped because they came too fast.",
          status.received.excess_messages);
  gauge(out, "voiced_congested_participants",
        "Connections whose network has not accepted everything yet.", status.congested);
  counter(out, "voiced_outbox_dropped_messages",
          "Messages dropped because they waited too long to be sent.", status.queue_dropped);
}

void playout(MetricWriter& out, const ServerStatus& status) {
  gauge(out, "voiced_jitter_depth_packets", "The setting jitter-depth, or the preset for 0.",
        status.jitter_depth_packets, "packets");
  gauge(out, "voiced_jitter_buffers_filled", "Jitter buffers that hold any sound.",
        status.jitter_filled);
  gauge(out, "voiced_jitter_buffered_seconds", "Sound in all jitter buffers together.",
        status.jitter_delay_sum, "seconds");
  gauge(out, "voiced_jitter_buffered_max_seconds", "Sound in the fullest jitter buffer.",
        status.jitter_delay_max, "seconds");
  const voice::PlayoutCounters& sums = status.playout;
  counter(out, "voiced_jitter_accepted_packets", "Packets put into jitter buffers.", sums.packets);
  counter(out, "voiced_jitter_duplicate_packets", "Packets that had already arrived.",
          sums.duplicates);
  counter(out, "voiced_jitter_late_packets", "Packets that arrived after their turn.", sums.late);
  counter(out, "voiced_jitter_malformed_packets",
          "Packets that their codec does not allow; dropped.", sums.malformed);
  counter(out, "voiced_jitter_lost_packets", "Packets missing in their sequence.", sums.lost);
  counter(out, "voiced_jitter_overflows", "Times a jitter buffer was too full.", sums.overflows);
  const voice::PlayoutTimes& times = status.playout_times;
  seconds(out, "voiced_jitter_dropped_seconds", "Sound dropped by overflows.", times.dropped);
  seconds(out, "voiced_jitter_expired_seconds", "Sound dropped because it was too old.",
          times.expired);
  seconds(out, "voiced_jitter_excess_seconds", "Sound dropped because it only added delay.",
          times.excess);
  seconds(out, "voiced_jitter_stretched_seconds",
          "Sound inserted to keep jitter buffers from running dry.", times.stretched);
  seconds(out, "voiced_jitter_sped_up_seconds",
          "Sound left out, silence first, because it only added delay.", times.sped_up);
  seconds(out, "voiced_jitter_concealed_seconds", "Sound made up for what was missing or late.",
          times.concealed);
  seconds(out, "voiced_jitter_cut_seconds", "Sound cut off from packets longer than 80 ms.",
          times.cut);
  counter(out, "voiced_jitter_depth_raises", "Times a talker's buffer was made deeper.",
          sums.deepened);
  counter(out, "voiced_jitter_underruns", "Times a talker's jitter buffer ran dry.",
          sums.underflows);
}

void endpoint(MetricWriter& out, const HttpCounters& http) {
  gauge(out, "voiced_http_connections", "Connections to this endpoint.", http.connections);
  counter(out, "voiced_http_requests", "Requests answered.", http.requests);
  counter(out, "voiced_http_bad_requests", "Requests answered with an error, 400 to 431.",
          http.bad_requests);
  counter(out, "voiced_http_timeouts", "Connections closed for being slow or idle.", http.timeouts);
  counter(out, "voiced_http_refused_connections", "Connections closed because too many were open.",
          http.refused_connections);
}

// Not of those created on demand: a client chooses their names, and each would leave its series
// behind in Prometheus.
void rooms(MetricWriter& out, std::span<const RoomStatus> those) {
  const auto family = [&](Type type, std::string_view name, std::string_view unit,
                          std::string_view help, auto value_of) {
    out.family(type, name, unit, help);
    for (const RoomStatus& room : those) {
      if (!room.is_on_demand) out.label("room", room.name).value(value_of(room));
    }
  };
  using Room = const RoomStatus&;
  family(Type::gauge, "voiced_room_participants", "", "Participants in the room.",
         [](Room of) { return std::uint64_t{of.participants}; });
  family(Type::gauge, "voiced_room_talkers", "", "Participants of the room heard in the last tick.",
         [](Room of) { return std::uint64_t{of.talkers}; });
  family(Type::gauge, "voiced_room_sample_rate_hertz", "hertz", "Sample rate of the room.",
         [](Room of) { return static_cast<double>(of.sample_rate_hz); });
  family(Type::gauge, "voiced_room_limiter_gain_decibels", "decibels",
         "Current gain of the limiter for all mixes: 0 or less.",
         [](Room of) { return of.limiter_gain_db; });
  family(Type::counter, "voiced_room_limited_frames", "",
         "Mixed frames of the room that the limiter turned down.",
         [](Room of) { return of.limited_frames; });
  family(Type::counter, "voiced_room_forwarded_frames", "",
         "Frames of a single talker in the room whose Opus packets were passed on as they came.",
         [](Room of) { return of.forwarded_frames; });
  family(Type::counter, "voiced_room_howls", "", "Times the howl guard of the room began to act.",
         [](Room of) { return of.howls; });
}

// One family for each; the samples of a family must be adjacent, so participants are the inner
// loop.
class PerParticipant {
 public:
  PerParticipant(MetricWriter& out, std::span<const ParticipantStatus> participants)
      : out_(out), participants_(participants) {}

  template <class Value>
  void family(Type type, std::string_view name, std::string_view unit, std::string_view help,
              Value value_of) {
    out_.family(type, name, unit, help);
    for (const ParticipantStatus& each : participants_) {
      out_.label("id", each.number).label("name", each.name).label("room", each.room);
      out_.value(value_of(each));
    }
  }

 private:
  MetricWriter& out_;
  std::span<const ParticipantStatus> participants_;
};

using Each = const ParticipantStatus&;

std::uint64_t flag(bool is) {
  return is ? 1 : 0;
}

void participants(MetricWriter& out, std::span<const ParticipantStatus> those) {
  if (those.empty()) return;
  PerParticipant each(out, those);
  each.family(Type::gauge, "voiced_participant_connected_seconds", "seconds",
              "Time since it joined.", [](Each of) { return of.connected; });
  each.family(Type::gauge, "voiced_participant_talking", "", "1 when heard in the last tick.",
              [](Each of) { return flag(of.talking); });
  each.family(Type::gauge, "voiced_participant_microphone_muted", "",
              "1 when the operator has muted its microphone.",
              [](Each of) { return flag(of.mutes.microphone); });
  each.family(Type::gauge, "voiced_participant_level_decibels", "decibels",
              "Level below full scale, -96 when silent.", [](Each of) { return of.level_dbfs; });
  each.family(Type::gauge, "voiced_participant_levelling_decibels", "decibels",
              "Gain that level-talkers has chosen for it.",
              [](Each of) { return of.levelling_db; });
  each.family(Type::gauge, "voiced_participant_howl_guard_decibels", "decibels",
              "Gain that the howl guard has chosen for it: 0 or less.",
              [](Each of) { return of.guard_db; });
  each.family(Type::gauge, "voiced_participant_jitter_buffered_seconds", "seconds",
              "Its sound waiting to be mixed.", [](Each of) { return of.jitter_delay; });
  each.family(Type::counter, "voiced_participant_jitter_underruns", "",
              "Times its jitter buffer ran dry.", [](Each of) { return of.playout.underflows; });
  each.family(Type::counter, "voiced_participant_jitter_overflows", "",
              "Times its jitter buffer was too full.",
              [](Each of) { return of.playout.overflows; });
  each.family(Type::counter, "voiced_participant_lost_packets", "",
              "Packets missing in its sequence.", [](Each of) { return of.playout.lost; });
  each.family(Type::counter, "voiced_participant_late_packets", "",
              "Its packets that arrived after their turn.",
              [](Each of) { return of.playout.late; });
  each.family(Type::counter, "voiced_participant_received_frames", "",
              "Audio packets accepted from it.", [](Each of) { return of.playout.packets; });
  each.family(Type::counter, "voiced_participant_sent_frames", "",
              "Mixed frames sent to this participant.", [](Each of) { return of.frames_sent; });
  each.family(Type::gauge, "voiced_participant_outbox_age_seconds", "seconds",
              "Age of the oldest message that its network has not accepted.",
              [](Each of) { return of.queue_age; });
  each.family(Type::counter, "voiced_participant_outbox_dropped_messages", "",
              "Messages to it dropped because they became too old.",
              [](Each of) { return of.queue_dropped; });
}

}  // namespace

void render(std::string& out, const MetricsPicture& picture, Exposition exposition) {
  MetricWriter writer(out, exposition);
  service(writer, picture);
  people(writer, picture.status);
  rooms(writer, picture.status.rooms);
  ticks(writer, picture.status);
  traffic(writer, picture.status);
  playout(writer, picture.status);
  endpoint(writer, picture.http);
  participants(writer, picture.participants);
  writer.end();
}

}  // namespace voiced

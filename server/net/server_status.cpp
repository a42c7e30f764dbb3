// The part of the server that tells how it is.
#include "common/audio/level.hpp"
#include "server/net/local_participant.hpp"
#include "server/net/server.hpp"

#include <algorithm>

namespace voiced {

using voice::TimePoint;

namespace {

void add(voice::JitterBufferCounters& sum, const voice::JitterBufferCounters& part) {
  sum.packets += part.packets;
  sum.duplicates += part.duplicates;
  sum.late += part.late;
  sum.lost += part.lost;
  sum.overflows += part.overflows;
  sum.dropped_samples += part.dropped_samples;
  sum.expired_samples += part.expired_samples;
  sum.excess_samples += part.excess_samples;
  sum.cut_samples += part.cut_samples;
  sum.deepened += part.deepened;
  sum.underflows += part.underflows;
  sum.primed += part.primed;
}

voice::Duration length(std::size_t samples, voice::AudioFormat format) {
  return voice::Duration{std::chrono::seconds{1}} * static_cast<std::int64_t>(samples) /
         format.rate_hz();
}

}  // namespace

void ServerCounters::include(const Connection& connection, const Conference& conference) {
  const Session& session = connection.session();
  bytes_in += session.counters().bytes_in;
  bad_packets += session.counters().bad_packets;
  foreign_packets += session.counters().foreign_packets;
  excess_messages += session.counters().excess_messages;
  outbox_dropped_messages += connection.sender().outbox().dropped_messages();
  messages_in += session.counters().messages_in;
  ignored_messages += session.counters().ignored_messages;
  bad_texts += session.counters().bad_texts;
  if (!session.participant()) return;
  const Participant* const participant = conference.find(*session.participant());
  if (participant != nullptr) add(playout, participant->playout.buffer().counters());
}

void ServerCounters::include_sent(const Connection& connection) noexcept {
  bytes_out += connection.sender().bytes_sent();
  frames_out += connection.sender().frames_sent();
}

void Server::count_sent(ServerCounters& sums) const {
  for (const auto& connection : connections_) {
    if (connection) sums.include_sent(*connection);
  }
}

ServerStatus Server::status() const {
  const TimePoint now = TimePoint::clock::now();
  ServerCounters sums = counters_;
  for (const auto& connection : connections_) {
    if (connection && !connection->lists.closing) sums.include(*connection, conference_);
  }
  count_sent(sums);
  ServerStatus status{
      .uptime = now - started_,
      .sample_rate_hz = conference_.format().rate_hz(),
      .jitter_depth_packets = options_.conference.jitter_depth_packets,
      .silent = local_ == nullptr,
      .draining = drain_.is_active(),
      .stopping = stopping_,
      .participants = conference_.participants(),
      .participants_max = options_.conference.participants_max,
      .talkers = conference_.contributors(),
      .strangers = doorman_.strangers(),
      .bans = bans_.size(),
      .congested = waiting_.size(),
      .ticks = conference_.counters().ticks,
      .late_ticks = ticker_.late_ticks(),
      .skipped_ticks = ticker_.skipped_ticks(),
      .since_tick = now - last_tick_,
      .load = load_,
      .load_max = options_.load_max,
      .tick_lateness = ticker_.lateness(),
      .tick_work = tick_work_,
      .connections = sums.connections,
      .accept_pauses = sums.accept_pauses,
      .bytes_in = sums.bytes_in,
      .bytes_out = sums.bytes_out,
      .packets_in = conference_.counters().packets_in,
      .messages_out = sums.frames_out,
      .bad_packets = sums.bad_packets,
      .foreign_packets = sums.foreign_packets,
      .excess_messages = sums.excess_messages,
      .messages_in = sums.messages_in,
      .ignored_messages = sums.ignored_messages,
      .bad_texts = sums.bad_texts,
      .queue_dropped = sums.outbox_dropped_messages,
      .playout = sums.playout,
      .log_lines_left_out = log_lines_left_out(),
      .closes = sums.closes,
  };
  add_jitter(status);
  return status;
}

void Server::add_jitter(ServerStatus& status) const {
  const auto add_buffer = [&](ParticipantId id) {
    const Participant* const participant = conference_.find(id);
    if (participant == nullptr || participant->playout.empty()) return;
    const auto delay = length(participant->playout.buffer().fill_samples(), conference_.format());
    ++status.jitter_filled;
    status.jitter_delay_sum += delay;
    status.jitter_delay_max = std::max(status.jitter_delay_max, delay);
  };
  if (local_) add_buffer(local_->id());
  for (const auto& connection : connections_) {
    if (!connection || connection->lists.closing) continue;
    if (const auto id = connection->session().participant()) add_buffer(*id);
  }
}

std::vector<ParticipantStatus> Server::participants() const {
  const TimePoint now = TimePoint::clock::now();
  std::vector<ParticipantStatus> all;
  all.reserve(conference_.participants());
  if (local_) {
    ParticipantStatus& local = all.emplace_back();
    local.number = local_number;
    local.name = "server";
    local.connected = now - started_;
    describe(local, local_->id());
    local.mutes = {.microphone = local_->microphone_muted(),
                   .loudspeaker = local_->loudspeaker_muted()};
  }
  for (const auto& connection : connections_) {
    if (connection && !connection->lists.closing) all.push_back(status_of(*connection, now));
  }
  std::sort(all.begin(), all.end(),
            [](const auto& a, const auto& b) { return a.number < b.number; });
  return all;
}

ParticipantStatus Server::status_of(const Connection& connection, TimePoint now) const {
  const Session& session = connection.session();
  ParticipantStatus status;
  status.number = session.number();
  status.name = session.name();
  status.address = session.address();
  status.dialect = session.dialect();
  status.connected = now - connection.joined_at;
  status.queue_age = connection.sender().outbox().age(now);
  status.queue_dropped = connection.sender().outbox().dropped_messages();
  status.session = session.counters();
  describe(status, *session.participant());
  status.frames_sent = connection.sender().frames_sent();
  return status;
}

void Server::describe(ParticipantStatus& status, ParticipantId id) const {
  const Participant* const participant = conference_.find(id);
  if (participant == nullptr) return;
  const voice::JitterBuffer& buffer = participant->playout.buffer();
  status.talking = conference_.contributes(id);
  status.level_dbfs = conference_.level_dbfs(id);
  status.mutes = participant->mutes;
  status.gain_db = participant->gain ? participant->gain->db() : 0.0;
  status.jitter_fill_packets = buffer.fill_packets();
  status.jitter_depth_packets = buffer.depth_packets();
  status.jitter_delay = length(buffer.fill_samples(), conference_.format());
  status.playout = buffer.counters();
  status.frames_sent = conference_.frames_sent(id);
  status.frames_played = participant->frames_played;
}

}  // namespace voiced

// The status of the host, for the operator and for metrics.
#include "common/audio/level.hpp"
#include "server/host/host.hpp"

#include <algorithm>

namespace voiced {

using voice::TimePoint;

namespace {

voice::Duration length(std::size_t samples, voice::AudioFormat format) {
  return voice::Duration{std::chrono::seconds{1}} * static_cast<std::int64_t>(samples) /
         format.rate_hz();
}

void describe(ParticipantStatus& status, const Lobby& lobby, const Seat& seat) {
  const Participant* const participant = lobby.find(seat);
  if (participant == nullptr) return;
  const Room& room = lobby.room(seat.room);
  const ParticipantId id = seat.participant;
  const voice::AudioFormat format = participant->playout.format();
  status.room = room.name();
  const voice::PlayoutStatus playout = participant->playout.status();
  status.codec = participant->playout.codec();
  status.talking = room.contributes(id);
  status.level_dbfs = room.level_dbfs(id);
  status.mutes = participant->mutes;
  status.gain_db = participant->gain ? participant->gain->db() : 0.0;
  status.levelling_db = participant->leveller ? participant->leveller->gain_db() : 0.0;
  status.guard_db = room.guard_gain_db(id);
  status.echoes = participant->guarded.echoes;
  status.sample_rate_hz = format.rate_hz();
  status.jitter_fill_packets = playout.fill_packets;
  status.jitter_depth_packets = playout.depth_packets;
  status.jitter_delay = length(playout.delay_samples, format);
  status.jitter_target = length(playout.target_samples, format);
  status.playout = participant->playout.counters();
  status.playout_times = times_of(status.playout, format);
  status.frames_sent = room.frames_sent(id);
  status.frames_played = participant->frames_played;
}

ParticipantStatus status_of(const Peer& peer, const Lobby& lobby, TimePoint now) {
  const Session& session = peer.session;
  ParticipantStatus status;
  status.number = session.number();
  status.name = session.name();
  status.is_name_doubtful = session.is_name_doubtful();
  status.address = session.address();
  status.dialect = session.dialect();
  status.encryption = session.channel().description();
  status.user = session.access().user;
  status.invitation = session.access().invitation;
  status.until = session.access().until;
  status.certificate = session.access().certificate;
  status.role = session.role();
  status.connected = now - peer.cold.joined_at;
  status.queue_age = peer.hot.sender.outbox().age(now);
  status.queue_dropped = peer.hot.sender.outbox().dropped_messages();
  status.session = session.counters();
  describe(status, lobby, *session.seat());
  status.frames_sent = peer.hot.sender.frames_sent();
  return status;
}

void add_jitter(ServerStatus& status, const Lobby& lobby, const Seat& seat) {
  const Participant* const participant = lobby.find(seat);
  if (participant == nullptr || participant->playout.empty()) return;
  const voice::Playout& playout = participant->playout;
  const auto delay = length(playout.status().delay_samples, playout.format());
  ++status.jitter_filled;
  status.jitter_delay_sum += delay;
  status.jitter_delay_max = std::max(status.jitter_delay_max, delay);
}

}  // namespace

ServerStatus Host::status(TimePoint now) const {
  HostCounters sums = counters_;
  peers_.for_each([&](const Peer& peer) { sums.include(peer, lobby_); });
  ServerStatus status;
  peers_.for_all([&](const Peer& peer) {
    sums.include_sent(peer);
    if (!peer.all_sent()) ++status.congested;
  });
  status.uptime = now - started_;
  status.sample_rate_hz = lobby_.front().format().rate_hz();
  status.jitter_depth_packets = options_.front_room.playout.depth_packets;
  status.silent = guests_.empty();
  status.draining = door_.drain().is_active();
  status.stopping = is_stopping();
  status.participants = lobby_.participants();
  status.participants_max = options_.front_room.participants_max;
  status.talkers = lobby_.contributors();
  status.strangers = door_.strangers();
  status.handshakes = handshakes_.size();
  status.logins = logins_.size();
  status.bans = door_.bans().size();
  status.ticks = lobby_.ticks();
  status.load = load_;
  status.load_max = door_.load_max();
  status.tick_work = tick_work_;
  status.connections = sums.connections;
  status.accept_pauses = sums.accept_pauses;
  status.logins_granted = sums.logins_granted;
  status.handshakes_done = sums.handshakes_done;
  status.handshakes_failed = sums.handshakes_failed;
  status.received = sums.received;
  status.bytes_out = sums.bytes_out;
  status.packets_in = lobby_.packets_in();
  status.frames_out = sums.frames_out;
  status.queue_dropped = sums.outbox_dropped_messages;
  status.playout = sums.playout;
  status.playout_times = sums.playout_times;
  status.closes = sums.closes;
  lobby_.for_each([&](RoomId id) {
    const Room& room = lobby_.room(id);
    status.rooms.push_back({.name = room.name(),
                            .state = lobby_.state(id),
                            .is_on_demand = lobby_.is_on_demand(id),
                            .needs_password = lobby_.needs_password(id),
                            .guests = lobby_.guests(id),
                            .members = lobby_.roles(id).members.size(),
                            .speakers = lobby_.roles(id).speakers.size(),
                            .operators = lobby_.roles(id).operators.size(),
                            .sample_rate_hz = room.format().rate_hz(),
                            .jitter_depth_packets = room.jitter_depth_packets(),
                            .participants = room.participants(),
                            .participants_max = room.participants_max(),
                            .talkers = room.participants() == 0 ? 0 : room.contributors(),
                            .limiter = room.has_limiter(),
                            .limiter_gain_db = room.limiter_gain_db(),
                            .limited_frames = room.counters().limited_frames,
                            .forwarded_frames = room.counters().forwarded_frames,
                            .howls = room.counters().howls});
  });
  for (const SeatedGuest& seated : guests_) add_jitter(status, lobby_, seated.seat);
  peers_.for_each_seated(
      [&](const Peer& peer) { add_jitter(status, lobby_, *peer.session.seat()); });
  return status;
}

ParticipantStatus Host::status_of_guest(const SeatedGuest& seated, TimePoint now) const {
  ParticipantStatus status;
  status.number = local_number;
  status.name = seated.guest->name();
  status.connected = now - started_;
  describe(status, lobby_, seated.seat);
  status.mutes = seated.guest->mutes();
  return status;
}

std::optional<ParticipantStatus> Host::participant(std::uint64_t number, TimePoint now) const {
  if (number == local_number && !guests_.empty()) return status_of_guest(guests_.front(), now);
  const Peer* const peer = peers_.find(number);
  if (peer == nullptr) return std::nullopt;
  return status_of(*peer, lobby_, now);
}

std::vector<ParticipantStatus> Host::participants(TimePoint now) const {
  std::vector<ParticipantStatus> all;
  all.reserve(lobby_.participants());
  for (const SeatedGuest& seated : guests_) all.push_back(status_of_guest(seated, now));
  peers_.for_each_seated([&](const Peer& peer) { all.push_back(status_of(peer, lobby_, now)); });
  std::sort(all.begin(), all.end(),
            [](const auto& a, const auto& b) { return a.number < b.number; });
  return all;
}

}  // namespace voiced

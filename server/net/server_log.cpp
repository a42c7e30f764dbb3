#include "server/net/server_log.hpp"

#include "common/app/log.hpp"
#include "common/core/quoted.hpp"

#include <spdlog/spdlog.h>

namespace voiced {

using voice::TimePoint;

namespace {

// "3 17 and 4 more": ids, as in `voicectl list`.
std::string holders_text(const event::Draining& draining) {
  std::string text;
  for (const std::uint64_t number : draining.holders) {
    text += (text.empty() ? "" : " ") + std::to_string(number);
  }
  if (draining.more_holders != 0) {
    text += " and " + std::to_string(draining.more_holders) + " more";
  }
  return text;
}

}  // namespace

void ServerLog::events(Host& host, TimePoint now) {
  if (!host.has_events()) return;
  for (const HostEvent& event : host.take_events()) {
    std::visit([&](const auto& one) { tell(one, now); }, event);
  }
}

void ServerLog::tell(const event::Joined& joined, TimePoint now) {
  peers_.info(now, "participant joined id={} peer={} participants={}", joined.number,
              joined.address, joined.participants);
}

void ServerLog::tell(const event::Left& left, TimePoint now) {
  peers_.left(
      blame_of(left.reason), now,
      "participant left id={} peer={} name={} dialect={} reason={} seconds={} "
      "messages_in={} bad_packets={} bad_texts={} outbox_dropped_messages={} participants={}",
      left.number, left.address, voice::quoted(left.name), to_string(left.dialect),
      to_string(left.reason), left.connected.count(), left.session.messages_in,
      left.session.bad_packets, left.session.bad_texts, left.outbox_dropped_messages,
      left.participants);
}

void ServerLog::tell(const event::HandshakeFailed& failed, TimePoint now) {
  peers_.left(blame_of(failed.reason), now, "handshake failed id={} peer={} reason={} why={}",
              failed.number, failed.address, to_string(failed.reason), voice::quoted(failed.why));
}

void ServerLog::tell(const event::LoginFailed& failed, TimePoint now) {
  peers_.left(blame_of(failed.reason), now, "login failed id={} peer={} user={} reason={} why={}",
              failed.number, failed.address, voice::quoted(failed.user), to_string(failed.reason),
              voice::quoted(failed.why));
}

void ServerLog::tell(const event::LoggedIn& login, TimePoint now) {
  peers_.logged_in(now, "logged in id={} peer={} user={} invitation={} certificate={} role={}",
                   login.number, login.address, voice::quoted(login.access.user),
                   voice::quoted(login.access.invitation), voice::quoted(login.access.certificate),
                   to_string(login.access.role));
}

void ServerLog::tell(const event::Named& named, TimePoint now) {
  peers_.named(now, "participant named id={} peer={} called={}{}", named.number, named.address,
               voice::quoted(named.name), named.is_doubtful ? " doubtful=yes" : "");
}

void ServerLog::tell(const event::Moved& moved, TimePoint now) {
  peers_.named(now, "participant moved id={} from={} to={}", moved.number,
               voice::quoted(moved.from), voice::quoted(moved.to));
}

void ServerLog::tell(const event::NotMoved& stayed, TimePoint now) {
  peers_.warn(
      now, "participant not moved: the target room is now full, closed or gone id={} stays_in={}",
      stayed.number, voice::quoted(stayed.stays_in));
}

void ServerLog::tell(const event::Noted& noted, TimePoint now) {
  switch (noted.note) {
    case PeerNote::depth_raised:
      return peers_.info(now,
                         "packets arrive in bursts above jitter-depth, raised for this peer id={} "
                         "jitter_depth={} raised_to={}",
                         noted.number, noted.jitter_depth_packets, noted.raised_to_packets);
    case PeerNote::packets_cut:
      return peers_.warn(now, "packets longer than {} ms are truncated id={}",
                         voice::packet_frames_max * voice::frame_duration.count(), noted.number);
    case PeerNote::foreign_payload:
      return peers_.warn(now,
                         "packets whose payload type does not match the codec are not played id={}",
                         noted.number);
    case PeerNote::original_is_noise:
      return peers_.warn(now,
                         "a client of the original program sends noise at {} Hz; announce 8000 or "
                         "22050 Hz instead (classic-sample-rate, sample-rate) id={}",
                         noted.sample_rate_hz, noted.number);
    case PeerNote::echoes:
      return peers_.warn(now,
                         "the room howled because a microphone picks up its loudspeaker; this "
                         "participant should use a headset or cancel echo id={}",
                         noted.number);
  }
}

void ServerLog::tell(const event::Draining& draining, TimePoint) {
  using Step = event::Draining::Step;
  const std::size_t participants = draining.participants;
  switch (draining.step) {
    case Step::began:
      return spdlog::info("draining, newcomers are refused participants={} limit_s={}",
                          participants, draining.left.count());
    case Step::cancelled:
      return spdlog::info("draining ended, newcomers are accepted participants={}", participants);
    case Step::waits:
      return spdlog::info("draining waits for participants={} left_s={} ids={}", participants,
                          draining.left.count(), voice::quoted(holders_text(draining)));
    case Step::limit_reached:
      return spdlog::warn(
          "drain limit reached, disconnecting the remaining ones participants={} ids={}",
          participants, voice::quoted(holders_text(draining)));
    case Step::empty:
      return spdlog::info(
          "drain complete, stopping participants={} none of these has spoken or said Hello",
          participants);
  }
}

void ServerLog::tell(const event::AcceptPaused& paused, TimePoint) {
  spdlog::error("accepting paused: {}; connected peers stay connected (raise LimitNOFILE)",
                paused.why);
}

void ServerLog::lateness(std::uint64_t late_ticks, const Lobby& lobby, TimePoint now) {
  if (now < next_lateness_) return;
  next_lateness_ = now + std::chrono::seconds{10};
  const std::uint64_t late = late_ticks - std::exchange(late_ticks_told_, late_ticks);
  if (late == 0) return;
  spdlog::warn("mixer late late_ticks={} of=500 participants={} contributors={}", late,
               lobby.participants(), lobby.contributors());
}

void ServerLog::statistics(const ServerStatus& status) {
  const auto us = [](voice::Duration d) {
    return std::chrono::duration_cast<std::chrono::microseconds>(d).count();
  };
  const auto& lateness = status.tick_lateness;
  spdlog::info(
      "statistics participants={} contributors={} strangers={} load={:.3f} ticks={} late_ticks={} "
      "skipped_ticks={} tick_lateness_us_p50={} p99={} p999={} max={} connections={} packets_in={} "
      "messages_out={} bytes_out={} accept_pauses={} closes={} log_lines_left_out={}",
      status.participants, status.talkers, status.strangers, status.load, status.ticks,
      status.late_ticks, status.skipped_ticks, us(lateness.percentile(0.5)),
      us(lateness.percentile(0.99)), us(lateness.percentile(0.999)), us(lateness.max()),
      status.connections, status.packets_in, status.frames_out, status.bytes_out,
      status.accept_pauses, to_string(status.closes), status.log_lines_left_out);
}

std::uint64_t ServerLog::lines_left_out() const {
  return peers_.suppressed() + voice::app::lost_log_lines();
}

}  // namespace voiced

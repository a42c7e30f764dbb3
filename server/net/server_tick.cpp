// The part of the server that runs every 20 ms: one pass, read, mix, write.
#include "common/app/calendar.hpp"
#include "common/core/prefetch.hpp"
#include "server/net/local_participant.hpp"
#include "server/net/server.hpp"

#include <algorithm>

namespace voiced {

using voice::TimePoint;
using voice::app::calendar_now;

namespace {

constexpr std::chrono::milliseconds silent_after{500};
// In a crowd, who has enough in its jitter buffer is read at every third tick.
constexpr std::uint64_t ticks_per_read = 3;
// The front of a connection: handle, lists, outbox, and most of its session.
constexpr std::size_t prefetch_bytes = 384;
// What sending looks at of it: handle, lists, outbox.
constexpr std::size_t sending_prefetch_bytes = 128;
constexpr std::chrono::seconds hello_max{5};
// As long as keepalive takes to find a machine dead that sends nothing.
constexpr std::chrono::seconds silence_max{30};
// Checks come once a second: when the last one was longer ago, it was we who were held up.
constexpr std::chrono::seconds held_up_after{3};

}  // namespace

void Server::tick(TimePoint now) {
  read_active(now);
  flush_congested(now);
  if (local_) local_->capture(now);
  send_mixes(now);
  send_signs_of_life(now);
  if (local_) local_->play(now);
  check_timeouts(now);
  end_closing(now);
  report(now);
  if (stopping_ && (now >= stop_deadline_ || closing_.empty())) stopped_ = true;
}

// Talkers are read here, without waiting: a frame that arrives between two ticks could not be
// played sooner.
void Server::read_active(TimePoint now) {
  for (std::size_t i = next_due(0); i < active_.size();) {
    // A thousand peers do not fit into the cache: whose turn is next is fetched while the system
    // reads this one.
    const std::size_t next = next_due(i + 1);
    if (next < active_.size()) {
      voice::prefetch(connections_[active_[next].connection.index].get(), prefetch_bytes);
    }
    Connection* const connection = find(active_[i].connection);
    bool stays = connection != nullptr && !connection->lists.closing;
    if (stays) {
      read(*connection, now);
      stays = !connection->lists.closing;
    }
    if (stays && (pace() == Pace::prompt || now - connection->last_heard() > silent_after)) {
      // Silent peers cost nothing: the system tells when they speak again.
      stays = false;
      arm(*connection);
    }
    if (stays) {
      active_[i].due = due_again(active_[i]);
      i = next;
    } else {
      active_[i] = active_.back();
      active_.pop_back();
      i = next_due(i);
    }
  }
}

// The first talker from `index` on who is to be read now.
std::size_t Server::next_due(std::size_t index) const noexcept {
  const std::uint64_t tick = conference_.counters().ticks;
  while (index < active_.size() && active_[index].due > tick) ++index;
  return index;
}

// Three frames by one call cost little more than one. Who holds a frame for every tick until it is
// read again is heard exactly as if it had been read before each; only a Ping waits longer. A third
// of the crowd has its turn at each tick, so that ticks stay equally long.
std::uint64_t Server::due_again(const Talker& talker) const noexcept {
  const std::uint64_t tick = conference_.counters().ticks;
  if (pace() != Pace::gathered_long) return tick;
  const Participant* const participant = conference_.find(talker.participant);
  if (participant == nullptr || !participant->playout.playing()) return tick;
  // The buffer sees how much of its delay is needed only while nothing waits in the system.
  if (participant->playout.buffer().above_target()) return tick;
  const std::uint64_t held =
      participant->playout.buffer().fill_samples() / conference_.format().samples_per_frame_max();
  const std::uint64_t turn = ticks_per_read - (tick + talker.connection.index) % ticks_per_read;
  return tick + std::min(held, turn);
}

void Server::flush_congested(TimePoint now) {
  for (std::size_t i = 0; i < waiting_.size();) {
    Connection* const connection = find(waiting_.at(i));
    bool stays = connection != nullptr && connection->may_send();
    if (stays) {
      if (const auto reason = connection->flush(now)) close(*connection, *reason, now);
      if (connection->sender().empty()) {
        // All has left, or all was too old: whether it takes the next message will be seen.
        connection->sender().not_waiting();
        stays = false;
      } else if (connection->sender().blocked(now) > options_.stall_limit) {
        close(*connection, CloseReason::stalled, now);
      }
    }
    if (stays) {
      ++i;
    } else {
      waiting_.remove(i);
    }
  }
}

void Server::send_mixes(TimePoint now) {
  const auto listeners = conference_.tick(now);
  for (std::size_t i = 0; i < listeners.size(); ++i) {
    if (i + 2 < listeners.size()) {
      const Connection* const next = connections_[index_of_slot_[listeners[i + 2].slot]].get();
      voice::prefetch(next, sending_prefetch_bytes);
    }
    // Empty: has left since, which closing somebody in this loop may bring about.
    const voice::Bytes message = conference_.message_for(listeners[i]);
    if (message.empty()) continue;
    if (local_ && local_->id() == listeners[i]) {
      local_->received(message, now);
    } else {
      send(*connections_[index_of_slot_[listeners[i].slot]], message, voice::MessageClass::audio,
           now);
    }
  }
}

// A proxy on the way cuts off whom it sees neither send nor be sent to. While something waits for a
// peer, that will do.
void Server::send_signs_of_life(TimePoint now) {
  for (const ParticipantId id : conference_.quiet_listeners()) {
    Connection& connection = *connections_[index_of_slot_[id.slot]];
    if (connection.lists.closing || !connection.sender().empty()) continue;
    send(connection, conference_.sign_of_life(), voice::MessageClass::control, now);
  }
}

void Server::check_timeouts(TimePoint now) {
  if (now < next_check_) return;
  next_check_ = now + std::chrono::seconds{1};
  doorman_.tidy(now);
  bans_.expire(calendar_now());
  continue_drain(now);
  if (crowd_.has_dispersed(connections())) return_freed_memory();
  if (now - last_check_ > held_up_after) awake_since_ = now;
  last_check_ = now;
  for (const auto& connection : connections_) {
    if (!connection || connection->lists.closing) continue;
    if (const auto reason = overdue(*connection, now)) {
      close(*connection, *reason, now);
    } else {
      log_notes(*connection, now);
    }
  }
}

void Server::log_notes(Connection& connection, TimePoint now) {
  const Session& session = connection.session();
  const Participant* const participant = conference_.find(*session.participant());
  if (participant == nullptr) return;
  const auto format = conference_.format();
  while (const auto note = connection.notes.next(session, *participant, format)) {
    const std::uint64_t id = session.number();
    switch (*note) {
      case PeerNote::depth_raised:
        peer_log_.info(now,
                       "more than jitter-depth arrives at once, this peer's is raised id={} "
                       "jitter_depth={} raised_to={}",
                       id, options_.conference.jitter_depth_packets,
                       participant->playout.buffer().depth_packets());
        break;
      case PeerNote::packets_cut:
        peer_log_.warn(now, "packets are longer than {} ms, the rest of each is cut off id={}",
                       voice::packet_frames_max * voice::frame_duration.count(), id);
        break;
      case PeerNote::foreign_payload:
        peer_log_.warn(now, "packets of another payload type than 0 (u-law) are not played id={}",
                       id);
        break;
      case PeerNote::original_is_noise:
        peer_log_.warn(now,
                       "a client of the original program sends noise at {} Hz; sample-rate 8000 or "
                       "22050 would suit it id={}",
                       format.rate_hz(), id);
        break;
    }
  }
}

std::optional<CloseReason> Server::overdue(Connection& connection, TimePoint now) {
  const Session& session = connection.session();
  if (session.message_overdue(now)) return CloseReason::framing_timeout;
  if (session.requires_hello() && session.dialect() != Dialect::voice1 &&
      now - connection.joined_at > hello_max) {
    return CloseReason::hello_timeout;
  }
  const auto silence = now - std::max(connection.last_heard(), awake_since_);
  if (session.keeps_pinging() && silence > std::max(silence_max, options_.stall_limit)) {
    return CloseReason::not_heard;
  }
  return std::nullopt;
}

// Goes on with farewells: what waits leaves, our side is closed, and the peer has a moment to close
// too, so that the last message is not lost to a reset.
void Server::end_closing(TimePoint now) {
  for (std::size_t i = 0; i < closing_.size();) {
    Connection* const connection = find(closing_[i]);
    const bool done = connection == nullptr || connection->continue_farewell(scratch_, now);
    if (done) {
      if (connection != nullptr) destroy(closing_[i]);
      closing_[i] = closing_.back();
      closing_.pop_back();
    } else {
      ++i;
    }
  }
}

}  // namespace voiced

// The host's part of the operator's commands, and of a reload.
#include "server/host/host.hpp"

#include <algorithm>

namespace voiced {

using voice::TimePoint;

void Host::reconfigure(const HostOptions& options) {
  options_.front_room.playout = options.front_room.playout;
  options_.front_room.limiter = options.front_room.limiter;
  options_.front_room.level_talkers = options.front_room.level_talkers;
  options_.front_room.howl_guard = options.front_room.howl_guard;
  options_.front_room.silent_when_empty = options.front_room.silent_when_empty;
  options_.front_room.codecs = options.front_room.codecs;
  options_.front_room.opus_kbits = options.front_room.opus_kbits;
  lobby_.reconfigure(options_.front_room, options.password, options.rooms,
                     options.rooms_on_demand_max, options.names);
  lobby_.set_login_rules(options.login);
  // Buffers may hold less, and messages of Opus may have another size.
  reading_.hurry();
  peers_.for_each([&](const Peer& peer) {
    if (peer.session.codec() == voice::CodecId::opus) note_resized(peer.id);
  });
  door_.reconfigure(options);
  options_.outbox_age_max = options.outbox_age_max;
  options_.stall_limit = options.stall_limit;
  options_.drain_limit = options.drain_limit;
  options_.require_hello = options.require_hello;
  peers_.for_all([&](Peer& peer) {
    peer.hot.sender.set_limits(outbox_limits_of(peer));
    peer.session.follow_backlog();
    peer.session.follow_rules();
    if (peer.session.has_control() && !peer.is_leaving()) peer.hot.sender.enlist();
  });
  // Only now does everybody have the name that others are compared with.
  peers_.for_each_seated([&](Peer& peer) { follow_new_name(peer); });
}

Host::SeatedGuest* Host::find_guest(std::uint64_t number) noexcept {
  return number == local_number && !guests_.empty() ? &guests_.front() : nullptr;
}

bool Host::set_mutes(std::uint64_t number, const Mutes& mutes) {
  if (SeatedGuest* const seated = find_guest(number)) {
    seated->guest->set_mutes(mutes);
    return true;
  }
  Peer* const peer = peers_.find(number);
  if (peer == nullptr) return false;
  peer->session.set_mutes(mutes);
  for (const SeatedGuest& seated : guests_) leave_out(seated, *peer, mutes.not_played_here);
  if (peer->session.has_control()) peer->hot.sender.enlist();
  return true;
}

void Host::leave_out(const SeatedGuest& seated, const Peer& peer, bool left_out) {
  const Seat& seat = *peer.session.seat();
  if (seat.room != seated.seat.room) return;
  lobby_.room(seat.room).leave_out(seated.seat.participant, seat.participant, left_out);
}

Mutes Host::mutes_of(std::uint64_t number) const noexcept {
  if (number == local_number && !guests_.empty()) return guests_.front().guest->mutes();
  const Peer* const peer = peers_.find(number);
  return peer == nullptr ? Mutes{} : lobby_.find(*peer->session.seat())->mutes;
}

bool Host::set_gain(std::uint64_t number, double db) {
  if (const SeatedGuest* const seated = find_guest(number)) {
    lobby_.room(seated->seat.room).set_gain(seated->seat.participant, db);
    return true;
  }
  const Peer* const peer = peers_.find(number);
  if (peer == nullptr) return false;
  const Seat& seat = *peer->session.seat();
  lobby_.room(seat.room).set_gain(seat.participant, db);
  return true;
}

bool Host::kick(std::uint64_t number, std::string_view words, TimePoint now) {
  Peer* const peer = peers_.find(number);
  if (peer == nullptr) return false;
  close(*peer, CloseReason::kicked, now, words);
  return true;
}

std::optional<std::size_t> Host::ban(const Ban& ban, TimePoint now) {
  if (!door_.bans().add(ban)) return std::nullopt;
  std::size_t sent_away = 0;
  peers_.for_each([&](Peer& peer) {
    // The address of one that a proxy has not named yet is the proxy's.
    if (peer.cold.is_unnamed) return;
    const bool is_meant =
        ban.range ? ban.range->contains(peer.cold.address)
                  : peer.session.name() == ban.who || peer.session.claimed_name() == ban.who;
    if (!is_meant) return;
    close(peer, CloseReason::banned, now, ban.reason);
    ++sent_away;
  });
  return sent_away;
}

void Host::drain(bool draining, TimePoint now) {
  if (draining == door_.drain().is_active()) return;
  if (draining) {
    door_.drain().begin(now);
    return tell_draining(event::Draining::Step::began, now);
  }
  door_.drain().cancel();
  tell_draining(event::Draining::Step::cancelled, now);
}

void Host::continue_drain(TimePoint now) {
  if (is_stopping()) return;
  const bool speaks = std::any_of(guests_.begin(), guests_.end(), [](const SeatedGuest& seated) {
    return !seated.guest->mutes().microphone;
  });
  std::size_t strangers = 0;
  peers_.for_each_seated([&](const Peer& peer) {
    if (peer.hot.life == Life::arriving) ++strangers;
  });
  const DrainCrowd crowd{.participants = lobby_.participants() - guests_.size(),
                         .strangers = strangers,
                         .server_speaks = speaks};
  switch (door_.drain().step(crowd, now)) {
    case DrainStep::wait:
      return;
    case DrainStep::tell:
      return tell_draining(event::Draining::Step::waits, now);
    case DrainStep::deadline:
      tell_draining(event::Draining::Step::limit_reached, now);
      break;
    case DrainStep::empty:
      tell_draining(event::Draining::Step::empty, now);
      break;
  }
  stop(now);
}

// Names the peers that came first, by their ids in `voicectl list`: few enough for a log line.
void Host::tell_draining(event::Draining::Step step, TimePoint now) {
  constexpr std::size_t holders_max = 10;
  std::vector<std::uint64_t> numbers;
  peers_.for_each_seated([&](const Peer& peer) { numbers.push_back(peer.id.number); });
  std::sort(numbers.begin(), numbers.end());
  const std::size_t named = std::min(numbers.size(), holders_max);
  const std::size_t more = numbers.size() - named;
  numbers.resize(named);
  const auto left = std::chrono::duration_cast<std::chrono::seconds>(door_.drain().left(now));
  events_.emplace_back(event::Draining{.step = step,
                                       .participants = lobby_.participants() - guests_.size(),
                                       .left = left,
                                       .holders = std::move(numbers),
                                       .more_holders = more});
}

}  // namespace voiced

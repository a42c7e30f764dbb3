#include "server/host/host.hpp"

#include "common/core/assert.hpp"
#include "server/host/overdue.hpp"

#include <algorithm>
#include <utility>

namespace voiced {

using voice::TimePoint;

namespace {

// Checks come once a second: if the last one was longer ago, the server itself was held up.
constexpr std::chrono::seconds held_up_after{3};
constexpr std::chrono::seconds pause_event_interval{10};
constexpr std::chrono::seconds stop_max{2};
// Share of load_max above which newcomers are not given Opus. A participant that speaks it takes a
// hundredth of a tick, and several may come before the load shows it.
constexpr double opus_load_share = 0.8;

}  // namespace

Host::Host(const HostOptions& options, TimePoint now)
    : options_(options),
      lobby_(options.front_room, options.front_room.participants_max, options.password),
      peers_(options.front_room.participants_max),
      door_(options),
      reading_(peers_, lobby_),
      sending_(peers_, lobby_),
      started_(now) {
  lobby_.reconfigure(options.front_room, options.password, options.rooms,
                     options.rooms_on_demand_max, options.names);
  lobby_.set_login_rules(options.login);
}

// --- Peers arrive, send and leave ---

// The peer is told why only if it can already be told anything.
void Host::refuse(Peer& peer, const Refusal& refusal, TimePoint now) {
  end_handshake(peer);
  peers_.refuse(peer);
  if (refusal.code) peer.session.refuse(*refusal.code, refusal.words);
  close(peer, refusal.reason, now);
  VOICE_ASSERT(peer.is_leaving());
}

void Host::seated(Peer& peer, TimePoint now) {
  VOICE_ASSERT(!peer.is_leaving() && peer.hot.is_admitted);
  end_handshake(peer);
  peer.hot.life = Life::arriving;
  peer.cold.seated_at = now;
  peers_.seat(peer);
  peer.hot.sender.enlist();
  events_.emplace_back(
      event::Joined{peer.id.number, peer.session.address(), lobby_.participants()});
  if (peer.session.is_choosing()) begin_choice(peer.id, now);
}

void Host::end_handshake(Peer& peer) {
  if (std::exchange(peer.cold.shakes_hands, false)) handshakes_.end(peer.id);
}

void Host::gone_at_once() noexcept {
  ++counters_.connections;
  counters_.closes.count(CloseReason::gone_at_once);
}

void Host::accept_failed(std::string why, TimePoint now) {
  ++counters_.accept_pauses;
  if (now < next_pause_event_) return;
  next_pause_event_ = now + pause_event_interval;
  events_.emplace_back(event::AcceptPaused{std::move(why)});
}

bool Host::seat(std::unique_ptr<Guest> guest) {
  VOICE_ASSERT(guest != nullptr && guests_.empty() && peers_.size() == 0);
  Room& room = lobby_.front();
  const auto seat = lobby_.join(front_room);
  if (!seat) return false;
  room.use_room_rate(seat->participant);
  room.set_codec(seat->participant, guest->codec());
  room.needs_no_signs_of_life(seat->participant);
  guests_.push_back({std::move(guest), *seat});
  listeners_.reserve(options_.front_room.participants_max);
  VOICE_ASSERT(lobby_.participants() == guests_.size());
  return true;
}

bool Host::received(PeerId id, voice::Bytes bytes, TimePoint now) {
  Peer* const peer = peers_.find(id);
  if (peer == nullptr || peer->is_leaving()) return false;
  peer->hot.last_heard = now;
  listen_to(*peer, bytes, now);
  if (peer->session.has_control() && !peer->is_leaving()) peer->hot.sender.enlist();
  // Its transport may have an answer of its own, because a handshake has several steps.
  return peer->session.has_control() || peer->session.channel().may_have_own();
}

void Host::listen_to(Peer& peer, voice::Bytes bytes, TimePoint now) {
  if (peer.cold.header != nullptr && !read_proxy_header(peer, bytes, now)) return;
  const bool waited = peer.session.channel().wants_turn();
  const auto reason = peer.session.received(bytes, now);
  if (peer.hot.life == Life::handshake) {
    const bool is_full = reason == CloseReason::refused_full;
    if (is_full || peer.session.seat()) ++counters_.handshakes_done;
    if (is_full) return refuse(peer, {*reason, {}, {}}, now);
    if (peer.session.seat()) seated(peer, now);
  }
  if (reason) return close(peer, *reason, now);
  if (!waited && peer.session.channel().wants_turn()) handshakes_.queue(peer.id);
  if (peer.hot.life == Life::arriving && peer.session.dialect() != Dialect::unknown) {
    peer.hot.life = Life::present;
    door_.shown(peer);
  }
  look_at_claim(peer, now);
  if (!peer.is_leaving() && peer.session.take_hello()) said_hello(peer, now);
}

std::optional<PeerId> Host::next_handshake(TimePoint now) {
  const auto id = handshakes_.next();
  if (!id) return std::nullopt;
  Peer* const peer = peers_.find(*id);
  VOICE_ASSERT(peer != nullptr && peer->hot.life == Life::handshake);
  peer->session.channel().give_turn();
  listen_to(*peer, {}, now);
  return id;
}

void Host::said_hello(Peer& peer, TimePoint now) {
  if (const Ban* const ban = find_ban_of_name(peer)) {
    // Its Welcome goes first, so that the client knows that it was understood.
    const auto answers = peer.session.take_control();
    close(peer, CloseReason::banned, now, ban->reason);
    for (const auto& answer : answers) {
      peer.hot.sender.queue(answer, voice::MessageClass::control, now);
    }
    return;
  }
  if (!judge_name(peer, now)) return;
  peers_.seat(peer);
  peer.hot.sender.set_limits(outbox_limits_of(peer));
  const bool has_other_rate = peer.session.format() != lobby_.front().first_format();
  if (peer.session.codec() != voice::CodecId::pcmu || has_other_rate) note_resized(peer.id);
  tell_new_name(peer);
  if (peer.session.take_entered()) {
    events_.emplace_back(event::Moved{peer.id.number, lobby_.front().name(), room_of(peer).name()});
  }
}

void Host::ended(PeerId id, Ended how, TimePoint now) {
  Peer* const peer = peers_.find(id);
  if (peer == nullptr) return;
  sending_.forget(*peer);
  if (peer->is_leaving()) return peers_.finish(*peer);
  close(*peer, how == Ended::closed ? CloseReason::left : CloseReason::reset, now);
}

// The only exit. Idempotent.
void Host::close(Peer& peer, CloseReason reason, TimePoint now, std::string_view words) {
  if (peer.is_leaving()) return;
  door_.left(peer);
  logins_.end(peer.id, now);
  counters_.closes.count(reason);
  counters_.include(peer, lobby_);
  peer.session.close(reason, words);
  // Messages that cannot be sealed any more, or not yet, would wait for ever.
  if (!peer.session.channel().is_ready()) (void)peer.session.take_control();
  peer.session.channel().finish();
  tell_end(peer, reason, words, now);
  VOICE_ASSERT(!peer.session.seat() && !peer.cold.shakes_hands && !peer.hot.is_admitted);
  peers_.begin_farewell(peer, farewell_limit(reason), now);
  peer.hot.sender.clear_unsent();
  // Nothing reaches a peer that is gone.
  if (reason == CloseReason::left || reason == CloseReason::reset) return peers_.finish(peer);
  peer.hot.sender.enlist();
}

void Host::tell_end(Peer& peer, CloseReason reason, std::string_view words, TimePoint now) {
  const Session& session = peer.session;
  if (peer.cold.shakes_hands) {
    end_handshake(peer);
    if (peer.cold.header == nullptr) ++counters_.handshakes_failed;
    events_.emplace_back(
        event::HandshakeFailed{peer.id.number, session.address(), reason,
                               words.empty() ? session.channel().failure() : std::string(words)});
    return;
  }
  events_.emplace_back(event::Left{
      .number = peer.id.number,
      .address = session.address(),
      .name = session.name(),
      .dialect = session.dialect(),
      .reason = reason,
      .connected = std::chrono::duration_cast<std::chrono::seconds>(now - peer.cold.joined_at),
      .session = session.counters(),
      .outbox_dropped_messages = peer.hot.sender.outbox().dropped_messages(),
      .participants = lobby_.participants()});
}

bool Host::is_speaking(PeerId id) const noexcept {
  const Peer* const peer = peers_.find(id);
  return peer != nullptr && !peer->is_leaving();
}

// --- Reading ---

bool Host::is_read_at_ticks(PeerId id) {
  Peer* const peer = peers_.find(id);
  return peer != nullptr && !peer->is_leaving() && reading_.takes(*peer, pace());
}

// --- Time ---

void Host::tick(std::chrono::sys_seconds today, TimePoint now) {
  today_ = today;
  if (now >= next_check_) check(now);
  end_choices(now);
  continue_moves();
  lobby_.begin_tick();
  sending_.begin_tick();
  mix_next_room(now);
}

// Rooms take turns: the messages of one are sent before the next one uses the same memory.
bool Host::mix_next_room(TimePoint now) {
  const auto id = lobby_.next_room();
  if (!id) return false;
  Room& room = lobby_.room(*id);
  for (SeatedGuest& seated : guests_) {
    if (seated.seat.room == *id) seated.guest->before_mix(room, seated.seat.participant, now);
  }
  const std::span<const ParticipantId> listeners = room.tick(now);
  sending_.begin_room(*id, guests_.empty() ? listeners : serve_guests(*id, listeners, now));
  return true;
}

// Hands guests their mixes; returns all other listeners.
std::span<const ParticipantId> Host::serve_guests(RoomId id,
                                                  std::span<const ParticipantId> listeners,
                                                  TimePoint now) {
  listeners_.clear();
  for (const ParticipantId listener : listeners) {
    if (!is_guest({id, listener})) listeners_.push_back(listener);
  }
  for (SeatedGuest& seated : guests_) {
    if (seated.seat.room != id) continue;
    const ParticipantId self = seated.seat.participant;
    const bool hears = std::find(listeners.begin(), listeners.end(), self) != listeners.end();
    if (hears) seated.guest->deliver(lobby_.room(id).message_for(self), now);
    if (std::exchange(seated.hears, hears) && !hears) seated.guest->pause();
    seated.guest->after_mix(now);
  }
  VOICE_ASSERT(listeners_.size() + guests_.size() >= listeners.size());
  return listeners_;
}

void Host::worked(voice::Duration busy) noexcept {
  tick_work_.add(busy);
  const double share = std::chrono::duration<double>(busy) / voice::frame_duration;
  load_ += (share - load_) / voice::frames_per_second;
  VOICE_ASSERT(load_ >= 0);
  lobby_.set_is_pressed(load_ > opus_load_share * door_.load_max());
}

// Checks that are not needed at every tick.
void Host::check(TimePoint now) {
  next_check_ = now + options_.check_interval;
  door_.tidy(today_, now);
  logins_.tidy(now);
  continue_drain(now);
  if (now - last_check_ > held_up_after) awake_since_ = now;
  last_check_ = now;
  const OverdueLimits limits{.awake_since = awake_since_, .stall_limit = options_.stall_limit};
  peers_.for_each([&](Peer& peer) {
    if (const auto reason = overdue(peer, limits, now)) return close(peer, *reason, now);
    const auto& until = peer.session.access().until;
    if (until && *until <= today_) return close(peer, CloseReason::invitation_over, now);
    if (peer.has_seat()) tell_notes(peer);
  });
}

void Host::tell_notes(Peer& peer) {
  const Seat& seat = *peer.session.seat();
  const Participant* const participant = lobby_.find(seat);
  VOICE_ASSERT(participant != nullptr);
  const voice::AudioFormat format = participant->playout.format();
  while (const auto note = peer.cold.notes.next(peer.session, *participant, format)) {
    events_.emplace_back(event::Noted{peer.id.number, *note, room_of(peer).jitter_depth_packets(),
                                      participant->playout.status().depth_packets,
                                      format.rate_hz()});
  }
}

// --- Writing ---

voice::Bytes Host::to_send(PeerId id, TimePoint now) {
  Peer* const peer = peers_.find(id);
  return peer == nullptr ? voice::Bytes{} : sending_.offer(*peer, now);
}

bool Host::sent(PeerId id, std::size_t bytes, TimePoint now) {
  Peer* const peer = peers_.find(id);
  VOICE_ASSERT(peer != nullptr && peer == sending_.offered_to());
  const bool had_waited = sending_.offers_what_waited();
  const bool may_have_more = sending_.taken(bytes, now);
  if (had_waited && !peer->all_sent() && peer->hot.sender.blocked(now) > options_.stall_limit) {
    close(*peer, CloseReason::stalled, now);
  }
  return may_have_more;
}

// --- Farewells ---

std::optional<PeerId> Host::next_leaving() noexcept {
  if (leaving_place_ < peers_.leaving().size()) return peers_.leaving()[leaving_place_++];
  leaving_place_ = 0;
  return std::nullopt;
}

FarewellStep Host::farewell(PeerId id, bool all_arrived, bool peer_closed, TimePoint now) {
  Peer* const peer = peers_.find(id);
  if (peer == nullptr || peer->hot.life != Life::farewell) return FarewellStep::end;
  const bool all_left = peer->all_sent() && !peer->session.has_control();
  const FarewellStep step = peer->cold.farewell.next({all_left, all_arrived, peer_closed}, now);
  if (step == FarewellStep::end) {
    peers_.finish(*peer);
    // Another peer has taken its place in the list.
    if (leaving_place_ > 0) --leaving_place_;
    VOICE_ASSERT(peer->hot.life == Life::done);
  }
  return step;
}

bool Host::is_shut_down(PeerId id) const noexcept {
  const Peer* const peer = peers_.find(id);
  return peer != nullptr && peer->hot.life == Life::farewell && peer->cold.farewell.is_shut_down();
}

void Host::release_done() {
  for (const PeerId id : peers_.done()) counters_.include_sent(*peers_.find(id));
  peers_.release_done();
}

// --- The end ---

void Host::stop(TimePoint now) {
  if (stop_deadline_) return;
  stop_deadline_ = now + stop_max;
  peers_.for_each([&](Peer& peer) { close(peer, CloseReason::server_stopping, now); });
}

bool Host::has_stopped(TimePoint now) const noexcept {
  return stop_deadline_ && (now >= *stop_deadline_ || peers_.leaving().empty());
}

bool Host::is_guest(const Seat& seat) const noexcept {
  return std::any_of(guests_.begin(), guests_.end(),
                     [&](const SeatedGuest& seated) { return seated.seat == seat; });
}

}  // namespace voiced

// The server without its sockets, its clock and its log: a function of bytes and time. It decides
// which peers may join, what each of them is sent, which ones are disconnected and why, and when
// the server stops. The shell (server/net, or the simulator) moves the bytes, tells the time, and
// logs the events.
//
// One round, every 20 ms:
//   while (next_to_read())  read it once, received() or ended()
//   tick()                  what is overdue, guests, the mix
//   while (next_to_write()) to_send(), write, sent() or ended()
//   while (next_leaving())  farewell()
//   done(), release_done()  close those sockets
// Between rounds: arrived(), received() after an event, and the operator's requests.
// Specified in docs/architecture.md.
#pragma once

#include "common/core/duration_histogram.hpp"
#include "server/host/counters.hpp"
#include "server/host/door.hpp"
#include "server/host/events.hpp"
#include "server/host/guest.hpp"
#include "server/host/handshakes.hpp"
#include "server/host/logins.hpp"
#include "server/host/options.hpp"
#include "server/host/pace.hpp"
#include "server/host/peers.hpp"
#include "server/host/read_schedule.hpp"
#include "server/host/send_round.hpp"
#include "server/host/status.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace voiced {

/// Why a participant stays where it is.
enum class MoveError : std::uint8_t {
  gone,   // nobody here has that number
  guest,  // it is the server's own
  same_room,
  no_place,
  closed,   // that room is, until it is opened
  no_room,  // that room takes nobody any more
};

/// How a connection ended, according to its socket.
enum class Ended : std::uint8_t {
  closed,  // the peer has closed its side
  broken,  // reset, unreachable
};

class Host {
 public:
  Host(const HostOptions& options, voice::TimePoint now);
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  // --- Peers come, speak and go ---

  /// A peer has connected. Whether it is let in or not, to_send() has an answer for it. Before this
  /// call, the sockets of done() must have been closed and release_done() called (asserted).
  /// @param transport of the address on which it connected; null: plain
  [[nodiscard]] PeerId arrived(const PeerAddress& address, voice::TimePoint now,
                               std::unique_ptr<voice::Transport> transport = nullptr);
  /// The same on an address for proxies: one of HostOptions::proxies must first name the peer's
  /// address, in a PROXY header; the peer then arrives from that address.
  [[nodiscard]] PeerId arrived_by_proxy(const PeerAddress& proxy, voice::TimePoint now,
                                        std::unique_ptr<voice::Transport> transport = nullptr);
  /// A peer was gone again before its address could be read.
  void gone_at_once() noexcept;
  /// Accepting failed, usually because there are no descriptors left, and pauses.
  void accept_failed(std::string why, voice::TimePoint now);

  /// A peer has sent these bytes; ignored when it is leaving or has gone. Returns true when
  /// to_send() has an answer.
  bool received(PeerId id, voice::Bytes bytes, voice::TimePoint now);
  /// Its connection has ended. Idempotent.
  void ended(PeerId id, Ended how, voice::TimePoint now);

  /// The peers whose messages have changed in size since the last call, because their codec or its
  /// bit rate has changed.
  [[nodiscard]] std::vector<PeerId> take_resized() { return std::exchange(resized_, {}); }
  /// The average length of an audio message for a peer; that of PCMU until the peer has chosen a
  /// codec, and for a peer that has gone.
  [[nodiscard]] std::size_t message_bytes(PeerId id) const noexcept;

  /// Seats a guest in the front room for as long as the host lives. Returns false if there is no
  /// place. Call it before the first peer arrives (asserted).
  [[nodiscard]] bool seat(std::unique_ptr<Guest> guest);

  // --- Reading ---

  [[nodiscard]] Pace pace() const noexcept { return pace_for(peers_.size()); }
  /// The peer to read now, without waiting; none: the round of reading is over.
  [[nodiscard]] std::optional<PeerId> next_to_read(voice::TimePoint now) {
    return reading_.next(pace(), now);
  }
  /// A peer has been read because of an event. True: from now on next_to_read() names it, so the
  /// shell need not wait for its events. False: the shell waits for its next event.
  [[nodiscard]] bool is_read_at_ticks(PeerId id);
  /// The peers that next_to_read() no longer names because they are silent: the shell waits for
  /// their next event.
  [[nodiscard]] std::span<const PeerId> silent() const noexcept { return reading_.silent(); }
  void clear_silent() noexcept { reading_.clear_silent(); }

  // --- Time ---

  /// Plays 20 ms. @param today when bans and invitations end.
  void tick(std::chrono::sys_seconds today, voice::TimePoint now);
  /// Reports how long the last tick took, from reading to writing.
  void worked(voice::Duration busy) noexcept;

  // --- Writing ---

  /// After tick(): the next peer to write to; none: the round of writing is over.
  [[nodiscard]] std::optional<PeerId> next_to_write(voice::TimePoint now) {
    for (;;) {
      if (const auto id = sending_.next(now)) return id;
      if (!mix_next_room(now)) return std::nullopt;
    }
  }
  /// The bytes for a peer, if any: everything that is due if next_to_write() has named it, and only
  /// answers at any other time. Valid until the next call. If there are any, the shell reports the
  /// outcome with sent() or ended().
  [[nodiscard]] voice::Bytes to_send(PeerId id, voice::TimePoint now);
  /// The kernel accepted this many of those bytes; 0: it accepts nothing now. Returns true when
  /// there may be more for the same peer.
  bool sent(PeerId id, std::size_t bytes, voice::TimePoint now);

  // --- Handshakes ---

  /// Performs the next step of one peer's handshake, and returns that peer, to be written to; none:
  /// no peer is waiting. The shell calls it as often as it has time for, at least once a tick.
  std::optional<PeerId> next_handshake(voice::TimePoint now);

  // --- Logins ---

  /// The claims by which peers prove who they are. The shell verifies them, in another thread if
  /// that takes long, and reports the verdicts with checked(). Each call returns the new ones.
  [[nodiscard]] std::vector<Check> take_checks() { return logins_.take_checks(); }
  /// Returns true when to_send() has an answer. Ignored when the peer is leaving or has gone.
  bool checked(PeerId id, const Judgement& verdict, voice::TimePoint now);
  /// The invitations, by id, that were accepted but whose peers did not get in: they had gone, or
  /// the room did not let them in. Each call returns the new ones.
  [[nodiscard]] std::vector<std::string> take_unused() { return std::exchange(unused_, {}); }
  /// Disconnects the peers that joined with this invitation, because it was revoked. Returns how
  /// many.
  std::size_t end_invitation(std::string_view id, voice::TimePoint now);

  // --- Farewells ---

  /// The next peer in its farewell, each once per round; none: the round is over.
  [[nodiscard]] std::optional<PeerId> next_leaving() noexcept;
  /// @param all_arrived the peer's kernel has acknowledged everything; true where that cannot be
  ///                    known
  /// @param peer_closed the peer has closed its side, or the connection is broken
  FarewellStep farewell(PeerId id, bool all_arrived, bool peer_closed, voice::TimePoint now);
  /// Whether our side of the connection is closed; only then does `all_arrived` matter.
  [[nodiscard]] bool is_shut_down(PeerId id) const noexcept;
  /// The peers whose sockets have to be closed.
  [[nodiscard]] std::span<const PeerId> done() const noexcept { return peers_.done(); }
  void release_done();

  // --- The operator ---

  /// Applies what can change while peers are connected; nobody is disconnected. Ignores the rest of
  /// `options`.
  void reconfigure(const HostOptions& options);
  /// Mutes one participant, named by its number. Returns false if nobody here has that number.
  bool set_mutes(std::uint64_t number, const Mutes& mutes);
  /// @param db voice::gain_db_min…gain_db_max (asserted).
  bool set_gain(std::uint64_t number, double db);
  /// Moves a participant, but not a guest, into another room: in the tick after the next one, so
  /// that it fades out and in. Returns why it cannot.
  [[nodiscard]] std::optional<MoveError> move(std::uint64_t number, RoomId room);
  /// A locked room admits no more participants. Returns false, and changes nothing, for a room that
  /// no longer exists, or that cannot be held (Lobby::can_hold).
  bool set_locked(RoomId room, bool locked);
  /// Disconnects all participants of a room, and lets nobody in until it is opened. Not for the
  /// front room (asserted). Does nothing for a room that cannot be held (Lobby::can_hold). Returns
  /// how many were disconnected.
  std::size_t close_room(RoomId room, std::string_view words, voice::TimePoint now);
  void open_room(RoomId room);
  /// Disconnects a participant, but not a guest. `words` are the reason it is told, if it speaks
  /// voice/1.
  bool kick(std::uint64_t number, std::string_view words, voice::TimePoint now);
  /// Bans peers, and disconnects those that are connected. Returns how many there were; none if
  /// there is no room for another ban.
  [[nodiscard]] std::optional<std::size_t> ban(const Ban& ban, voice::TimePoint now);
  bool unban(const AddressRange& range) { return door_.bans().remove(range); }
  bool unban(std::string_view name) { return door_.bans().remove(name); }
  /// At startup: sets the bans of the last run.
  void set_bans(BanList bans) { door_.bans() = std::move(bans); }
  [[nodiscard]] const BanList& bans() const noexcept { return door_.bans(); }
  /// Begins a drain: newcomers are refused, and the server stops when that would no longer cut off
  /// any call, or at the drain limit. `draining` false: ends the drain.
  void drain(bool draining, voice::TimePoint now);
  /// Accepts no more peers and says goodbye to all, within two seconds.
  void stop(voice::TimePoint now);
  [[nodiscard]] bool is_stopping() const noexcept { return stop_deadline_.has_value(); }
  /// All peers have gone, or the two seconds are over.
  [[nodiscard]] bool has_stopped(voice::TimePoint now) const noexcept;

  // --- Status ---

  /// A snapshot; fields that only the shell knows are zero.
  [[nodiscard]] ServerStatus status(voice::TimePoint now) const;
  /// A snapshot of all participants, in the order of arrival.
  [[nodiscard]] std::vector<ParticipantStatus> participants(voice::TimePoint now) const;
  /// The same of one participant; none: nobody here has this number.
  [[nodiscard]] std::optional<ParticipantStatus> participant(std::uint64_t number,
                                                             voice::TimePoint now) const;
  /// What has happened since the last call, in order.
  [[nodiscard]] std::vector<HostEvent> take_events() { return std::exchange(events_, {}); }
  [[nodiscard]] bool has_events() const noexcept { return !events_.empty(); }
  /// After tick(): the participants of the front room that get its mix, without guests. Valid until
  /// next_to_write().
  [[nodiscard]] std::span<const ParticipantId> listeners() const noexcept {
    return sending_.listeners();
  }
  [[nodiscard]] const Lobby& lobby() const noexcept { return lobby_; }
  [[nodiscard]] const HostCounters& counters() const noexcept { return counters_; }
  [[nodiscard]] double load() const noexcept { return load_; }
  [[nodiscard]] std::size_t peers() const noexcept { return peers_.size(); }
  /// How many peers there can be at once; every PeerId::index is below that.
  [[nodiscard]] std::size_t places() const noexcept { return peers_.places(); }
  /// The peer is here and not leaving.
  [[nodiscard]] bool is_speaking(PeerId id) const noexcept;
  /// No mutes if nobody here has that number.
  [[nodiscard]] Mutes mutes_of(std::uint64_t number) const noexcept;
  /// Null if it has gone. For tests and simulators.
  [[nodiscard]] const Peer* find(PeerId id) const noexcept { return peers_.find(id); }

 private:
  // A participant that is to change rooms.
  struct Move {
    PeerId peer;
    RoomId to;
    bool is_faded = false;  // the tick in which it fades out has been
  };

  // A newcomer that may still name another room.
  struct Choice {
    PeerId peer;
    voice::TimePoint end;
  };

  struct SeatedGuest {
    std::unique_ptr<Guest> guest;
    Seat seat;
    bool hears = false;  // the mix of the tick before
  };

  [[nodiscard]] Peer& add(const PeerAddress& address, voice::TimePoint now,
                          std::unique_ptr<voice::Transport> transport);
  void admit(Peer& peer, voice::TimePoint now);
  [[nodiscard]] bool read_proxy_header(Peer& peer, voice::Bytes& bytes, voice::TimePoint now);
  void refuse(Peer& peer, const Refusal& refusal, voice::TimePoint now);
  void seated(Peer& peer, voice::TimePoint now);
  void begin_handshake(Peer& peer, voice::TimePoint now);
  void end_for_another(Peer& peer, voice::TimePoint now);
  void end_handshake(Peer& peer);
  void listen_to(Peer& peer, voice::Bytes bytes, voice::TimePoint now);
  void said_hello(Peer& peer, voice::TimePoint now);
  [[nodiscard]] const Peer* find_alike(Peer& peer) const;
  [[nodiscard]] const Ban* find_ban_of_name(const Peer& peer) const noexcept;
  [[nodiscard]] bool judge_name(Peer& peer, voice::TimePoint now);
  void follow_new_name(Peer& peer);
  void tell_new_name(Peer& peer);
  void look_at_claim(Peer& peer, voice::TimePoint now);
  void settle(Peer& peer, const Judgement& verdict, voice::TimePoint now);
  void deny(Peer& peer, CloseReason reason, std::string_view words, voice::TimePoint now);
  void note_unused(const Judgement& verdict);
  void note_resized(PeerId id);
  [[nodiscard]] const Room& room_of(const Peer& peer) const noexcept;
  void begin_choice(PeerId peer, voice::TimePoint now);
  void end_choices(voice::TimePoint now);
  void end_first_choice();
  void continue_moves();
  void arrive(Peer& peer, RoomId room);
  [[nodiscard]] voice::OutboxLimits outbox_limits_of(const Peer& peer) const noexcept;
  void close(Peer& peer, CloseReason reason, voice::TimePoint now, std::string_view words = {});
  void tell_end(Peer& peer, CloseReason reason, std::string_view words, voice::TimePoint now);
  bool mix_next_room(voice::TimePoint now);
  [[nodiscard]] std::span<const ParticipantId> serve_guests(
      RoomId id, std::span<const ParticipantId> listeners, voice::TimePoint now);
  void check(voice::TimePoint now);
  void tell_notes(Peer& peer);
  void continue_drain(voice::TimePoint now);
  void tell_draining(event::Draining::Step step, voice::TimePoint now);
  [[nodiscard]] bool is_guest(const Seat& seat) const noexcept;
  void leave_out(const SeatedGuest& seated, const Peer& peer, bool left_out);
  [[nodiscard]] SeatedGuest* find_guest(std::uint64_t number) noexcept;
  [[nodiscard]] ParticipantStatus status_of_guest(const SeatedGuest& seated,
                                                  voice::TimePoint now) const;

  HostOptions options_;
  Lobby lobby_;
  std::vector<SeatedGuest> guests_;  // the number of the first is local_number
  Peers peers_;
  Door door_;
  ReadSchedule reading_;
  SendRound sending_;
  Handshakes handshakes_;
  Logins logins_;
  std::vector<std::string> unused_;       // invitations
  std::vector<ParticipantId> listeners_;  // of this tick, when there are guests among them
  std::size_t leaving_place_ = 0;
  std::vector<HostEvent> events_;
  std::vector<PeerId> resized_;  // for take_resized()
  std::vector<Move> moves_;
  std::deque<Choice> choices_;  // the first to end first

  voice::TimePoint started_;
  std::chrono::sys_seconds today_{};
  voice::DurationHistogram tick_work_;
  double load_ = 0;  // share of a tick that is spent working, smoothed over a second
  HostCounters counters_;
  voice::TimePoint next_check_{};
  voice::TimePoint last_check_{};
  voice::TimePoint awake_since_{};  // when we were last held up for long
  voice::TimePoint next_pause_event_{};
  std::optional<voice::TimePoint> stop_deadline_;
};

}  // namespace voiced

// The rooms of a server: which rooms exist, who may enter them, and in which order they tick. Peers
// sit in the front room, which always exists, until they ask for another one. Rooms tick one after
// the other, and share one scratch; except for the front room, an empty room costs nothing per
// tick. Owns the rooms. Pure.
#pragma once

#include "common/core/assert.hpp"
#include "common/core/token_bucket.hpp"
#include "server/host/close_reason.hpp"
#include "server/host/login.hpp"
#include "server/host/room_looks.hpp"
#include "server/host/room_rules.hpp"
#include "server/room/room.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace voiced {

/// How many participants may use Opus, in all rooms together: each takes up to a hundredth of a
/// tick while it talks (docs/adr/0025-opus.md).
inline constexpr std::size_t opus_participants_max = 64;

/// How many rooms that were made on demand may be locked or closed at a time.
inline constexpr std::size_t rooms_held_max = 256;

/// Where a peer sits: its room, and its participant there.
struct Seat {
  RoomId room;
  ParticipantId participant;
  friend bool operator==(const Seat&, const Seat&) = default;
};

class Lobby {
 public:
  /// @param participants_max of all rooms together, and the most that one room can have; the front
  ///                         room's or more (asserted).
  /// @param password that Hello must contain; without it a peer neither hears nor is heard. Empty:
  ///                 none is needed.
  Lobby(const RoomOptions& front, std::size_t participants_max, std::string password = {});

  /// Adds a room. Its name is not in use, and there are fewer than rooms_max (both asserted).
  RoomId add(const RoomRules& rules);

  /// Applies the rooms of a new configuration. Nobody is disconnected: a room that is no longer in
  /// it admits no more participants, and ends when the last one leaves. In an occupied room, a new
  /// sample rate or number of places waits until the room is empty. A room for which there is no
  /// place, because rooms that are ending or were made on demand take it, is added when one ends;
  /// empty ones that are held (set_state) make way at once.
  /// @param rooms without the front room; each with another name, at most rooms_max - 1 (asserted)
  /// @param on_demand_max how many rooms may be created because a peer asks for them; each is like
  ///                      the front room, and ends when its last participant leaves, unless it is
  ///                      held (set_state); those that are held do not count
  void reconfigure(const RoomOptions& front, std::string password, std::span<const RoomRules> rooms,
                   std::size_t on_demand_max, NameRule front_names = NameRule::allow);

  [[nodiscard]] Room& room(RoomId id) noexcept { return *place(id).room; }
  [[nodiscard]] const Room& room(RoomId id) const noexcept { return *place(id).room; }
  [[nodiscard]] Room& front() noexcept { return room(front_room); }
  [[nodiscard]] const Room& front() const noexcept { return room(front_room); }
  /// The room of that name; none: there is no such room.
  [[nodiscard]] std::optional<RoomId> find(std::string_view name) const noexcept;
  /// Null for a stale seat. Valid until the next join or leave.
  [[nodiscard]] const Participant* find(const Seat& seat) const noexcept {
    return has(seat.room) ? room(seat.room).find(seat.participant) : nullptr;
  }
  /// Whether the room to which this id was assigned still exists.
  [[nodiscard]] bool exists(RoomId id) const noexcept { return has(id); }
  /// For prefetching: the participant in that place now, or null.
  [[nodiscard]] const Participant* peek(const Seat& seat) const noexcept {
    return has(seat.room) ? room(seat.room).peek(seat.participant) : nullptr;
  }
  /// How many rooms there are.
  [[nodiscard]] std::size_t rooms() const noexcept { return places_.size() - free_.size(); }
  /// Calls `each(RoomId)` for all rooms, the front room first.
  template <class Each>
  void for_each(Each&& each) const {
    for (std::uint32_t i = 0; i < places_.size(); ++i) {
      if (places_[i].room) each(RoomId{i, places_[i].generation});
    }
  }

  [[nodiscard]] RoomState state(RoomId id) const noexcept { return place(id).state; }
  /// Not for a room that is ending, and only if it can be held (both asserted). A room on demand is
  /// held while it is locked or closed: it outlives its last participant, so that nobody can make
  /// another one of its name. When it is opened, it ends at the next tick if it is empty.
  void set_state(RoomId id, RoomState state);
  /// Whether the room can be locked or closed: always, except for a room on demand while
  /// rooms_held_max others are held.
  [[nodiscard]] bool can_hold(RoomId id) const noexcept;
  /// Whether it was created because a peer asked for it.
  [[nodiscard]] bool is_on_demand(RoomId id) const noexcept { return place(id).is_on_demand; }

  /// The room that a peer asks for by name (empty: the front room); created now, if that is
  /// allowed, and no other room, nor one that has left the configuration, looks like it. Fails with
  /// no_room, not_a_member, room_locked (operators of the room may enter) or room_closed.
  [[nodiscard]] voice::expected<RoomId, CloseReason> enter(std::string_view name,
                                                           const Access& access = {});
  /// What a peer with this access may do in that room.
  [[nodiscard]] Role role_in(RoomId id, const Access& access) const;
  /// What guests may do there.
  [[nodiscard]] Guests guests(RoomId id) const noexcept {
    return place(id).rules.guests.value_or(login_rules_.guests);
  }
  [[nodiscard]] const RoomRoles& roles(RoomId id) const noexcept { return place(id).rules.roles; }
  /// The room whose password applies to that room: a room on demand has the front room's.
  [[nodiscard]] RoomId guard_of(std::string_view name) const noexcept {
    return find(name).value_or(front_room);
  }

  /// Takes a place in the room. Fails if the room or the whole server is full.
  [[nodiscard]] voice::expected<Seat, JoinError> join(RoomId id);
  /// Ignores a stale seat.
  void leave(const Seat& seat) noexcept;
  /// Moves a participant into another room, with its mutes, its gain and, unless the format or
  /// codec changes, the sound waiting to be played. The seat is valid (asserted). Fails, without a
  /// change, if the room is full.
  /// @param format one of the room's two (asserted)
  [[nodiscard]] voice::expected<Seat, JoinError> move(const Seat& seat, RoomId to,
                                                      voice::AudioFormat format,
                                                      voice::CodecId codec);

  /// Begins a tick, in which next_room() names every room that has to tick. The tick before must be
  /// over (asserted). Empty rooms that are to be removed are removed here.
  void begin_tick();
  /// The front room first, then all rooms that have participants; none: the tick is over. The
  /// caller ticks the room, and sends what it has mixed, before it asks for the next one.
  [[nodiscard]] std::optional<RoomId> next_room() noexcept;
  /// How many ticks have begun since the start.
  [[nodiscard]] std::uint64_t ticks() const noexcept { return ticks_; }

  /// How peers that connect from now on prove who they are.
  [[nodiscard]] const LoginRules& login_rules() const noexcept { return login_rules_; }
  void set_login_rules(const LoginRules& rules) noexcept { login_rules_ = rules; }
  [[nodiscard]] NameRule name_rule(RoomId id) const noexcept { return place(id).rules.names; }
  /// Whether a newcomer has to wait outside the front room until its Hello, because a password is
  /// needed, the room is not open, or guests are not let in.
  [[nodiscard]] bool is_front_guarded() const noexcept;
  /// Whether a peer can choose a room other than the front room.
  [[nodiscard]] bool has_choice_of_rooms() const noexcept {
    return rooms() > 1 || on_demand_max_ > 0;
  }
  /// Whether any room has a password.
  [[nodiscard]] bool has_passwords() const noexcept { return has_passwords_; }
  [[nodiscard]] bool needs_password(RoomId id) const noexcept {
    return !place(id).rules.password.empty();
  }
  /// Whether this is the room's password. The time that the comparison takes does not reveal how
  /// much of it was right.
  [[nodiscard]] bool is_password(RoomId id, std::string_view word) const noexcept;

  /// While this is set, no peer is given a codec that costs much CPU time.
  void set_is_pressed(bool is_pressed) noexcept { is_pressed_ = is_pressed; }
  /// Whether a peer of that room may be given this codec now.
  [[nodiscard]] bool offers(RoomId id, voice::CodecId codec) const noexcept {
    return offers(id, codec, room(id).format());
  }
  /// The same for a peer with this format.
  [[nodiscard]] bool offers(RoomId id, voice::CodecId codec,
                            voice::AudioFormat format) const noexcept {
    return room(id).offers(codec, format) && (codec != voice::CodecId::opus || has_time_for_opus());
  }
  /// How many messages a peer may hold back in a stall, and send at once when it is over. For Opus:
  /// all peers together.
  [[nodiscard]] double backlog_messages() const noexcept;
  /// The budget for late messages in Opus, for all peers together.
  [[nodiscard]] voice::TokenBucket& opus_backlog() noexcept { return opus_backlog_; }

  /// In all rooms together.
  [[nodiscard]] std::size_t participants() const noexcept;
  [[nodiscard]] std::size_t participants_max() const noexcept { return scratch_.participants_max; }
  /// How many participants contributed to the last tick.
  [[nodiscard]] std::size_t contributors() const noexcept;
  /// Since the start, including rooms that have ended.
  [[nodiscard]] std::uint64_t packets_in() const noexcept;

 private:
  struct Place {
    std::unique_ptr<Room> room;  // null: the place is free
    RoomRules rules;             // as they are meant to be; the room may have older ones still
    std::uint32_t generation = 0;
    RoomState state = RoomState::open;
    bool is_on_demand = false;
    bool is_occupied = false;  // stands in occupied_
  };

  [[nodiscard]] bool has(RoomId id) const noexcept {
    return id.index < places_.size() && places_[id.index].generation == id.generation &&
           places_[id.index].room != nullptr;
  }
  [[nodiscard]] const Place& place(RoomId id) const noexcept {
    VOICE_ASSERT(has(id));
    return places_[id.index];
  }
  [[nodiscard]] Place& place(RoomId id) noexcept {
    VOICE_ASSERT(has(id));
    return places_[id.index];
  }
  [[nodiscard]] static bool is_held(const Place& place) noexcept {
    return place.is_on_demand &&
           (place.state == RoomState::locked || place.state == RoomState::closed);
  }
  /// How late a client's sound may be and still be played.
  [[nodiscard]] static voice::Duration catch_up_of(const voice::PlayoutOptions& playout) noexcept;
  [[nodiscard]] RoomOptions fitting(RoomOptions options) const noexcept;
  [[nodiscard]] std::unique_ptr<Room> make(const RoomRules& rules);
  void end(RoomId id);
  void add_waiting();
  void make_way();
  [[nodiscard]] bool may_make(std::string_view name);
  RoomId make_on_demand(std::string_view name);
  void apply(Place& place, const RoomRules& rules);
  void settle(RoomId id);
  void occupy(RoomId id);
  [[nodiscard]] bool has_time_for_opus() const noexcept;
  void follow_playout() noexcept;
  void follow_passwords() noexcept;
  void check() const noexcept;

  TickScratch scratch_;
  std::vector<Place> places_;        // by RoomId::index; the front room first
  std::vector<std::uint32_t> free_;  // places
  std::vector<RoomRules> waiting_;   // to be added as soon as there is a place
  std::map<std::string, RoomId, std::less<>> by_name_;
  std::vector<RoomId> occupied_;  // the front room, then those that may have participants
  std::size_t next_ = 0;          // the one to look at next in this tick
  LoginRules login_rules_;
  bool has_passwords_ = false;
  std::uint64_t ticks_ = 0;
  RoomLooks looks_;
  std::size_t on_demand_ = 0;  // rooms
  std::size_t held_ = 0;       // of those
  std::size_t on_demand_max_ = 0;
  std::uint64_t packets_of_ended_rooms_ = 0;
  bool is_pressed_ = false;
  voice::Duration catch_up_max_{0};  // the longest of all rooms; none in mode fixed
  // At least 4 s of one peer at once (follow_playout()), and then 5 % of a processor.
  voice::TokenBucket opus_backlog_{500, 250};
};

}  // namespace voiced

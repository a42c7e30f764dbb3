// The rooms of a server, and what it takes to enter them: passwords belong here, not to the mixer.
// Peers that name no room sit in the front room, which always exists. Rooms tick one after the
// other in one scratch: one that is empty costs nothing. Owns the rooms. Pure.
#pragma once

#include "server/room/room.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace voiced {

/// Names a room of this server for as long as the server runs.
struct RoomId {
  std::uint32_t index = 0;
  friend bool operator==(RoomId, RoomId) = default;
};

inline constexpr RoomId front_room{};

/// Where a participant is: its room, and which one it is there.
struct Seat {
  RoomId room;
  ParticipantId participant;
  friend bool operator==(const Seat&, const Seat&) = default;
};

class Lobby {
 public:
  /// @param participants_max of the largest room there will be; the front room's or more
  ///                         (asserted).
  /// @param password what Hello must bring, else the peer neither hears nor is heard; empty: none.
  Lobby(const RoomOptions& front, std::size_t participants_max, std::string password = {});

  /// Another room. Its participants_max is at most the lobby's (asserted).
  RoomId add(const RoomOptions& options);

  [[nodiscard]] Room& room(RoomId id) noexcept { return *rooms_[id.index]; }
  [[nodiscard]] const Room& room(RoomId id) const noexcept { return *rooms_[id.index]; }
  [[nodiscard]] Room& front() noexcept { return room(front_room); }
  [[nodiscard]] const Room& front() const noexcept { return room(front_room); }
  [[nodiscard]] std::size_t rooms() const noexcept { return rooms_.size(); }
  /// Null for a stale seat. Valid until the next join or leave.
  [[nodiscard]] const Participant* find(const Seat& seat) const noexcept {
    return room(seat.room).find(seat.participant);
  }

  /// A tick begins: next_room() names every room that is to tick.
  void begin_tick() noexcept;
  /// The front room, then those that have participants; none: the tick is over. The caller ticks
  /// the room named last, and sends what it has mixed, before it asks again.
  [[nodiscard]] std::optional<RoomId> next_room() noexcept;
  /// Since the start.
  [[nodiscard]] std::uint64_t ticks() const noexcept { return ticks_; }

  /// Whether Hello must bring a password, and whether this one will do. How long that takes says
  /// nothing about how much of it was right.
  [[nodiscard]] bool wants_password() const noexcept { return !password_.empty(); }
  [[nodiscard]] bool is_password(std::string_view word) const noexcept;
  /// For peers that connect from now on.
  void set_password(std::string password) { password_ = std::move(password); }

  /// Applies to all rooms.
  void set_playout(const voice::PlayoutOptions& options);

  /// In all rooms together.
  [[nodiscard]] std::size_t participants() const noexcept;
  /// They contributed to the last tick.
  [[nodiscard]] std::size_t contributors() const noexcept;
  [[nodiscard]] std::uint64_t packets_in() const noexcept;

 private:
  TickScratch scratch_;
  std::vector<std::unique_ptr<Room>> rooms_;  // by RoomId::index; the front room first
  std::string password_;
  std::uint64_t ticks_ = 0;
  std::uint32_t next_ = 0;  // the room to look at next in this tick
};

}  // namespace voiced

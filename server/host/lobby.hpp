// The rooms of a server, and the password that opens them. Peers sit in the front room, which
// always exists. Rooms tick one after the other, in one scratch; except for the front room, an
// empty one costs nothing per tick. Owns the rooms. Pure.
#pragma once

#include "common/core/token_bucket.hpp"
#include "server/host/login.hpp"
#include "server/room/room.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace voiced {

/// How many participants may speak Opus, in all rooms: each takes up to a hundredth of a tick while
/// it talks (docs/adr/0025-opus.md).
inline constexpr std::size_t opus_participants_max = 64;

/// Names a room of this server for as long as the server runs.
struct RoomId {
  std::uint32_t index = 0;
  friend bool operator==(RoomId, RoomId) = default;
};

inline constexpr RoomId front_room{};

/// Where a peer sits: its room, and its participant there.
struct Seat {
  RoomId room;
  ParticipantId participant;
  friend bool operator==(const Seat&, const Seat&) = default;
};

class Lobby {
 public:
  /// @param participants_max of the largest room there will be; the front room's or more
  ///                         (asserted).
  /// @param password that Hello must contain; without it a peer neither hears nor is heard. Empty:
  ///                 none is needed.
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

  /// Begins a tick, in which next_room() names every room that has to tick. The tick before must be
  /// over (asserted).
  void begin_tick() noexcept;
  /// The front room first, then all rooms that have participants; none: the tick is over. The
  /// caller ticks the room, and sends what it has mixed, before it asks for the next one.
  [[nodiscard]] std::optional<RoomId> next_room() noexcept;
  /// How many ticks have begun since the start.
  [[nodiscard]] std::uint64_t ticks() const noexcept { return ticks_; }

  /// Whether Hello must contain a password, and whether this is the one. The time that the
  /// comparison takes does not reveal how much of it was right.
  [[nodiscard]] bool wants_password() const noexcept { return !password_.empty(); }
  [[nodiscard]] bool is_password(std::string_view word) const noexcept;
  /// For peers that connect from now on.
  void set_password(std::string password) { password_ = std::move(password); }

  /// How peers prove who they are: for those that connect from now on.
  [[nodiscard]] const LoginRules& login_rules() const noexcept { return login_rules_; }
  void set_login_rules(const LoginRules& rules) noexcept { login_rules_ = rules; }
  /// Whether a peer that has shown nothing must wait outside.
  [[nodiscard]] bool is_closed() const noexcept {
    return wants_password() || login_rules_.guests == Guests::none;
  }

  /// Apply to all rooms.
  void set_playout(const voice::PlayoutOptions& options);
  void set_loudness(bool limiter, bool level_talkers);
  void set_codecs(voice::CodecSet codecs) noexcept;
  void set_opus_kbits(int kbits) noexcept;

  /// While the mixer is pressed for time, no peer is given a codec that costs much CPU time.
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
  /// How many messages a peer may have held back in a stall, and send at once when it is over. Of
  /// those in Opus, all peers together.
  [[nodiscard]] double backlog_messages() const noexcept;
  /// What may arrive late in Opus, of all peers together.
  [[nodiscard]] voice::TokenBucket& opus_backlog() noexcept { return opus_backlog_; }

  /// In all rooms together.
  [[nodiscard]] std::size_t participants() const noexcept;
  /// How many participants contributed to the last tick.
  [[nodiscard]] std::size_t contributors() const noexcept;
  [[nodiscard]] std::uint64_t packets_in() const noexcept;

 private:
  [[nodiscard]] bool has_time_for_opus() const noexcept;
  void follow(const voice::PlayoutOptions& options) noexcept;

  TickScratch scratch_;
  std::vector<std::unique_ptr<Room>> rooms_;  // by RoomId::index; the front room first
  std::string password_;
  LoginRules login_rules_;
  bool is_pressed_ = false;
  voice::Duration catch_up_max_{0};  // of all rooms; none in mode fixed
  // At least 4 s of one peer at once (follow()), and then 5 % of a processor.
  voice::TokenBucket opus_backlog_{500, 250};
  std::uint64_t ticks_ = 0;
  std::uint32_t next_ = 0;  // the room to look at next in this tick
};

}  // namespace voiced

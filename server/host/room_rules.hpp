// The settings of one room that do not concern its sound.
#pragma once

#include "server/host/room_roles.hpp"
#include "server/room/options.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace voiced {

/// What a room does about names that look like those of its other participants, or that mix
/// alphabets.
enum class NameRule : std::uint8_t {
  allow,
  mark,    // the operator is shown which
  refuse,  // newcomers with one are not let in; one that is moved in is marked
};

struct RoomRules {
  RoomOptions options;
  /// Password that a peer must prove or send; without it, it neither hears nor is heard. Empty:
  /// none is needed.
  std::string password = {};
  NameRule names = NameRule::allow;
  std::optional<Guests> guests = {};  // none: as in the front room
  RoomRoles roles = {};

  friend bool operator==(const RoomRules&, const RoomRules&) = default;
};

/// The maximum number of rooms, including the front room.
inline constexpr std::size_t rooms_max = 2048;

/// Longest name of a room, in bytes of UTF-8.
inline constexpr std::size_t room_name_bytes_max = 64;

/// Names a room for as long as it exists: a place that is used again has another generation.
struct RoomId {
  std::uint32_t index = 0;
  std::uint32_t generation = 0;
  friend bool operator==(RoomId, RoomId) = default;
};

/// The front room, which always exists.
inline constexpr RoomId front_room{};

/// Whether the operator lets peers into a room.
enum class RoomState : std::uint8_t {
  open,
  locked,  // those in it stay, and nobody comes in
  closed,  // nobody is in it
  ending,  // no longer in the configuration: ends when the last participant leaves
};

/// "open", "locked", …
[[nodiscard]] const char* to_string(RoomState state) noexcept;

}  // namespace voiced

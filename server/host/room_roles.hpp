// Roles in one room that differ from those of accounts and invitations: accounts by name, as listed
// in the room's file. Pure.
#pragma once

#include "server/host/access.hpp"

#include <functional>
#include <set>
#include <string>
#include <string_view>

namespace voiced {

/// Names of accounts, or names in certificates.
using AccountNames = std::set<std::string, std::less<>>;

struct RoomRoles {
  AccountNames members = {};    // empty: whoever may join the server
  AccountNames speakers = {};   // all others listen; empty: each account's own role
  AccountNames operators = {};  // of this room, whatever their own role

  friend bool operator==(const RoomRoles&, const RoomRoles&) = default;
};

/// Whether a peer may be in the room, locked or not. If there are members: those, the speakers and
/// operators that the room names, operators of the server, and those invited to this very room.
/// @param room its name
[[nodiscard]] bool is_admitted(const RoomRoles& roles, std::string_view room, const Access& access);

/// What it may do there. A name in a list gives the role that the list is about, even if the
/// account has less; where there are speakers, all others listen. An invitation to this very room
/// keeps its own role.
/// @param guests for peers that have proved nothing
[[nodiscard]] Role role_in(const RoomRoles& roles, Guests guests, std::string_view room,
                           const Access& access);

}  // namespace voiced

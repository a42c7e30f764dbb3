#include "server/host/room_roles.hpp"

namespace voiced {
namespace {

bool names(const AccountNames& list, const Access& access) {
  const std::string& who = access.user.empty() ? access.certificate : access.user;
  return !who.empty() && list.contains(who);
}

bool is_invited_to(std::string_view room, const Access& access) noexcept {
  return !access.invitation.empty() && access.room == room;
}

}  // namespace

bool is_admitted(const RoomRoles& roles, std::string_view room, const Access& access) {
  if (roles.members.empty() || access.role == Role::operator_) return true;
  return names(roles.members, access) || names(roles.speakers, access) ||
         names(roles.operators, access) || is_invited_to(room, access);
}

Role role_in(const RoomRoles& roles, Guests guests, std::string_view room, const Access& access) {
  if (names(roles.operators, access)) return Role::operator_;
  if (access.role == Role::operator_ || is_invited_to(room, access)) return access.role;
  if (access.is_guest && guests == Guests::listen) return Role::listener;
  if (roles.speakers.empty()) return access.role;
  return names(roles.speakers, access) ? Role::speaker : Role::listener;
}

}  // namespace voiced

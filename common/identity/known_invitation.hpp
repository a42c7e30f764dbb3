// What is known about one invitation: plain data, for lists of invitations.
#pragma once

#include "common/identity/invitation.hpp"

namespace voice::identity {

enum class InvitationState : std::uint8_t { valid, used, revoked };

/// "valid", "used", "revoked".
[[nodiscard]] constexpr const char* to_string(InvitationState state) noexcept {
  switch (state) {
    case InvitationState::valid:
      break;
    case InvitationState::used:
      return "used";
    case InvitationState::revoked:
      return "revoked";
  }
  return "valid";
}

struct KnownInvitation {
  Invitation invitation;
  InvitationState state = InvitationState::valid;
  bool is_id_alone = false;  // of the invitation only id and end are known
};

}  // namespace voice::identity

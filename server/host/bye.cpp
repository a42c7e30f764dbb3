#include "server/host/bye.hpp"

namespace voiced {

using voice::voice1::ByeCode;

const char* bye_text(CloseReason reason) noexcept {
  switch (reason) {
    case CloseReason::server_stopping:
      return "server is stopping";
    case CloseReason::kicked:
    case CloseReason::banned:
      return "removed by the operator";
    case CloseReason::bad_password:
      return "the password is wrong or missing";
    case CloseReason::bad_invitation:
      return "the invitation is invalid, or no longer valid";
    case CloseReason::login_required:
      return "an account or an invitation is required here";
    case CloseReason::login_slowed:
      return "too many failed attempts to log in; try again later";
    case CloseReason::login_busy:
      return "too many others are logging in; try again in a moment";
    case CloseReason::login_unchecked:
      return "the server cannot check passwords at the moment; try again later";
    case CloseReason::login_timeout:
      return "the login took too long";
    case CloseReason::secret_in_clear:
      return "passwords and invitations are not accepted without encryption: use TLS, or a client "
             "that can prove its password (Challenge)";
    case CloseReason::invitation_over:
      return "the invitation has expired or was revoked";
    case CloseReason::name_mixed:
      return "this name mixes letters of several alphabets that look alike, or has characters that "
             "do not belong in a name: choose another";
    case CloseReason::name_taken:
      return "this name, or one that looks like it, is already in use here: choose another";
    case CloseReason::no_room:
      return "there is no such room";
    case CloseReason::room_full:
      return "the room is full";
    case CloseReason::room_locked:
      return "the room is locked";
    case CloseReason::room_closed:
      return "the room is closed";
    case CloseReason::not_a_member:
      return "only certain accounts may enter this room";
    case CloseReason::flood:
      return "too many messages";
    case CloseReason::stalled:
      return "you accepted no data for too long";
    case CloseReason::not_heard:
      return "nothing was received from you for too long";
    default:
      return to_string(reason);
  }
}

ByeCode bye_code(CloseReason reason) noexcept {
  switch (reason) {
    case CloseReason::kicked:
      return ByeCode::kicked;
    case CloseReason::banned:
      return ByeCode::banned;
    case CloseReason::bad_password:
    case CloseReason::secret_in_clear:
      return ByeCode::password;
    case CloseReason::login_required:
    case CloseReason::not_a_member:
      return ByeCode::login;
    case CloseReason::bad_invitation:
    case CloseReason::invitation_over:
      return ByeCode::invitation;
    case CloseReason::login_slowed:
    case CloseReason::login_busy:
    case CloseReason::login_unchecked:
      return ByeCode::wait;
    case CloseReason::name_mixed:
      return ByeCode::name;
    case CloseReason::name_taken:
      return ByeCode::name_taken;
    case CloseReason::no_room:
      return ByeCode::no_room;
    case CloseReason::room_full:
      return ByeCode::room_full;
    case CloseReason::room_locked:
      return ByeCode::room_locked;
    case CloseReason::room_closed:
      return ByeCode::room_closed;
    default:
      return ByeCode::none;
  }
}

}  // namespace voiced

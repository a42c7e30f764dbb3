#include "server/host/close_reason.hpp"

namespace voiced {

const char* to_string(CloseReason reason) noexcept {
  switch (reason) {
    case CloseReason::left:
      return "left";
    case CloseReason::bye:
      return "bye";
    case CloseReason::reset:
      return "reset";
    case CloseReason::stalled:
      return "stalled";
    case CloseReason::not_heard:
      return "not_heard";
    case CloseReason::framing_negative_length:
      return "framing_negative_length";
    case CloseReason::framing_too_long:
      return "framing_too_long";
    case CloseReason::framing_timeout:
      return "framing_timeout";
    case CloseReason::handshake_failed:
      return "handshake_failed";
    case CloseReason::handshake_timeout:
      return "handshake_timeout";
    case CloseReason::cipher_broken:
      return "cipher_broken";
    case CloseReason::proxy_untrusted:
      return "proxy_untrusted";
    case CloseReason::proxy_malformed:
      return "proxy_malformed";
    case CloseReason::proxy_timeout:
      return "proxy_timeout";
    case CloseReason::hello_timeout:
      return "hello_timeout";
    case CloseReason::bad_certificate:
      return "bad_certificate";
    case CloseReason::bad_password:
      return "bad_password";
    case CloseReason::name_mixed:
      return "name_mixed";
    case CloseReason::name_taken:
      return "name_taken";
    case CloseReason::no_room:
      return "no_room";
    case CloseReason::room_full:
      return "room_full";
    case CloseReason::room_locked:
      return "room_locked";
    case CloseReason::room_closed:
      return "room_closed";
    case CloseReason::not_a_member:
      return "not_a_member";
    case CloseReason::bad_invitation:
      return "bad_invitation";
    case CloseReason::login_required:
      return "login_required";
    case CloseReason::login_slowed:
      return "login_slowed";
    case CloseReason::login_busy:
      return "login_busy";
    case CloseReason::login_unchecked:
      return "login_unchecked";
    case CloseReason::login_timeout:
      return "login_timeout";
    case CloseReason::secret_in_clear:
      return "secret_in_clear";
    case CloseReason::invitation_over:
      return "invitation_over";
    case CloseReason::flood:
      return "flood";
    case CloseReason::refused_full:
      return "refused_full";
    case CloseReason::refused_limit:
      return "refused_limit";
    case CloseReason::refused_busy:
      return "refused_busy";
    case CloseReason::refused_draining:
      return "refused_draining";
    case CloseReason::refused_banned:
      return "refused_banned";
    case CloseReason::refused_address:
      return "refused_address";
    case CloseReason::gone_at_once:
      return "gone_at_once";
    case CloseReason::kicked:
      return "kicked";
    case CloseReason::banned:
      return "banned";
    case CloseReason::server_stopping:
      return "server_stopping";
  }
  return "unknown";
}

Blame blame_of(CloseReason reason) noexcept {
  switch (reason) {
    case CloseReason::bad_password:
    case CloseReason::bad_invitation:
    case CloseReason::login_slowed:
    case CloseReason::login_timeout:
    case CloseReason::secret_in_clear:
      return Blame::login;
    case CloseReason::framing_negative_length:
    case CloseReason::framing_too_long:
    case CloseReason::framing_timeout:
    case CloseReason::handshake_failed:
    case CloseReason::bad_certificate:
    case CloseReason::handshake_timeout:
    case CloseReason::flood:
    case CloseReason::refused_limit:
    case CloseReason::refused_banned:
      return Blame::offence;
    default:
      return Blame::none;
  }
}

std::string to_string(const CloseCounters& counters) {
  std::string text;
  for (std::size_t i = 0; i < close_reason_count; ++i) {
    const auto reason = static_cast<CloseReason>(i);
    if (counters.of(reason) == 0) continue;
    if (!text.empty()) text += ',';
    text += std::string(to_string(reason)) + ':' + std::to_string(counters.of(reason));
  }
  return text.empty() ? "none" : text;
}

}  // namespace voiced

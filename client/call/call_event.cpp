#include "client/call/call_event.hpp"

#include "common/wire/text_message.hpp"

namespace voicecli {

const char* to_string(CallFailure failure) noexcept {
  switch (failure) {
    case CallFailure::not_announced:
      return "not_announced";
    case CallFailure::announce_timeout:
      return "announce_timeout";
    case CallFailure::unusable_rate:
      return "unusable_rate";
    case CallFailure::negative_length:
      return "negative_length";
    case CallFailure::message_too_long:
      return "message_too_long";
    case CallFailure::rate_withheld:
      return "rate_withheld";
    case CallFailure::no_tls:
      return "no_tls";
    case CallFailure::tls_handshake:
      return "tls_handshake";
    case CallFailure::untrusted:
      return "untrusted";
    case CallFailure::not_yet_valid:
      return "not_yet_valid";
    case CallFailure::tls_broken:
      return "tls_broken";
    case CallFailure::closed:
      return "closed";
    case CallFailure::secret_withheld:
      return "secret_withheld";
    case CallFailure::challenge_refused:
      return "challenge_refused";
    case CallFailure::challenge_cheap:
      return "challenge_cheap";
    case CallFailure::server_unproved:
      return "server_unproved";
    case CallFailure::server_silent:
      return "server_silent";
  }
  return "unknown";
}

std::string for_display(std::string_view text) {
  constexpr std::size_t bytes_max = 200;
  return voice::printable(text, bytes_max);
}

}  // namespace voicecli

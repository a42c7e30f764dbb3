#include "client/call/patience.hpp"

namespace voicecli {

bool Patience::ends_with(CallFailure failure) noexcept {
  switch (failure) {
    case CallFailure::not_announced:
    case CallFailure::no_tls:
    case CallFailure::unusable_rate:
      silences_ = 0;
      return ++wrong_answers_ >= wrong_answers_in_a_row_max || !was_joined_;
    case CallFailure::announce_timeout:
      wrong_answers_ = 0;
      return ++silences_ >= silences_in_a_row_max && !was_joined_;
    case CallFailure::negative_length:
    case CallFailure::message_too_long:
    case CallFailure::rate_withheld:
    case CallFailure::tls_handshake:
    case CallFailure::untrusted:
    case CallFailure::not_yet_valid:
    case CallFailure::tls_broken:
    case CallFailure::secret_withheld:
    case CallFailure::challenge_refused:
    case CallFailure::challenge_cheap:
    case CallFailure::server_unproved:
    case CallFailure::closed:
    case CallFailure::server_silent:
      other_failure();
      return false;
  }
  return false;
}

}  // namespace voicecli

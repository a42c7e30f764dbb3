#include "client/call/failure_text.hpp"

#include "client/call/prelude.hpp"
#include "common/audio/audio_format.hpp"

namespace voicecli {
namespace {

std::string answered(const std::string& answer) {
  return answer.empty() ? std::string{} : ": it answered " + answer;
}

std::string silence_text(const Failed& failed, const std::string& server) {
  const std::string waited = std::to_string(announce_wait_max.count()) + " s";
  if (failed.detail.empty()) {
    return server + " accepts connections but said nothing for " + waited +
           "; is it a voice server?";
  }
  return server + " did not announce itself within " + waited + answered(failed.detail);
}

}  // namespace

std::string end_text(const LinkEnd& end) {
  switch (end.how) {
    case LinkEnd::How::closed_by_server:
      return "the server closed the connection";
    case LinkEnd::How::timed_out:
      return "connection timed out";
    case LinkEnd::How::other:
      return end.system_text;
  }
  return end.system_text;
}

std::string failure_text(const Failed& failed, const std::string& server) {
  switch (failed.failure) {
    case CallFailure::not_announced:
      return server + " is not a voice server" + answered(failed.detail);
    case CallFailure::announce_timeout:
      return silence_text(failed, server);
    case CallFailure::unusable_rate:
      return server + " holds its conference at " + failed.detail + " Hz; voicecli supports " +
             std::to_string(voice::rate_hz_min) + " to " + std::to_string(voice::rate_hz_max) +
             " Hz";
    case CallFailure::negative_length:
    case CallFailure::message_too_long:
      return server + " violated the protocol: invalid message length (" +
             to_string(failed.failure) + ")";
    case CallFailure::rate_withheld:
      return server + " violated the protocol: it offered " + failed.detail +
             " Hz but did not switch to it";
    case CallFailure::no_tls:
      return server + " does not speak TLS; leave out --tls, or name the port where it does";
    case CallFailure::tls_handshake:
      return "TLS handshake with " + server + " failed: " + failed.detail;
    case CallFailure::untrusted:
      return server + " is not trusted: " + failed.detail;
    case CallFailure::not_yet_valid:
      return server + " is not trusted yet: " + failed.detail + "; check this machine's clock";
    case CallFailure::tls_broken:
      return "the encrypted connection to " + server + " is broken: " + failed.detail;
    case CallFailure::closed:
      return end_text({LinkEnd::How::closed_by_server});
    case CallFailure::secret_withheld:
      return "refusing to send a password or invitation to " + server +
             " unencrypted; use --tls, or --allow-plaintext-secrets if others on the network may "
             "read it";
    case CallFailure::challenge_refused:
      return server + " asks for a password proof that voicecli cannot compute: the cost (" +
             failed.detail + ") is out of range, or there is not enough memory";
    case CallFailure::challenge_cheap:
      return server + " asks for a password proof that costs only " + failed.detail +
             ": an impostor could guess the password from it; check its address, or use --tls";
    case CallFailure::server_unproved:
      return server +
             " does not know the password that it asked for: it may be an impostor; check its "
             "address, or use --tls";
    case CallFailure::server_silent:
      return "nothing came from the server for 30 s, not even an answer to a Ping";
  }
  return to_string(failed.failure);
}

std::string closed_early_text(const std::string& server, const std::string& answer,
                              const std::string& reason) {
  return server + " closed the connection before announcing itself (" + reason + ")" +
         answered(answer);
}

}  // namespace voicecli

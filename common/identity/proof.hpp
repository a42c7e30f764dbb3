// How a password is proved without being sent: SCRAM (RFC 5802, RFC 7677) with Argon2id instead of
// PBKDF2. The server keeps a Verifier, from which the password can only be guessed, and with
// which nobody can log in. Pure, but for the library behind crypto.hpp.
//
//   salted = argon2id(password, salt)       stored_key = sha256(hmac(salted, "Client Key"))
//                                           server_key = hmac(salted, "Server Key")
//   client's proof = hmac(salted, "Client Key") xor hmac(stored_key, all that was said)
//   server's proof = hmac(server_key, all that was said)
#pragma once

#include "common/identity/crypto.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace voice::identity {

/// What the server, and a users file, stores of a password.
struct Verifier {
  Salt salt{};
  Cost cost;
  Key stored_key{};
  Key server_key{};
  friend bool operator==(const Verifier&, const Verifier&) = default;
};

/// Takes as long as argon2id(), and fails when that does.
[[nodiscard]] std::optional<Verifier> make_verifier(std::string_view password, const Salt& salt,
                                                    Cost cost = {});

enum class Comparison : std::uint8_t {
  same,
  different,
  failed,  // argon2id() has failed, so nobody knows
};

/// Whether this is the password. Takes as long for a wrong one as for the right one.
[[nodiscard]] Comparison compare(const Verifier& verifier, std::string_view password);

/// "$argon2id$v=19$m=19456,t=2,p=1$SALT$STORED$SERVER", in base64 without padding.
[[nodiscard]] std::string to_string(const Verifier& verifier);
/// None if `text` is anything else, or its cost is not bearable.
[[nodiscard]] std::optional<Verifier> parse_verifier(std::string_view text);

/// The whole exchange: the proofs show that both ends have seen the same one.
struct Exchange {
  std::string_view user;  // empty: the conference's password
  std::string_view client_nonce;
  std::string_view server_nonce;
  std::string_view salt;  // as it was sent
  Cost cost;
};

/// What the client sends, and what it expects from the server.
struct Proofs {
  std::string client;
  std::string server;
};

/// The client's part. None when the challenge is not acceptable (cost out of bounds, invalid salt),
/// or there is no memory. Takes as long as argon2id().
[[nodiscard]] std::optional<Proofs> prove(const Exchange& exchange, std::string_view password);

/// The server's part: its own proof if the client's is right; none if it is not. Microseconds.
[[nodiscard]] std::optional<std::string> check_proof(const Exchange& exchange,
                                                     const Verifier& verifier,
                                                     std::string_view client_proof);

}  // namespace voice::identity

// How a peer proves who it is, as plain values. A Session turns what the peer says into a Claim;
// the Host hands that to its shell, which knows the accounts and the secrets, and returns a
// Judgement.
#pragma once

#include "common/wire/voice1.hpp"
#include "server/host/access.hpp"
#include "server/host/peer_id.hpp"

#include <cstdint>
#include <string>
#include <variant>

namespace voiced {

/// On which connections without encryption a password or an invitation is accepted. This does not
/// apply to passwords that are proved by a Challenge, because they are not sent.
enum class PlainSecrets : std::uint8_t { none, loopback, all };

struct LoginRules {
  Guests guests = Guests::speak;  // of the front room, and of rooms that say nothing else
  PlainSecrets plain_secrets = PlainSecrets::loopback;
  bool has_judge = false;  // the shell answers claims; without it there are no challenges
  bool has_accounts = false;

  friend bool operator==(const LoginRules&, const LoginRules&) = default;
};

/// What the server asks (voice1::Challenge). Texts are base64.
struct LoginChallenge {
  std::string nonce;
  std::string salt;
  std::uint32_t memory_kib = 0;
  std::uint32_t passes = 0;
};

namespace claim {

/// In the clear. @param user empty: of the conference
struct Password {
  std::string user;
  std::string password;
  std::string room = {};  // that it asks for, and whose password it is if there is no user
};
/// Asks for a challenge.
struct Opening {
  std::string user;  // empty: of the conference
  std::string nonce;
  std::string room = {};
};
/// The answer to it.
struct Proof {
  std::string user;
  std::string nonce;
  LoginChallenge challenge;
  std::string proof;
  std::string room = {};
};
struct Invitation {
  std::string token;
};
/// The client's certificate, which was verified during the handshake.
struct Certificate {
  std::string name;
};

}  // namespace claim

using Claim = std::variant<claim::Password, claim::Opening, claim::Proof, claim::Invitation,
                           claim::Certificate>;

/// The account that a claim is about; empty: none.
[[nodiscard]] std::string_view user_of(const Claim& claim) noexcept;

/// Whether the claim can be wrong.
[[nodiscard]] bool is_guess(const Claim& claim) noexcept;

namespace verdict {

/// To a claim::Opening only.
struct Asked {
  LoginChallenge challenge;
};
struct Granted {
  Access access;
  std::string name = {};   // that it must have; empty: its own choice
  std::string proof = {};  // that the server knows the password, too
};
/// The claim is wrong. Does not reveal whether there is such an account.
struct Denied {
  std::string why;  // for the log
};
/// Nobody knows whether the claim is true, because it could not be checked: the peer is not let in,
/// but has not guessed wrong either.
struct Unchecked {
  std::string why;  // for the log
};

}  // namespace verdict

using Judgement =
    std::variant<verdict::Asked, verdict::Granted, verdict::Denied, verdict::Unchecked>;

/// A claim to be judged: Host::take_checks().
struct Check {
  PeerId peer;
  Claim claim;
};

/// The word for it on the wire.
[[nodiscard]] voice::voice1::Role word_of(Role role) noexcept;

}  // namespace voiced

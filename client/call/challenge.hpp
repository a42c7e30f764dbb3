// The server's challenge to a client that knows a password, and the answer (docs/protocol.md §7).
// Plain values: computing the answer takes tens of milliseconds and a library, so the shell does
// that.
#pragma once

#include <cstdint>
#include <string>

namespace voicecli {

/// Of Argon2id, which a proof is made with. The default is less than any challenge costs.
struct ProofCost {
  std::uint32_t memory_kib = 0;
  std::uint32_t passes = 0;
};

struct Challenge {
  std::string user;  // empty: the conference's password
  std::string password;
  std::string client_nonce;
  std::string server_nonce;
  std::string salt;
  ProofCost cost;
};

struct Answer {
  std::string client_nonce;   // of the challenge
  std::string proof;          // to be sent; empty: there is no answer to that challenge
  std::string servers_proof;  // to be expected
};

}  // namespace voicecli

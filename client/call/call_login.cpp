// How a call logs in, before Welcome (docs/protocol.md §7).
#include "client/call/call.hpp"
#include "common/core/assert.hpp"

namespace voicecli {

namespace voice1 = voice::voice1;

namespace {

std::string to_string(ProofCost cost) {
  return std::to_string(cost.memory_kib) + " KiB, " + std::to_string(cost.passes) + " passes";
}

}  // namespace

bool Call::may_send_secrets() const noexcept {
  return options_.may_send_plainly || !channel_.description().empty();
}

// Proves the password if the server supports that; otherwise sends it if nobody else can read it.
// False: the user's account or invitation would have to be sent so that others could read it.
bool Call::add_secrets(voice1::Hello& hello, bool has_challenges) {
  asks_challenge_ = has_challenges && !options_.nonce.empty() && !options_.password.empty() &&
                    options_.token.empty();
  hello.user = options_.user;
  if (asks_challenge_) {
    hello.nonce = options_.nonce;
    return true;
  }
  if (may_send_secrets()) {
    hello.password = options_.password;
    hello.token = options_.token;
    return true;
  }
  // The conference may need no password.
  withholds_password_ = !options_.password.empty();
  return options_.token.empty() && options_.user.empty();
}

void Call::challenged(const voice1::Challenge& challenge) {
  if (!asks_challenge_ || challenge_ || welcomed_) {
    ++ignored_messages_;
    return;
  }
  VOICE_ASSERT(!options_.nonce.empty() && !options_.password.empty());
  const ProofCost cost{challenge.memory_kib.value_or(0), challenge.passes.value_or(0)};
  const ProofCost least = options_.proof_cost_min;
  const bool is_cheap = cost.memory_kib < least.memory_kib || cost.passes < least.passes;
  if (is_cheap && !may_send_secrets()) return fail(CallFailure::challenge_cheap, to_string(cost));
  challenge_ = Challenge{options_.user,
                         options_.password,
                         options_.nonce,
                         std::string(challenge.nonce),
                         std::string(challenge.salt),
                         cost};
  report(Challenged{});
}

std::optional<Challenge> Call::challenge() const {
  return challenge_;
}

void Call::answer(const Answer& answer, voice::TimePoint now) {
  if (ended_ || !challenge_ || answer.client_nonce != options_.nonce || welcomed_) return;
  if (answer.proof.empty()) {
    return fail(CallFailure::challenge_refused, to_string(challenge_->cost));
  }
  servers_proof_ = answer.servers_proof;
  say(voice1::Proof{answer.proof}, now);
}

}  // namespace voicecli

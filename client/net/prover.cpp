#include "client/net/prover.hpp"

#include "common/identity/proof.hpp"

#include <system_error>
#include <utility>

namespace voicecli {

void Prover::begin(Challenge challenge) {
  if (task_) {
    waiting_ = std::move(challenge);
  } else {
    start(challenge);
  }
}

void Prover::start(const Challenge& challenge) {
  try {
    task_.emplace([compute = compute_, challenge] { return compute(challenge); });
  } catch (const std::system_error&) {
    failed_ = Answer{challenge.client_nonce, {}, {}};
  }
}

std::optional<Answer> Prover::take() {
  if (failed_) return std::exchange(failed_, std::nullopt);
  if (!task_) return std::nullopt;
  auto answer = task_->take();
  if (!answer) return std::nullopt;
  task_.reset();
  if (const auto next = std::exchange(waiting_, std::nullopt)) start(*next);
  return answer;
}

Answer prove(const Challenge& challenge) {
  const auto proofs = voice::identity::prove({challenge.user,
                                              challenge.client_nonce,
                                              challenge.server_nonce,
                                              challenge.salt,
                                              {challenge.cost.memory_kib, challenge.cost.passes}},
                                             challenge.password);
  if (!proofs) return {challenge.client_nonce, {}, {}};
  return {challenge.client_nonce, proofs->client, proofs->server};
}

}  // namespace voicecli

// Computes the answers to a server's challenges in another thread, one at a time: each may take
// seconds and hundreds of megabytes, and a server that drops us could ask for another one at every
// attempt. Owned by Client.
#pragma once

#include "client/call/challenge.hpp"
#include "common/background/background_task.hpp"

#include <functional>
#include <optional>

namespace voicecli {

class Prover {
 public:
  /// @param compute runs in another thread, and must not throw; an answer with an empty proof says
  /// that there is none.
  explicit Prover(std::function<Answer(const Challenge&)> compute) : compute_(std::move(compute)) {}

  /// Begins with the answer, unless another one is being computed: then the newest challenge waits
  /// until that has been done.
  void begin(Challenge challenge);
  /// The challenge that waits needs no answer any more.
  void forget_waiting() noexcept { waiting_.reset(); }

  /// An answer that has been computed, once. Never waits for it.
  [[nodiscard]] std::optional<Answer> take();

 private:
  void start(const Challenge& challenge);

  std::function<Answer(const Challenge&)> compute_;
  std::optional<voice::BackgroundTask<Answer>> task_;
  std::optional<Challenge> waiting_;
  std::optional<Answer> failed_;  // the system has no thread left
};

/// Computes the answer with voice::identity::prove().
[[nodiscard]] Answer prove(const Challenge& challenge);

}  // namespace voicecli

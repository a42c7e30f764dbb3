// Compares passwords with verifiers, and makes verifiers of passwords, in a thread of its own, one
// after the other: each takes tens of milliseconds and 19 MiB. Owns the thread.
#pragma once

#include "common/background/worker.hpp"
#include "common/identity/proof.hpp"
#include "server/host/peer_id.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace voiced {

class PasswordWorker {
 public:
  struct Job {
    PeerId peer;
    std::optional<voice::identity::Verifier> verifier;  // none: one is to be made
    std::string password;
  };
  struct Outcome {
    PeerId peer;
    voice::identity::Comparison result;             // of a password with a verifier
    std::optional<voice::identity::Verifier> made;  // of one without; none: there is no memory
  };
  using Compare = voice::identity::Comparison (*)(const voice::identity::Verifier& verifier,
                                                  std::string_view password);

  /// @param compare called by the thread
  explicit PasswordWorker(Compare compare = voice::identity::compare);
  PasswordWorker(const PasswordWorker&) = delete;
  PasswordWorker& operator=(const PasswordWorker&) = delete;

  /// Never waits. False: there are jobs_max already, or the system has no thread left.
  [[nodiscard]] bool ask(Job job);
  [[nodiscard]] std::vector<Outcome> take();

  /// More than a host has logins under way.
  static constexpr std::size_t jobs_max = 256;

 private:
  struct Shared;

  Compare compare_;
  std::shared_ptr<Shared> shared_;
  std::optional<voice::Worker> worker_;  // from the first job on
};

}  // namespace voiced

// Checks who the simulated peers are: accounts with the real proofs, and real invitations. All
// randomness comes from the seed, and each verdict takes some ticks.
#pragma once

#include "common/identity/invitation.hpp"
#include "server/host/login.hpp"

#include "tests/sim/world/random.hpp"

#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace sim {

class Porter {
 public:
  explicit Porter(Random random);

  /// Whether this build can check proofs and invitations.
  [[nodiscard]] static bool is_available() noexcept { return voice::identity::is_available(); }

  void add_account(const std::string& user, const std::string& password, voiced::Role role);
  /// A token that is valid until then, and for one connection only if `is_once`.
  [[nodiscard]] std::string invite(std::chrono::sys_seconds until, bool is_once = false);
  void revoke(const std::string& token);
  [[nodiscard]] std::string id_of(const std::string& token) const;

  void ask(voiced::Check check, std::chrono::sys_seconds today);
  struct Verdict {
    voiced::PeerId peer;
    voiced::Judgement judgement;
  };
  /// Call it once a tick: gives the verdicts that are due.
  [[nodiscard]] std::vector<Verdict> next();

  /// The number of wrong proofs and tokens.
  [[nodiscard]] int denied() const noexcept { return denied_; }

 private:
  struct Account {
    voice::identity::Verifier verifier;
    voiced::Role role;
  };
  struct Waiting {
    Verdict verdict;
    int ticks;  // until it is due
  };

  template <class Bytes>
  [[nodiscard]] Bytes drawn();
  [[nodiscard]] voiced::Judgement judge(const voiced::Claim& claim, std::chrono::sys_seconds today);
  [[nodiscard]] voiced::Judgement prove(const voiced::claim::Proof& proof) const;
  [[nodiscard]] voiced::Judgement invited(const std::string& token, std::chrono::sys_seconds today);
  [[nodiscard]] const Account& account_of(const std::string& user) const;

  Random random_;
  voice::identity::Key key_;
  Account nobody_;
  std::map<std::string, Account, std::less<>> accounts_;
  std::set<std::string> over_;  // ids of invitations that are used up or revoked
  std::deque<Waiting> waiting_;
  int denied_ = 0;
};

}  // namespace sim

#include "tests/sim/shell/porter.hpp"

#include "common/identity/base64.hpp"
#include "common/wire/name_look.hpp"

#include "tests/sim/world/world.hpp"

#include <array>

namespace sim {
namespace {

namespace identity = voice::identity;
using std::chrono::sys_seconds;
using voiced::Judgement;

constexpr std::size_t ticks_max = 4;

}  // namespace

template <class Bytes>
Bytes Porter::drawn() {
  Bytes bytes{};
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random_.next());
  return bytes;
}

// A name without an account has no right password.
Porter::Porter(Random random) : random_(random), key_(drawn<identity::Key>()) {
  nobody_ = {
      {drawn<identity::Salt>(), identity::cost_min, drawn<identity::Key>(), drawn<identity::Key>()},
      voiced::Role::speaker};
  // The table of look-alikes is made with the first name, so that no visitor is charged for its
  // memory.
  (void)voice::look_of("anna");
}

void Porter::add_account(const std::string& user, const std::string& password, voiced::Role role) {
  const auto verifier =
      identity::make_verifier(password, drawn<identity::Salt>(), identity::cost_min);
  promise(verifier.has_value(), "a verifier can be made");
  accounts_.insert_or_assign(user, Account{*verifier, role});
}

std::string Porter::invite(sys_seconds until, bool is_once) {
  return identity::make_token({.id = identity::to_base64(drawn<std::array<std::uint8_t, 9>>()),
                               .until = until,
                               .is_once = is_once},
                              key_);
}

std::string Porter::id_of(const std::string& token) const {
  const auto read = identity::read_token(token, key_, sys_seconds{});
  promise(read.has_value(), "an invitation of our own can be read");
  return read->id;
}

void Porter::revoke(const std::string& token) {
  over_.insert(id_of(token));
}

void Porter::ask(voiced::Check check, sys_seconds today) {
  Judgement judgement = judge(check.claim, today);
  if (std::holds_alternative<voiced::verdict::Denied>(judgement)) ++denied_;
  const int ticks = static_cast<int>(random_.below(ticks_max));
  waiting_.push_back({{check.peer, std::move(judgement)}, ticks});
}

std::vector<Porter::Verdict> Porter::next() {
  std::vector<Verdict> due;
  for (std::size_t left = waiting_.size(); left > 0; --left) {
    Waiting waiting = std::move(waiting_.front());
    waiting_.pop_front();
    if (waiting.ticks-- == 0) {
      due.push_back(std::move(waiting.verdict));
    } else {
      waiting_.push_back(std::move(waiting));
    }
  }
  return due;
}

const Porter::Account& Porter::account_of(const std::string& user) const {
  const auto found = accounts_.find(user);
  return found == accounts_.end() ? nobody_ : found->second;
}

Judgement Porter::judge(const voiced::Claim& claim, sys_seconds today) {
  if (const auto* const opening = std::get_if<voiced::claim::Opening>(&claim)) {
    const identity::Verifier& verifier = account_of(opening->user).verifier;
    return voiced::verdict::Asked{{.nonce = identity::to_base64(drawn<identity::Salt>()),
                                   .salt = identity::to_base64(verifier.salt),
                                   .memory_kib = verifier.cost.memory_kib,
                                   .passes = verifier.cost.passes}};
  }
  if (const auto* const proof = std::get_if<voiced::claim::Proof>(&claim)) return prove(*proof);
  const auto* const invitation = std::get_if<voiced::claim::Invitation>(&claim);
  promise(invitation != nullptr, "a client never sends its password, and shows no certificate");
  return invited(invitation->token, today);
}

Judgement Porter::prove(const voiced::claim::Proof& proof) const {
  const Account& account = account_of(proof.user);
  const auto ours = identity::check_proof({proof.user,
                                           proof.nonce,
                                           proof.challenge.nonce,
                                           proof.challenge.salt,
                                           {proof.challenge.memory_kib, proof.challenge.passes}},
                                          account.verifier, proof.proof);
  if (!ours) return voiced::verdict::Denied{"wrong password"};
  return voiced::verdict::Granted{
      .access = {.is_guest = false, .role = account.role, .user = proof.user}, .proof = *ours};
}

Judgement Porter::invited(const std::string& token, sys_seconds today) {
  const auto read = identity::read_token(token, key_, today);
  if (!read) return voiced::verdict::Denied{identity::to_string(read.error())};
  if (over_.contains(read->id)) return voiced::verdict::Denied{"revoked, or already used"};
  if (read->is_once) over_.insert(read->id);
  return voiced::verdict::Granted{
      .access = {.is_guest = false, .invitation = read->id, .until = read->until}};
}

}  // namespace sim

#include "server/login/accounts.hpp"

#include "common/core/assert.hpp"
#include "common/identity/base64.hpp"
#include "server/room/options.hpp"

#include <algorithm>
#include <utility>

namespace voiced {
namespace {

namespace identity = voice::identity;
using std::chrono::sys_seconds;

Role role_of(identity::UserRole role) noexcept {
  switch (role) {
    case identity::UserRole::listener:
      return Role::listener;
    case identity::UserRole::speaker:
      break;
    case identity::UserRole::operator_:
      return Role::operator_;
  }
  return Role::speaker;
}

}  // namespace

Accounts::Accounts(PasswordWorker::Compare comparer)
    : decoy_(identity::make_random<identity::Key>()), worker_(comparer) {}

void Accounts::ask(Check check, sys_seconds today) {
  const PeerId peer = check.peer;
  if (auto* const password = std::get_if<claim::Password>(&check.claim)) {
    return compare(peer, std::move(*password));
  }
  if (const auto* const opening = std::get_if<claim::Opening>(&check.claim)) {
    done_.push_back({peer, open(*opening)});
  } else if (const auto* const proof = std::get_if<claim::Proof>(&check.claim)) {
    done_.push_back({peer, prove(*proof)});
  } else if (const auto* const certificate = std::get_if<claim::Certificate>(&check.claim)) {
    done_.push_back({peer, certified(*certificate)});
  } else {
    done_.push_back({peer, invited(std::get<claim::Invitation>(check.claim), today)});
  }
}

std::vector<Judged> Accounts::take() {
  for (const PasswordWorker::Outcome& outcome : worker_.take()) {
    const auto asked = std::find_if(compared_.begin(), compared_.end(),
                                    [&](const auto& each) { return each.first == outcome.peer; });
    VOICE_ASSERT(asked != compared_.end());
    done_.push_back({outcome.peer, compared(asked->second, outcome.result)});
    compared_.erase(asked);
  }
  return std::exchange(done_, {});
}

// Of a name that has no account, or no password: one that nothing fits, at the same price.
identity::Verifier Accounts::verifier_of(std::string_view user, std::string_view room) const {
  static const identity::Users nobody;
  if (user.empty()) {
    auto found = passwords_.find(room);
    if (found == passwords_.end()) found = passwords_.find(std::string_view(front_room_name));
    if (found != passwords_.end()) return found->second;
  }
  return (users_ == nullptr ? nobody : *users_).verifier_of(user, decoy_);
}

Judgement Accounts::open(const claim::Opening& opening) const {
  const identity::Verifier verifier = verifier_of(opening.user, opening.room);
  return verdict::Asked{{.nonce = identity::to_base64(identity::make_random<identity::Salt>()),
                         .salt = identity::to_base64(verifier.salt),
                         .memory_kib = verifier.cost.memory_kib,
                         .passes = verifier.cost.passes}};
}

Judgement Accounts::prove(const claim::Proof& proof) const {
  const identity::Exchange exchange{proof.user,
                                    proof.nonce,
                                    proof.challenge.nonce,
                                    proof.challenge.salt,
                                    {proof.challenge.memory_kib, proof.challenge.passes}};
  const auto ours =
      identity::check_proof(exchange, verifier_of(proof.user, proof.room), proof.proof);
  return ours ? granted(proof.user, *ours) : verdict::Denied{"wrong password"};
}

void Accounts::compare(PeerId peer, claim::Password claim) {
  const identity::Verifier verifier = verifier_of(claim.user, claim.room);
  if (!worker_.ask({peer, verifier, std::move(claim.password)})) {
    done_.push_back({peer, verdict::Unchecked{"no thread can check it, or too many wait for one"}});
    return;
  }
  compared_.emplace_back(peer, std::move(claim.user));
  VOICE_ASSERT(compared_.size() <= 2 * PasswordWorker::jobs_max);
}

Judgement Accounts::compared(std::string_view user, identity::Comparison result) const {
  if (result == identity::Comparison::same) return granted(user, {});
  if (result == identity::Comparison::different) return verdict::Denied{"wrong password"};
  return verdict::Unchecked{"not enough memory to hash the password"};
}

// The account may have been removed since the claim was made.
Judgement Accounts::granted(std::string_view user, std::string proof) const {
  verdict::Granted granted{.access = {}, .proof = std::move(proof)};
  if (user.empty()) return granted;
  const auto found = users_ == nullptr ? nullptr : &users_->by_name;
  const auto account = found == nullptr ? decltype(found->end()){} : found->find(user);
  if (found == nullptr || account == found->end()) return verdict::Denied{"account removed"};
  granted.access = {
      .is_guest = false, .role = role_of(account->second.role), .user = std::string(user)};
  return granted;
}

// An account of the same name says what it may do.
Judgement Accounts::certified(const claim::Certificate& claim) const {
  verdict::Granted granted{.access = {.is_guest = false, .certificate = claim.name},
                           .name = claim.name};
  if (users_ == nullptr) return granted;
  const auto account = users_->by_name.find(claim.name);
  if (account == users_->by_name.end()) return granted;
  granted.access.role = role_of(account->second.role);
  granted.access.user = claim.name;
  return granted;
}

Judgement Accounts::invited(const claim::Invitation& claim, sys_seconds today) {
  if (!invitation_key_) return verdict::Denied{"this server has no invitations"};
  const auto read = identity::read_token(claim.token, *invitation_key_, today);
  if (!read) return verdict::Denied{identity::to_string(read.error())};
  if (const auto how = ended_.find(read->id)) {
    const bool is_used = *how == identity::EndedBy::used;
    return verdict::Denied{is_used ? "already used" : "revoked"};
  }
  if (read->is_once && !use_up(*read, today)) {
    return verdict::Denied{"too many invitations have been used or revoked"};
  }
  return verdict::Granted{.access = {.is_guest = false,
                                     .role = role_of(read->role),
                                     .invitation = read->id,
                                     .room = read->room,
                                     .until = read->until},
                          .name = read->name};
}

// Those that have expired give their places to others.
bool Accounts::use_up(const identity::Invitation& invitation, sys_seconds today) {
  const auto add = [&] {
    return ended_.add(invitation.id, identity::EndedBy::used, invitation.until);
  };
  if (!add() && !(ended_.expire(today) && add())) return false;
  if (changed_) changed_();
  return true;
}

void Accounts::was_not_used(std::string_view invitation) {
  if (ended_.give_back(invitation) && changed_) changed_();
}

voice::expected<std::string, std::string> Accounts::invite(const identity::Invitation& invitation) {
  if (!identity::is_available()) return voice::unexpected(std::string(identity::absent_text));
  if (!invitation_key_) {
    return voice::unexpected(std::string(
        "there is no key for invitations; set state-directory, where voiced keeps one"));
  }
  if (made_.size() == made_invitations_max) made_.pop_front();
  made_.push_back(invitation);
  return identity::make_token(invitation, *invitation_key_);
}

std::vector<identity::KnownInvitation> Accounts::invitations(sys_seconds today) const {
  using identity::InvitationState;
  std::map<std::string, identity::KnownInvitation> known;
  for (const identity::Invitation& made : made_) {
    if (made.until > today) known.emplace(made.id, identity::KnownInvitation{made});
  }
  ended_.for_each([&](const std::string& id, identity::EndedBy how, sys_seconds until) {
    if (until <= today) return;
    const bool is_used = how == identity::EndedBy::used;
    const identity::KnownInvitation alone{{.id = id, .until = until}, {}, true};
    known.try_emplace(id, alone).first->second.state =
        is_used ? InvitationState::used : InvitationState::revoked;
  });
  std::vector<identity::KnownInvitation> all;
  all.reserve(known.size());
  for (auto& [id, invitation] : known) all.push_back(std::move(invitation));
  return all;
}

voice::expected<std::string, std::string> Accounts::revoke(std::string_view id_or_token,
                                                           sys_seconds today) {
  std::string id(id_or_token);
  sys_seconds until = today + std::chrono::hours{24 * 366};
  if (!identity::is_invitation_id(id)) {
    if (!invitation_key_) return voice::unexpected(std::string("this server has no invitations"));
    const auto read = identity::read_token(id_or_token, *invitation_key_, today);
    if (!read) {
      return voice::unexpected("this is neither the id of an invitation nor a valid token: " +
                               std::string(identity::to_string(read.error())));
    }
    id = read->id;
    until = read->until;
  }
  ended_.expire(today);
  if (ended_.add(id, identity::EndedBy::revoked, until)) return id;
  return voice::unexpected("there are already " + std::to_string(identity::ended_invitations_max) +
                           " invitations on the list, the maximum; a new key would "
                           "invalidate all of them (docs/security.md)");
}

}  // namespace voiced

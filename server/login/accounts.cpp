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

constexpr const char* no_memory = "not enough memory to hash the password";
constexpr const char* no_thread =
    "no thread is available to check it, or too many checks are queued";

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

verdict::Asked challenge_of(const identity::Verifier& verifier) {
  return {{.nonce = identity::to_base64(identity::make_random<identity::Salt>()),
           .salt = identity::to_base64(verifier.salt),
           .memory_kib = verifier.cost.memory_kib,
           .passes = verifier.cost.passes}};
}

verdict::Granted granted_by(const identity::Invitation& invitation) {
  return {.access = {.is_guest = false,
                     .role = role_of(invitation.role),
                     .invitation = invitation.id,
                     .room = invitation.room,
                     .until = invitation.until},
          .name = invitation.name};
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
    open(peer, *opening);
  } else if (const auto* const proof = std::get_if<claim::Proof>(&check.claim)) {
    done_.push_back({peer, prove(*proof)});
  } else if (const auto* const certificate = std::get_if<claim::Certificate>(&check.claim)) {
    done_.push_back({peer, certified(*certificate)});
  } else {
    invited(peer, std::get<claim::Invitation>(check.claim), today);
  }
}

std::vector<Judged> Accounts::take() {
  for (const PasswordWorker::Outcome& outcome : worker_.take()) {
    const bool is_compared = std::any_of(compared_.begin(), compared_.end(), [&](const auto& each) {
      return each.first == outcome.peer;
    });
    is_compared ? compared(outcome.peer, outcome.result) : made(outcome.peer, outcome.made);
  }
  return std::exchange(done_, {});
}

void Accounts::set_passwords(const Passwords& passwords) {
  std::map<std::string_view, std::shared_ptr<RoomPassword>> by_text;
  const auto before = std::exchange(passwords_, {});
  for (const auto& [room, password] : before) by_text.emplace(password->text, password);
  for (const auto& [room, text] : passwords) {
    VOICE_ASSERT(!text.empty());
    auto found = by_text.find(text);
    if (found == by_text.end()) {
      auto added = std::make_shared<RoomPassword>(RoomPassword{text});
      found = by_text.emplace(added->text, added).first;
    }
    passwords_.emplace(room, found->second);
  }
}

/// Null: neither this room nor the front room has one.
std::shared_ptr<Accounts::RoomPassword> Accounts::password_of(std::string_view room) const {
  auto found = passwords_.find(room);
  if (found == passwords_.end()) found = passwords_.find(std::string_view(front_room_name));
  return found == passwords_.end() ? nullptr : found->second;
}

// The verifier of the account; for other names, one that no password matches, at a usual cost.
identity::Verifier Accounts::verifier_of(std::string_view user) const {
  static const identity::Users nobody;
  return (users_ == nullptr ? nobody : *users_).verifier_of(user, decoy_);
}

void Accounts::open(PeerId peer, const claim::Opening& opening) {
  const auto password = opening.user.empty() ? password_of(opening.room) : nullptr;
  if (password == nullptr) {
    done_.push_back({peer, challenge_of(verifier_of(opening.user))});
    return;
  }
  if (password->verifier) {
    done_.push_back({peer, challenge_of(*password->verifier)});
    return;
  }
  if (!password->is_being_made && !worker_.ask({peer, {}, password->text})) {
    done_.push_back({peer, verdict::Unchecked{no_thread}});
    return;
  }
  password->is_being_made = true;
  waiting_.push_back({peer, password});
  VOICE_ASSERT(waiting_.size() <= 2 * PasswordWorker::jobs_max);
}

/// The verifier that `first` and others wait for has been made; none: there was no memory for it.
void Accounts::made(PeerId first, const std::optional<identity::Verifier>& verifier) {
  const auto found = std::find_if(waiting_.begin(), waiting_.end(),
                                  [&](const Waiting& each) { return each.peer == first; });
  VOICE_ASSERT(found != waiting_.end() && found->password->is_being_made);
  const std::shared_ptr<RoomPassword> password = found->password;
  password->is_being_made = false;
  password->verifier = verifier;
  std::erase_if(waiting_, [&](const Waiting& each) {
    if (each.password != password) return false;
    done_.push_back({each.peer, verifier ? Judgement(challenge_of(*verifier))
                                         : Judgement(verdict::Unchecked{no_memory})});
    return true;
  });
}

Judgement Accounts::prove(const claim::Proof& proof) const {
  const identity::Exchange exchange{proof.user,
                                    proof.nonce,
                                    proof.challenge.nonce,
                                    proof.challenge.salt,
                                    {proof.challenge.memory_kib, proof.challenge.passes}};
  const auto password = proof.user.empty() ? password_of(proof.room) : nullptr;
  // A password that has changed since the challenge may not have a verifier yet; no proof is valid.
  const bool has_verifier = password != nullptr && password->verifier;
  const auto ours = identity::check_proof(
      exchange, has_verifier ? *password->verifier : verifier_of(proof.user), proof.proof);
  return ours ? granted(proof.user, *ours) : verdict::Denied{"wrong password"};
}

void Accounts::compare(PeerId peer, claim::Password claim) {
  if (claim.user.empty()) {
    const auto password = password_of(claim.room);
    const bool is_right =
        password != nullptr && identity::are_equal(identity::hmac(decoy_, claim.password),
                                                   identity::hmac(decoy_, password->text));
    done_.push_back({peer, is_right ? granted({}, {}) : verdict::Denied{"wrong password"}});
    return;
  }
  if (!worker_.ask({peer, verifier_of(claim.user), std::move(claim.password)})) {
    done_.push_back({peer, verdict::Unchecked{no_thread}});
    return;
  }
  compared_.emplace_back(peer, std::move(claim.user));
  VOICE_ASSERT(compared_.size() <= 2 * PasswordWorker::jobs_max);
}

void Accounts::compared(PeerId peer, identity::Comparison result) {
  const auto asked = std::find_if(compared_.begin(), compared_.end(),
                                  [&](const auto& each) { return each.first == peer; });
  VOICE_ASSERT(asked != compared_.end());
  const std::string user = std::move(asked->second);
  compared_.erase(asked);
  Judgement judgement = verdict::Denied{"wrong password"};
  if (result == identity::Comparison::same) judgement = granted(user, {});
  if (result == identity::Comparison::failed) judgement = verdict::Unchecked{no_memory};
  done_.push_back({peer, std::move(judgement)});
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

// The account of the same name, if there is one, gives the role.
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

void Accounts::invited(PeerId peer, const claim::Invitation& claim, sys_seconds today) {
  const auto deny = [&](const char* why) { done_.push_back({peer, verdict::Denied{why}}); };
  if (!invitation_key_) return deny("this server has no invitations");
  const auto read = identity::read_token(claim.token, *invitation_key_, today);
  if (!read) return deny(identity::to_string(read.error()));
  if (const auto how = ended_.find(read->id)) {
    return deny(*how == identity::EndedBy::used ? "already used" : "revoked");
  }
  if (!read->is_once) {
    done_.push_back({peer, granted_by(*read)});
  } else if (!end(read->id, identity::EndedBy::used, read->until, today)) {
    deny("too many invitations have been used or revoked");
  } else if (changed_) {
    changed_(
        [this, peer, used = *read](const std::string& why_not) { used_up(peer, used, why_not); });
  } else {
    used_up(peer, *read, {});
  }
}

// Expired invitations make room for others, but only when there is none: if the clock is wrong for
// a while, they may not have expired at all.
bool Accounts::end(std::string_view id, identity::EndedBy how, sys_seconds until,
                   sys_seconds today) {
  const auto add = [&] { return ended_.add(id, how, until); };
  return add() || (ended_.expire(today - identity::invitation_time_max) && add()) ||
         (ended_.expire(today) && add());
}

void Accounts::used_up(PeerId peer, const identity::Invitation& invitation,
                       const std::string& why_not) {
  if (why_not.empty()) {
    done_.push_back({peer, granted_by(invitation)});
    return;
  }
  done_.push_back({peer, verdict::Unchecked{"its use cannot be recorded: " + why_not}});
  was_not_used(invitation.id);
}

void Accounts::was_not_used(std::string_view invitation) {
  if (ended_.give_back(invitation) && changed_) changed_([](const std::string&) {});
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
  sys_seconds until = today + identity::invitation_time_max;
  if (!identity::is_invitation_id(id)) {
    if (!invitation_key_) return voice::unexpected(std::string("this server has no invitations"));
    const auto read = identity::read_token(id_or_token, *invitation_key_, today);
    if (!read) {
      return voice::unexpected("this is neither the id of an invitation nor a valid token: " +
                               std::string(identity::to_string(read.error())));
    }
    id = read->id;
    until = read->until;
  } else {
    for (const identity::Invitation& made : made_) {
      if (made.id == id) until = std::max(until, made.until);
    }
  }
  if (end(id, identity::EndedBy::revoked, until, today)) return id;
  return voice::unexpected("there are already " + std::to_string(identity::ended_invitations_max) +
                           " invitations on the list, the maximum; a new key would "
                           "invalidate all of them (docs/security.md)");
}

}  // namespace voiced

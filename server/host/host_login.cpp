// How peers log in: which claims are handed to the shell, and what follows from its verdicts.
#include "common/core/assert.hpp"
#include "common/wire/text_message.hpp"
#include "server/host/bye.hpp"
#include "server/host/host.hpp"

namespace voiced {

using voice::TimePoint;

namespace {

// A certificate needs no account.
Judgement judgement_without_accounts(const Claim& claim) {
  const auto* const certificate = std::get_if<claim::Certificate>(&claim);
  if (certificate == nullptr) return verdict::Denied{"no accounts"};
  const std::string& name = certificate->name;
  return verdict::Granted{.access = {.is_guest = false, .certificate = name}, .name = name};
}

std::string_view why_of(const Judgement& verdict) noexcept {
  if (const auto* const denied = std::get_if<verdict::Denied>(&verdict)) return denied->why;
  const auto* const unchecked = std::get_if<verdict::Unchecked>(&verdict);
  return unchecked == nullptr ? std::string_view{} : unchecked->why;
}

}  // namespace

void Host::look_at_claim(Peer& peer, TimePoint now) {
  auto claim = peer.session.take_claim();
  if (!claim) return;
  const std::string_view user = user_of(*claim);
  const bool has_begun = logins_.is_under_way(peer.id);
  if (!has_begun) {
    if (const auto why_not = logins_.why_not_now(peer.cold.address, user, now)) {
      return deny(peer, why_not->reason, why_not->words, now);
    }
    if (const auto other = logins_.begin(peer.id, peer.cold.address, user, now)) {
      Peer* const gives_way = peers_.find(*other);
      VOICE_ASSERT(gives_way != nullptr && gives_way->session.is_logging_in());
      deny(*gives_way, CloseReason::login_busy, bye_text(CloseReason::login_busy), now);
    }
  }
  if (is_guess(*claim)) {
    if (const auto why_not = logins_.why_no_guess(peer.id, user, now)) {
      return deny(peer, why_not->reason, why_not->words, now);
    }
  }
  const auto* const password = std::get_if<claim::Password>(&*claim);
  if (password != nullptr && user.empty()) {
    const bool is_right = lobby_.is_password(lobby_.guard_of(password->room), password->password);
    return settle(peer, is_right ? Judgement(verdict::Granted{}) : verdict::Denied{}, now);
  }
  if (!lobby_.login_rules().has_judge) return settle(peer, judgement_without_accounts(*claim), now);
  logins_.ask(peer.id, std::move(*claim));
}

bool Host::checked(PeerId id, const Judgement& verdict, TimePoint now) {
  if (!logins_.answered(id)) {
    note_unused(verdict);
    return false;
  }
  Peer* const peer = peers_.find(id);
  VOICE_ASSERT(peer != nullptr && !peer->is_leaving());
  settle(*peer, verdict, now);
  if (!peer->is_leaving() && peer->session.take_hello()) said_hello(*peer, now);
  if (peer->is_leaving()) note_unused(verdict);
  if (peer->session.has_control() && !peer->is_leaving()) peer->hot.sender.enlist();
  return peer->session.has_control();
}

// An invitation for a single connection is not used up by a peer that did not get in.
void Host::note_unused(const Judgement& verdict) {
  const auto* const granted = std::get_if<verdict::Granted>(&verdict);
  if (granted == nullptr || granted->access.invitation.empty()) return;
  unused_.push_back(granted->access.invitation);
}

void Host::settle(Peer& peer, const Judgement& verdict, TimePoint now) {
  VOICE_ASSERT(peer.session.is_logging_in() && logins_.is_under_way(peer.id));
  const auto reason = peer.session.checked(verdict);
  if (std::holds_alternative<verdict::Asked>(verdict)) return;
  const auto* const granted = std::get_if<verdict::Granted>(&verdict);
  if (granted == nullptr || reason == CloseReason::bad_invitation) {
    return deny(peer, *reason, why_of(verdict), now);
  }
  logins_.end(peer.id, now);
  logins_.granted(peer.cold.address, granted->access.user);
  ++counters_.logins_granted;
  if (!granted->access.is_guest) {
    events_.emplace_back(event::LoggedIn{peer.id.number, peer.session.address(), granted->access});
  }
  // The secret was right: a peer that its room refuses has not guessed.
  if (reason) close(peer, *reason, now);
}

// What the peer is told depends only on the reason, and on how long it has to wait.
void Host::deny(Peer& peer, CloseReason reason, std::string_view words, TimePoint now) {
  const bool is_slowed = reason == CloseReason::login_slowed;
  const bool was_judged =
      !is_slowed && reason != CloseReason::login_busy && reason != CloseReason::login_unchecked;
  const std::string user = voice::printable(peer.session.claimed_user(), name_bytes_max);
  if (was_judged) logins_.failed(peer.cold.address, user, now);
  events_.emplace_back(
      event::LoginFailed{peer.id.number, peer.session.address(), user, reason, std::string(words)});
  close(peer, reason, now, is_slowed ? words : std::string_view{});
}

std::size_t Host::end_invitation(std::string_view id, TimePoint now) {
  VOICE_ASSERT(!id.empty());
  std::size_t ended = 0;
  peers_.for_each([&](Peer& peer) {
    if (peer.session.access().invitation != id) return;
    close(peer, CloseReason::invitation_over, now);
    ++ended;
  });
  return ended;
}

}  // namespace voiced

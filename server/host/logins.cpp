#include "server/host/logins.hpp"

#include "common/core/assert.hpp"
#include "server/host/bye.hpp"
#include "server/host/fair_places.hpp"

#include <algorithm>

namespace voiced {
namespace {

std::string_view key_of(const AddressKey& address) noexcept {
  return {reinterpret_cast<const char*>(address.data()), address.size()};
}

NotNow others_log_in() {
  return {CloseReason::login_busy, bye_text(CloseReason::login_busy)};
}

}  // namespace

std::optional<NotNow> Logins::pause(const AddressKey& address, std::string_view user,
                                    voice::TimePoint now) const {
  voice::Duration wait = addresses_.wait(key_of(address), now);
  if (!user.empty() && !is_known(address, user)) wait = std::max(wait, accounts_.wait(user, now));
  if (wait == voice::Duration{0}) return std::nullopt;
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait);
  return NotNow{CloseReason::login_slowed,
                "too many failed attempts; try again in " + std::to_string(seconds.count()) + " s"};
}

std::optional<NotNow> Logins::why_not_now(const AddressKey& address, std::string_view user,
                                          voice::TimePoint now) const {
  if (auto paused = pause(address, user, now)) return paused;
  if (from(address) >= logins_per_address_max) return others_log_in();
  if (places_.size() < logins_max) return std::nullopt;
  if (giving_way(address, user, now) != places_.end()) return std::nullopt;
  return others_log_in();
}

bool Logins::is_known(const AddressKey& address, std::string_view user) const {
  return !user.empty() && known_.has(user, address);
}

std::size_t Logins::from(const AddressKey& address) const {
  const auto here = per_address_.find(address);
  return here == per_address_.end() ? 0 : here->second;
}

// The oldest login of the address that has the most logins, if that is more than this address has.
// It also gives way if it is a stranger's and the new one is known. A login whose claim is with the
// shell stays, because it ends soon.
Logins::Places::const_iterator Logins::giving_way(const AddressKey& address, std::string_view user,
                                                  voice::TimePoint now) const {
  const std::size_t ours = from(address);
  const bool is_ours_known = is_known(address, user);
  auto chosen = places_.end();
  std::size_t most = 0;
  for (auto place = places_.begin(); place != places_.end(); ++place) {
    const Place& other = place->second;
    const std::size_t theirs = from(other.address);
    if (other.is_asked || theirs <= ours || theirs < most) continue;
    const bool gives_way =
        may_be_taken(theirs, ours, now - other.since) || (is_ours_known && !other.is_known);
    const bool is_better = theirs > most || other.since < chosen->second.since;
    if (!gives_way || !is_better) continue;
    chosen = place;
    most = theirs;
  }
  return chosen;
}

std::optional<NotNow> Logins::why_no_guess(PeerId peer, std::string_view user,
                                           voice::TimePoint now) const {
  const auto place = places_.find(peer.number);
  VOICE_ASSERT(place != places_.end() && !place->second.is_asked);
  const AddressKey& address = place->second.address;
  if (auto paused = pause(address, user, now)) return paused;
  std::size_t from_address = 0, for_account = 0;
  for (const auto& [number, other] : places_) {
    if (!other.is_guessing) continue;
    if (other.address == address) ++from_address;
    if (other.guessed_user == user) ++for_account;
  }
  // After a restart, many may come at once from an address from which nobody has failed.
  const bool is_clean = addresses_.failures(key_of(address)) == 0;
  if (!is_clean && from_address > addresses_.free_left(key_of(address))) return others_log_in();
  if (user.empty() || is_known(address, user)) return std::nullopt;
  if (for_account > accounts_.free_left(user)) return others_log_in();
  return std::nullopt;
}

std::optional<PeerId> Logins::begin(PeerId peer, const AddressKey& address, std::string_view user,
                                    voice::TimePoint now) {
  VOICE_ASSERT(!places_.contains(peer.number) && places_.size() <= logins_max);
  std::optional<PeerId> gives_way;
  if (places_.size() == logins_max) {
    const auto place = giving_way(address, user, now);
    VOICE_ASSERT(place != places_.end());
    gives_way = place->second.peer;
    free(place);
  }
  places_.emplace(
      peer.number,
      Place{.peer = peer, .address = address, .since = now, .is_known = is_known(address, user)});
  ++per_address_[address];
  VOICE_ASSERT(per_address_[address] <= logins_per_address_max);
  return gives_way;
}

bool Logins::is_under_way(PeerId peer) const {
  const auto place = places_.find(peer.number);
  return place != places_.end() && !place->second.has_gone;
}

void Logins::ask(PeerId peer, Claim claim) {
  const auto place = places_.find(peer.number);
  VOICE_ASSERT(place != places_.end() && !place->second.is_asked);
  place->second.is_asked = true;
  place->second.is_guessing = is_guess(claim);
  if (place->second.is_guessing) place->second.guessed_user = user_of(claim);
  checks_.push_back({peer, std::move(claim)});
  VOICE_ASSERT(checks_.size() <= places_.size());
}

bool Logins::answered(PeerId peer) {
  const auto place = places_.find(peer.number);
  if (place == places_.end()) return false;
  place->second.is_asked = place->second.is_guessing = false;
  if (!place->second.has_gone) return true;
  free(place);
  return false;
}

void Logins::end(PeerId peer, voice::TimePoint now) {
  const auto place = places_.find(peer.number);
  if (place == places_.end() || place->second.has_gone) return;
  if (!place->second.is_asked) return free(place);
  place->second.has_gone = true;
  addresses_.failed(key_of(place->second.address), now);
}

void Logins::free(Places::const_iterator place) {
  const auto here = per_address_.find(place->second.address);
  VOICE_ASSERT(here != per_address_.end() && here->second > 0);
  if (--here->second == 0) per_address_.erase(here);
  places_.erase(place);
  VOICE_ASSERT(per_address_.size() <= places_.size());
}

void Logins::failed(const AddressKey& address, std::string_view user, voice::TimePoint now) {
  addresses_.failed(key_of(address), now);
  if (!user.empty()) accounts_.failed(user, now);
}

void Logins::granted(const AddressKey& address, std::string_view user) {
  if (user.empty()) return;
  accounts_.succeeded(user);
  known_.add(user, address);
}

void Logins::tidy(voice::TimePoint now) {
  addresses_.tidy(now);
  accounts_.tidy(now);
}

}  // namespace voiced

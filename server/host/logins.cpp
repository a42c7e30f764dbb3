#include "server/host/logins.hpp"

#include "common/core/assert.hpp"

#include <algorithm>

namespace voiced {
namespace {

constexpr const char* too_many_others = "too many others are logging in; try again in a moment";

std::string_view key_of(const AddressKey& address) noexcept {
  return {reinterpret_cast<const char*>(address.data()), address.size()};
}

}  // namespace

std::optional<std::string> Logins::pause(const AddressKey& address, std::string_view user,
                                         voice::TimePoint now) const {
  voice::Duration wait = addresses_.wait(key_of(address), now);
  if (!user.empty()) wait = std::max(wait, accounts_.wait(user, now));
  if (wait == voice::Duration{0}) return std::nullopt;
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait);
  return "too many failed attempts; try again in " + std::to_string(seconds.count()) + " s";
}

std::optional<std::string> Logins::why_not_now(const AddressKey& address, std::string_view user,
                                               voice::TimePoint now) const {
  if (auto paused = pause(address, user, now)) return paused;
  const auto here = per_address_.find(address);
  const std::size_t from_address = here == per_address_.end() ? 0 : here->second;
  if (places_.size() < logins_max && from_address < logins_per_address_max) return std::nullopt;
  return too_many_others;
}

std::optional<std::string> Logins::why_no_guess(PeerId peer, std::string_view user,
                                                voice::TimePoint now) const {
  const auto place = places_.find(peer.number);
  VOICE_ASSERT(place != places_.end() && !place->second.is_asked);
  const AddressKey& address = place->second.address;
  if (auto paused = pause(address, user, now)) return paused;
  std::size_t from_address = 0, for_account = 0;
  for (const auto& [number, other] : places_) {
    if (!other.is_guessing) continue;
    if (other.address == address) ++from_address;
    if (!user.empty() && other.guessed_user == user) ++for_account;
  }
  // Many may come at once from an address from which nobody has failed: after a restart.
  const bool is_clean = addresses_.failures(key_of(address)) == 0;
  if (!is_clean && from_address > addresses_.free_left(key_of(address))) return too_many_others;
  if (!user.empty() && for_account > accounts_.free_left(user)) return too_many_others;
  return std::nullopt;
}

void Logins::begin(PeerId peer, const AddressKey& address) {
  VOICE_ASSERT(!places_.contains(peer.number) && places_.size() < logins_max);
  places_.emplace(peer.number, Place{.address = address});
  ++per_address_[address];
  VOICE_ASSERT(per_address_[address] <= logins_per_address_max);
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

void Logins::free(Places::iterator place) {
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

void Logins::tidy(voice::TimePoint now) {
  addresses_.tidy(now);
  accounts_.tidy(now);
}

}  // namespace voiced

#include "server/host/known_addresses.hpp"

#include "common/core/assert.hpp"

#include <algorithm>

namespace voiced {

void KnownAddresses::add(std::string_view account, const AddressKey& address) {
  VOICE_ASSERT(!account.empty());
  auto found = accounts_.find(account);
  if (found == accounts_.end()) {
    found = make_room_for(account);
  } else {
    by_use_.erase(found->second.used);
  }
  Account& its = found->second;
  its.used = ++uses_;
  by_use_.emplace(its.used, found);
  const auto end = its.addresses.begin() + static_cast<std::ptrdiff_t>(its.count);
  auto place = std::find(its.addresses.begin(), end, address);
  if (place == end && its.count < addresses_max) ++its.count;
  if (place == its.addresses.end()) --place;  // the least recently used one
  std::rotate(its.addresses.begin(), place, place + 1);
  its.addresses.front() = address;
  VOICE_ASSERT(accounts_.size() <= accounts_max);
  VOICE_ASSERT(by_use_.size() == accounts_.size());
}

KnownAddresses::Accounts::iterator KnownAddresses::make_room_for(std::string_view account) {
  if (accounts_.size() == accounts_max) {
    const auto oldest = by_use_.begin();
    accounts_.erase(oldest->second);
    by_use_.erase(oldest);
  }
  return accounts_.emplace(std::string(account), Account{}).first;
}

bool KnownAddresses::has(std::string_view account, const AddressKey& address) const {
  const auto found = accounts_.find(account);
  if (found == accounts_.end()) return false;
  const Account& its = found->second;
  const auto end = its.addresses.begin() + static_cast<std::ptrdiff_t>(its.count);
  return std::find(its.addresses.begin(), end, address) != end;
}

}  // namespace voiced

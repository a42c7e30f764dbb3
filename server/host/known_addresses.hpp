// Remembers from which addresses accounts have logged in: what others do to an account does not
// concern them. Bounded: of each account a few addresses, and of all accounts those that have
// logged in last. Pure.
#pragma once

#include "server/host/address_key.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace voiced {

class KnownAddresses {
 public:
  static constexpr std::size_t accounts_max = 4096;
  /// Of one account: at home, at work, on the way. With more, one account could push out others.
  static constexpr std::size_t addresses_max = 4;

  /// `account` (not empty) has logged in from there.
  void add(std::string_view account, const AddressKey& address);
  [[nodiscard]] bool has(std::string_view account, const AddressKey& address) const;
  [[nodiscard]] std::size_t accounts() const noexcept { return accounts_.size(); }

 private:
  struct Account {
    std::array<AddressKey, addresses_max> addresses{};  // the one that was used last comes first
    std::size_t count = 0;
    std::uint64_t used = 0;
  };
  using Accounts = std::map<std::string, Account, std::less<>>;

  Accounts::iterator make_room_for(std::string_view account);

  Accounts accounts_;
  std::map<std::uint64_t, Accounts::iterator> by_use_;  // the longest ago first
  std::uint64_t uses_ = 0;
};

}  // namespace voiced

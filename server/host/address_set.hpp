// A set of address ranges that answers whether one of them holds an address. Made once, when the
// configuration is read; a look-up takes a binary search. Pure.
#pragma once

#include "server/host/address_range.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace voiced {

class AddressSet {
 public:
  AddressSet() = default;
  /// @param ranges in any order; they may overlap
  explicit AddressSet(std::span<const AddressRange> ranges);

  [[nodiscard]] bool contains(const WholeAddress& address) const noexcept;
  [[nodiscard]] bool empty() const noexcept { return ipv4_.empty() && ipv6_.empty(); }
  /// How many ranges there are, without those that lie in others.
  [[nodiscard]] std::size_t size() const noexcept { return ipv4_.size() + ipv6_.size(); }

 private:
  // Sorted by their first addresses. No range lies in another, so at most one can hold an address:
  // the last one that begins at or before it.
  std::vector<AddressRange> ipv4_;
  std::vector<AddressRange> ipv6_;
};

/// Where peers may connect from.
struct AddressPolicy {
  AddressSet allowed;  // empty: all
  AddressSet denied;   // wins

  [[nodiscard]] bool admits(const WholeAddress& address) const noexcept {
    return !denied.contains(address) && (allowed.empty() || allowed.contains(address));
  }
};

}  // namespace voiced

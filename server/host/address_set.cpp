#include "server/host/address_set.hpp"

#include "common/core/assert.hpp"

#include <algorithm>

namespace voiced {

AddressSet::AddressSet(std::span<const AddressRange> ranges) {
  std::vector<AddressRange> sorted(ranges.begin(), ranges.end());
  std::sort(sorted.begin(), sorted.end());
  for (const AddressRange& range : sorted) {
    auto& kept = is_ipv4(range.key()) ? ipv4_ : ipv6_;
    // Two ranges either have nothing in common, or one contains the other.
    if (!kept.empty() && kept.back().contains(range.key())) continue;
    kept.push_back(range);
    VOICE_ASSERT(kept.size() == 1 || kept[kept.size() - 2] < kept.back());
  }
  VOICE_ASSERT(size() <= ranges.size());
}

bool AddressSet::contains(const WholeAddress& address) const noexcept {
  const auto& ranges = is_ipv4(address) ? ipv4_ : ipv6_;
  const auto begins_behind = [](const WholeAddress& whole, const AddressRange& range) {
    return whole < range.key();
  };
  const auto behind = std::upper_bound(ranges.begin(), ranges.end(), address, begins_behind);
  return behind != ranges.begin() && std::prev(behind)->contains(address);
}

}  // namespace voiced

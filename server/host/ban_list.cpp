#include "server/host/ban_list.hpp"

#include "common/core/assert.hpp"

#include <utility>

namespace voiced {
namespace {

bool has_run_out(const Ban& ban, std::chrono::sys_seconds now) noexcept {
  return ban.until && *ban.until <= now;
}

template <class Map, class Key>
const Ban* in_force(const Map& bans, const Key& key, std::chrono::sys_seconds now) noexcept {
  const auto found = bans.find(key);
  return found == bans.end() || has_run_out(found->second, now) ? nullptr : &found->second;
}

}  // namespace

bool BanList::add(Ban ban) {
  const bool known = ban.range ? ranges_.contains(*ban.range) : names_.contains(ban.who);
  if (!known && size() >= bans_max) return false;
  if (ban.range) {
    const AddressRange range = *ban.range;
    ranges_.insert_or_assign(range, std::move(ban));
    count_bits();
  } else {
    std::string name = ban.who;
    names_.insert_or_assign(std::move(name), std::move(ban));
  }
  VOICE_ASSERT(size() <= bans_max);
  return true;
}

bool BanList::remove(const AddressRange& range) {
  const bool was_there = ranges_.erase(range) != 0;
  count_bits();
  return was_there;
}

bool BanList::remove(std::string_view name) {
  const auto found = names_.find(name);
  if (found == names_.end()) return false;
  VOICE_ASSERT(!found->second.range && found->second.who == name);
  names_.erase(found);
  return true;
}

bool BanList::expire(std::chrono::sys_seconds now) {
  const auto is_over = [&](const auto& entry) { return has_run_out(entry.second, now); };
  const bool any = std::erase_if(ranges_, is_over) + std::erase_if(names_, is_over) != 0;
  if (any) count_bits();
  return any;
}

const Ban* BanList::find(const AddressKey& address, std::chrono::sys_seconds now) const noexcept {
  const std::size_t first = is_ipv4(address) ? ipv4_at_bit : 0;
  for (std::size_t bits = bits_told_apart(address);; --bits) {
    VOICE_ASSERT(bits < ranges_by_bits_.size());
    if (ranges_by_bits_[bits] != 0) {
      const Ban* const ban = in_force(ranges_, AddressRange(address, bits), now);
      if (ban != nullptr) return ban;
    }
    if (bits == first) return nullptr;
  }
}

const Ban* BanList::find(std::string_view name, std::chrono::sys_seconds now) const noexcept {
  return in_force(names_, name, now);
}

std::vector<const Ban*> BanList::all() const {
  std::vector<const Ban*> bans;
  for (const auto& [range, ban] : ranges_) bans.push_back(&ban);
  for (const auto& [name, ban] : names_) bans.push_back(&ban);
  VOICE_ASSERT(bans.size() == size());
  return bans;
}

void BanList::count_bits() noexcept {
  ranges_by_bits_.fill(0);
  for (const auto& [range, ban] : ranges_) {
    VOICE_ASSERT(range.bits() < ranges_by_bits_.size());
    VOICE_ASSERT(ban.range == range);
    ++ranges_by_bits_[range.bits()];
  }
}

}  // namespace voiced

#include "server/conference/ban_list.hpp"

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
  const bool known = ban.address ? addresses_.contains(*ban.address) : names_.contains(ban.who);
  if (!known && size() >= bans_max) return false;
  if (ban.address) {
    addresses_.insert_or_assign(*ban.address, std::move(ban));
  } else {
    std::string name = ban.who;
    names_.insert_or_assign(std::move(name), std::move(ban));
  }
  return true;
}

bool BanList::remove(std::string_view who) {
  const auto is_his = [&](const auto& entry) { return entry.second.who == who; };
  return std::erase_if(addresses_, is_his) + std::erase_if(names_, is_his) != 0;
}

bool BanList::expire(std::chrono::sys_seconds now) {
  const auto is_over = [&](const auto& entry) { return has_run_out(entry.second, now); };
  return std::erase_if(addresses_, is_over) + std::erase_if(names_, is_over) != 0;
}

const Ban* BanList::find(const AddressKey& address, std::chrono::sys_seconds now) const noexcept {
  return in_force(addresses_, address, now);
}

const Ban* BanList::find(std::string_view name, std::chrono::sys_seconds now) const noexcept {
  return in_force(names_, name, now);
}

std::vector<const Ban*> BanList::all() const {
  std::vector<const Ban*> bans;
  for (const auto& [address, ban] : addresses_) bans.push_back(&ban);
  for (const auto& [name, ban] : names_) bans.push_back(&ban);
  return bans;
}

}  // namespace voiced

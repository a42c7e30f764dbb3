#include "server/host/fair_places.hpp"

#include "common/core/assert.hpp"

#include <algorithm>

namespace voiced {

void FairPlaces::take(PeerId id, const AddressKey& address) {
  VOICE_ASSERT(std::none_of(taken_.begin(), taken_.end(),
                            [id](const Taken& taken) { return taken.id == id; }));
  taken_.push_back({id, address});
  ++held_[address];
  check();
}

void FairPlaces::give_back(PeerId id) {
  const auto place = std::find_if(taken_.begin(), taken_.end(),
                                  [id](const Taken& taken) { return taken.id == id; });
  if (place == taken_.end()) return;
  count_out(place->address);
  taken_.erase(place);
  if (taken_.size() < taken_.capacity() / 4) taken_.shrink_to_fit();
  check();
}

void FairPlaces::is_from(PeerId id, const AddressKey& address) {
  const auto place = std::find_if(taken_.begin(), taken_.end(),
                                  [id](const Taken& taken) { return taken.id == id; });
  VOICE_ASSERT(place != taken_.end());
  count_out(place->address);
  place->address = address;
  ++held_[address];
  check();
}

void FairPlaces::count_out(const AddressKey& address) {
  const auto held = held_.find(address);
  VOICE_ASSERT(held != held_.end() && held->second > 0);
  if (--held->second == 0) held_.erase(held);
}

std::size_t FairPlaces::held_by(const AddressKey& address) const {
  const auto held = held_.find(address);
  return held == held_.end() ? 0 : held->second;
}

std::optional<PeerId> FairPlaces::gives_way() const {
  std::size_t most = 0;
  for (const auto& [address, count] : held_) most = std::max(most, count);
  for (const Taken& taken : taken_) {
    if (held_by(taken.address) == most) return taken.id;
  }
  return std::nullopt;
}

void FairPlaces::check() const noexcept {
  VOICE_ASSERT(held_.size() <= taken_.size());
  VOICE_ASSERT(taken_.empty() == held_.empty());
}

}  // namespace voiced

#include "server/host/fair_places.hpp"

#include "common/core/assert.hpp"

#include <algorithm>

namespace voiced {
namespace {

// A client takes a second or two for Argon2id, and as long for a handshake among many. Without this
// limit, many that arrive at the same moment would take each other's places, and none would get in.
constexpr std::chrono::seconds undisturbed_for{3};

}  // namespace

bool may_be_taken(std::size_t theirs, std::size_t ours, voice::Duration held) {
  return theirs > ours + 1 || (theirs > ours && held >= undisturbed_for);
}

void FairPlaces::take(PeerId id, const AddressKey& address, voice::TimePoint now) {
  VOICE_ASSERT(std::none_of(taken_.begin(), taken_.end(),
                            [id](const Taken& taken) { return taken.id == id; }));
  taken_.push_back({id, address, now});
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

std::optional<PeerId> FairPlaces::gives_way(std::size_t ours, voice::TimePoint now) const {
  std::size_t most = 0;
  for (const auto& [address, count] : held_) most = std::max(most, count);
  const auto oldest = std::find_if(taken_.begin(), taken_.end(), [&](const Taken& taken) {
    return held_by(taken.address) == most;
  });
  if (oldest == taken_.end()) return std::nullopt;
  if (!may_be_taken(most, ours, now - oldest->since)) return std::nullopt;
  return oldest->id;
}

void FairPlaces::check() const noexcept {
  VOICE_ASSERT(held_.size() <= taken_.size());
  VOICE_ASSERT(taken_.empty() == held_.empty());
}

}  // namespace voiced

// Places that peers take, each for its address. When there are none left, the address that holds
// most of them is the one to give way, so that a few addresses cannot shut everybody else out. But
// peers that come at the same moment, one or two from each address, do not take each other's
// places. Pure.
#pragma once

#include "common/core/time.hpp"
#include "server/host/address_key.hpp"
#include "server/host/peer_id.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <vector>

namespace voiced {

/// Whether a newcomer may have a place that has been held for this long, when there is none left.
/// With at least two more than the newcomer's address has, one gives way at once (with one more,
/// two peers would replace each other in turn); with one more, after three seconds; otherwise it
/// never does.
/// @param theirs how many places its address holds
/// @param ours   how many the newcomer's address holds
[[nodiscard]] bool may_be_taken(std::size_t theirs, std::size_t ours, voice::Duration held);

class FairPlaces {
 public:
  /// This peer, which has none (asserted), takes a place.
  void take(PeerId id, const AddressKey& address, voice::TimePoint now);
  /// Gives the place back, if it has one.
  void give_back(PeerId id);
  /// Its address is another one than was known when it took its place.
  void is_from(PeerId id, const AddressKey& address);

  [[nodiscard]] std::size_t size() const noexcept { return taken_.size(); }
  [[nodiscard]] std::size_t held_by(const AddressKey& address) const;

  /// Who must go so that one more peer can come, from an address that holds `ours`: of the address
  /// that holds most places, the one that came first. None: everybody may stay (may_be_taken()).
  /// Takes time in proportion to their number.
  [[nodiscard]] std::optional<PeerId> gives_way(std::size_t ours, voice::TimePoint now) const;

 private:
  struct Taken {
    PeerId id;
    AddressKey address;
    voice::TimePoint since;
  };

  void count_out(const AddressKey& address);
  void check() const noexcept;

  // Neither keeps memory for crowds that have gone.
  std::vector<Taken> taken_;  // in order of arrival
  std::map<AddressKey, std::size_t> held_;
};

}  // namespace voiced

// Places that peers take, each for its address. When there are none left, the address that holds
// most of them is the one to give way, so that a few addresses cannot shut everybody else out.
// Pure.
#pragma once

#include "server/host/address_key.hpp"
#include "server/host/peer_id.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <vector>

namespace voiced {

class FairPlaces {
 public:
  /// This peer, which has none (asserted), takes a place.
  void take(PeerId id, const AddressKey& address);
  /// Gives the place back, if it has one.
  void give_back(PeerId id);
  /// Its address is another one than was known when it took its place.
  void is_from(PeerId id, const AddressKey& address);

  [[nodiscard]] std::size_t size() const noexcept { return taken_.size(); }
  [[nodiscard]] std::size_t held_by(const AddressKey& address) const;

  /// Who must go so that one more peer can come: of the address that holds most places, the one
  /// that came first. None if nobody has a place. Takes time in proportion to their number.
  [[nodiscard]] std::optional<PeerId> gives_way() const;

 private:
  struct Taken {
    PeerId id;
    AddressKey address;
  };

  void count_out(const AddressKey& address);
  void check() const noexcept;

  // Neither keeps memory for crowds that have gone.
  std::vector<Taken> taken_;  // in order of arrival
  std::map<AddressKey, std::size_t> held_;
};

}  // namespace voiced

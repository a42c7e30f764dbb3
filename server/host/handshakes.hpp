// The peers whose TLS handshakes are in progress, or whose PROXY headers have not arrived yet:
// limits their number, and decides whose turn it is. A step of a handshake can take a fortieth of a
// tick, so it is taken not when its bytes arrive but in turn, when the shell has time to spare.
// Pure.
#pragma once

#include "common/core/assert.hpp"
#include "server/host/fair_places.hpp"
#include "server/host/peer_id.hpp"

#include <algorithm>
#include <cstddef>
#include <deque>
#include <optional>

namespace voiced {

/// Handshakes in progress at once: 24 KiB each before their turn, 40 KiB after it, at most.
inline constexpr std::size_t handshakes_max = 256;

class Handshakes {
 public:
  [[nodiscard]] bool is_full() const noexcept { return places_.size() == handshakes_max; }
  [[nodiscard]] std::size_t size() const noexcept { return places_.size(); }

  /// Whose handshake must end so that another one can begin, from an address that has `ours`: of
  /// the address that has most of them, the one that has taken longest. None: the newcomer has to
  /// come again. Only while full (asserted).
  [[nodiscard]] std::optional<PeerId> gives_way(std::size_t ours, voice::TimePoint now) const {
    VOICE_ASSERT(is_full());
    return places_.gives_way(ours, now);
  }
  [[nodiscard]] std::size_t from(const AddressKey& address) const {
    return places_.held_by(address);
  }

  /// One more; there must be room (asserted).
  void begin(PeerId id, const AddressKey& address, voice::TimePoint now) {
    VOICE_ASSERT(!is_full());
    places_.take(id, address, now);
  }
  /// A proxy has said where this peer comes from.
  void is_from(PeerId id, const AddressKey& address) { places_.is_from(id, address); }
  /// This handshake is done, or has failed.
  void end(PeerId id) {
    VOICE_ASSERT(size() > 0);
    places_.give_back(id);
    const auto place = std::find(waiting_.begin(), waiting_.end(), id);
    if (place != waiting_.end()) waiting_.erase(place);
    VOICE_ASSERT(waiting_.size() <= size());
  }

  /// This peer waits for its turn.
  void queue(PeerId id) {
    VOICE_ASSERT(waiting_.size() < size());
    waiting_.push_back(id);
  }
  /// Removes and returns the peer that has waited longest.
  [[nodiscard]] std::optional<PeerId> next() {
    if (waiting_.empty()) return std::nullopt;
    const PeerId id = waiting_.front();
    waiting_.pop_front();
    VOICE_ASSERT(waiting_.size() < size());
    return id;
  }

 private:
  FairPlaces places_;
  std::deque<PeerId> waiting_;
};

}  // namespace voiced

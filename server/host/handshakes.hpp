// The peers whose TLS handshakes are in progress, or whose PROXY headers have not arrived yet:
// limits their number, and decides whose turn it is. A step of a handshake can take a fortieth of a
// tick, so it is taken not when its bytes arrive but in turn, when the shell has time to spare.
// Pure.
#pragma once

#include "common/core/assert.hpp"
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
  [[nodiscard]] bool is_full() const noexcept { return count_ == handshakes_max; }
  [[nodiscard]] std::size_t size() const noexcept { return count_; }

  /// One more; there must be room (asserted).
  void begin() noexcept {
    VOICE_ASSERT(!is_full());
    ++count_;
  }
  /// This handshake is done, or has failed.
  void end(PeerId id) {
    VOICE_ASSERT(count_ > 0);
    --count_;
    const auto place = std::find(waiting_.begin(), waiting_.end(), id);
    if (place != waiting_.end()) waiting_.erase(place);
    VOICE_ASSERT(waiting_.size() <= count_);
  }

  /// This peer waits for its turn.
  void queue(PeerId id) {
    VOICE_ASSERT(waiting_.size() < count_);
    waiting_.push_back(id);
  }
  /// Removes and returns the peer that has waited longest.
  [[nodiscard]] std::optional<PeerId> next() {
    if (waiting_.empty()) return std::nullopt;
    const PeerId id = waiting_.front();
    waiting_.pop_front();
    VOICE_ASSERT(waiting_.size() < count_);
    return id;
  }

 private:
  std::size_t count_ = 0;
  std::deque<PeerId> waiting_;
};

}  // namespace voiced

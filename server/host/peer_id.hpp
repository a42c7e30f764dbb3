// Names a peer.
#pragma once

#include <cstdint>

namespace voiced {

/// Names a peer for as long as it is here, and nobody else ever after.
struct PeerId {
  std::uint32_t index = 0;   // a place that others have later
  std::uint64_t number = 0;  // counts the visitors of this server from 1; 0: nobody
  friend bool operator==(PeerId, PeerId) = default;
};

}  // namespace voiced

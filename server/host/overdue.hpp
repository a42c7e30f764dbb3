// Finds peers that have missed a deadline. Pure.
#pragma once

#include "server/host/peer.hpp"

#include <optional>

namespace voiced {

struct OverdueLimits {
  voice::TimePoint awake_since;  // before it the server itself was held up: nobody's fault
  std::chrono::seconds stall_limit;
};

/// Why this peer is to be disconnected now: an unfinished message, no Hello, or a client that kept
/// sending Pings and has fallen silent. None: it is not overdue.
[[nodiscard]] std::optional<CloseReason> overdue(const Peer& peer, const OverdueLimits& limits,
                                                 voice::TimePoint now);

}  // namespace voiced

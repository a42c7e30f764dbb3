// One peer at the simulated server: the core's session and outbox, the link, and those who watch
// them.
#pragma once

#include "server/conference/farewell.hpp"

#include "tests/sim/shell/server.hpp"

#include <optional>

namespace sim {

struct Server::Connection {
  Connection(std::shared_ptr<Wire> its_wire, Manners its_manners, std::uint64_t its_number)
      : wire(std::move(its_wire)), manners(its_manners), number(its_number) {}

  std::shared_ptr<Wire> wire;
  Manners manners;
  std::uint64_t number;
  std::unique_ptr<voiced::Session> session;
  std::optional<voiced::Sender> sender;
  std::optional<Hearing> heard;
  std::optional<SentLedger> sent;
  std::optional<voiced::CloseReason> closed_because;
  voiced::Farewell farewell{{}, {}};
  std::uint64_t allocations_while_reading = 0;
  std::uint64_t last_mix = 0;  // the tick for which it was sent a mix last
};

}  // namespace sim

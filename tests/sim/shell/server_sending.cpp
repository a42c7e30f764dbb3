// The way out: what a link does not take waits in the outbox, and how a connection ends.
#include "tests/sim/shell/server.hpp"
#include "tests/sim/shell/server_connection.hpp"
#include "tests/sim/world/memory_account.hpp"

namespace sim {
namespace {

constexpr std::size_t drain_bytes_max = 16 * 1024;

}  // namespace

voiced::Written Server::write(Connection& connection, voice::Bytes bytes, TimePoint now) {
  const ChargeTo simulator(Account::simulator);
  if (connection.wire->broken) return {0, true};
  const std::size_t count = connection.wire->to_client.write(bytes, now);
  world_.trail().add(bytes.first(count));
  connection.sent->left(bytes.first(count), now);
  return {count, false};
}

void Server::flush_waiting(TimePoint now) {
  for (std::size_t i = 0; i < waiting_list_.size();) {
    Connection* const connection = find(waiting_list_.at(i));
    bool stays = connection != nullptr && !connection->farewell.is_shut_down();
    if (stays) {
      flush(*connection, now);
      stays = !connection->sender->empty();
      if (!stays) connection->sender->not_waiting();
    }
    if (stays) {
      ++i;
    } else {
      waiting_list_.remove(i);
    }
  }
}

void Server::flush(Connection& connection, TimePoint now) {
  voiced::Sent sent;
  {
    const ChargeTo server(Account::server);
    sent = connection.sender->flush(
        now, [&](voice::Bytes bytes) { return write(connection, bytes, now); });
  }
  if (sent == voiced::Sent::broken) return close(connection, voiced::CloseReason::reset, now);
  if (sent != voiced::Sent::waiting) return;
  if (connection.sender->blocked(now) > settings_.stall_limit) {
    close(connection, voiced::CloseReason::stalled, now);
  }
}

void Server::send(Connection& connection, voice::Bytes message, voice::MessageClass kind,
                  TimePoint now) {
  bool told = false;
  voiced::Sent sent;
  {
    const ChargeTo server(Account::server);
    sent = connection.sender->send(message, kind, now, [&](voice::Bytes bytes) {
      const ChargeTo simulator(Account::simulator);
      told = true;
      connection.sent->pushed(message, kind, now);
      return write(connection, bytes, now);
    });
  }
  if (sent == voiced::Sent::broken) return close(connection, voiced::CloseReason::reset, now);
  if (!told && sent != voiced::Sent::dropped) connection.sent->pushed(message, kind, now);
}

void Server::send_control(Connection& connection, TimePoint now) {
  if (!connection.session->has_control()) return;
  std::vector<std::vector<std::uint8_t>> messages;
  {
    const ChargeTo server(Account::server);
    messages = connection.session->take_control();
  }
  for (const auto& message : messages) {
    send(connection, message, voice::MessageClass::control, now);
  }
}

void Server::close(Connection& connection, voiced::CloseReason reason, TimePoint now) {
  if (connection.closed_because) return;
  world_.tell("closed #" + std::to_string(connection.number) + " " + voiced::to_string(reason));
  check_reason(connection, reason);
  connection.closed_because = reason;
  connection.farewell = voiced::Farewell(now, voiced::farewell_limit(reason));
  closes_.count(reason);
  if (connection.session->participant()) {
    oracle_.leave(connection.number);
    gone_ = *connection.session->participant();
  }
  {
    const ChargeTo server(Account::server);
    connection.session->close(reason);
    connection.sender->clear_unsent();
  }
  connection.sent->forget_unsent();
  send_control(connection, now);
}

void Server::end_closing(TimePoint now) {
  std::erase_if(connections_, [&](const std::unique_ptr<Connection>& connection) {
    if (!connection->closed_because) return false;
    Wire& wire = *connection->wire;
    (void)wire.to_server.read(drain_bytes_max, now);
    const bool gone = wire.broken || wire.to_server.at_end();
    const voiced::FarewellState state{connection->sender->empty(), true, gone};
    const voiced::FarewellStep step = connection->farewell.next(state, now);
    if (step == voiced::FarewellStep::wait) return false;
    if (step == voiced::FarewellStep::end && !connection->sender->empty()) {
      wire.broken = true;  // what is half sent can never be finished
    }
    wire.to_client.finish();
    return step == voiced::FarewellStep::end;
  });
}

}  // namespace sim

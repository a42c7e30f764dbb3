// The way out: what a link does not take waits in the outbox, and how a connection ends.
#include "tests/sim/shell/server.hpp"
#include "tests/sim/shell/server_connection.hpp"
#include "tests/sim/world/memory_account.hpp"

namespace sim {
namespace {

constexpr std::size_t drain_bytes_max = 16 * 1024;
constexpr std::chrono::seconds farewell_max{1};

}  // namespace

void Server::flush(Connection& connection, TimePoint now) {
  {
    const ChargeTo server(Account::server);
    connection.outbox->expire(now);
  }
  const voice::Bytes bytes = connection.outbox->front();
  if (bytes.empty()) return;
  if (connection.wire->broken) {
    if (!connection.closed_because) close(connection, voiced::CloseReason::reset, now);
    return;
  }
  const std::size_t count = connection.wire->to_client.write(bytes, now);
  if (count == 0) {
    if (!connection.blocked_since) connection.blocked_since = now;
  } else {
    world_.trail().add(bytes.first(count));
    connection.sent->left(bytes.first(count), now);
    const ChargeTo server(Account::server);
    connection.outbox->consume(count);
    connection.blocked_since.reset();
  }
  if (!connection.closed_because && connection.blocked_since &&
      now - *connection.blocked_since > settings_.stall_limit) {
    close(connection, voiced::CloseReason::stalled, now);
  }
}

void Server::send(Connection& connection, voice::Bytes message, voice::MessageClass kind,
                  TimePoint now) {
  std::size_t sent = 0;
  if (connection.outbox->empty()) {
    sent = connection.wire->broken ? 0 : connection.wire->to_client.write(message, now);
    connection.sent->pushed(message, kind, now);
    world_.trail().add(message.first(sent));
    connection.sent->left(message.first(sent), now);
    if (sent != 0) connection.blocked_since.reset();
    if (sent == message.size()) return;
    if (sent == 0 && !connection.blocked_since) connection.blocked_since = now;
    const ChargeTo server(Account::server);
    connection.outbox->push(message, kind, now, sent);
    return;
  }
  const ChargeTo server(Account::server);
  if (connection.outbox->push(message, kind, now)) {
    const ChargeTo simulator(Account::simulator);
    connection.sent->pushed(message, kind, now);
  }
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
  connection.closing_since = now;
  closes_.count(reason);
  if (connection.session->participant()) {
    oracle_.leave(connection.number);
    gone_ = *connection.session->participant();
  }
  {
    const ChargeTo server(Account::server);
    connection.session->close(reason);
    connection.outbox->clear_unsent();
  }
  connection.sent->forget_unsent();
  send_control(connection, now);
}

// A farewell ends when all has left and the peer has closed too, or after a second.
void Server::end_closing(TimePoint now) {
  std::erase_if(connections_, [&](const std::unique_ptr<Connection>& connection) {
    if (!connection->closed_because) return false;
    Wire& wire = *connection->wire;
    if (connection->outbox->empty() && !connection->sent->mid_message()) wire.to_client.finish();
    (void)wire.to_server.read(drain_bytes_max, now);
    const bool gone = wire.broken || wire.to_server.at_end();
    if (!gone && now - connection->closing_since <= farewell_max) return false;
    if (!connection->outbox->empty())
      wire.broken = true;  // what is half sent can never be finished
    wire.to_client.finish();
    return true;
  });
}

}  // namespace sim

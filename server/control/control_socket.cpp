#include "server/control/control_connection.hpp"

namespace voiced {

voice::expected<std::unique_ptr<ControlSocket>, std::string> ControlSocket::open(
    boost::asio::io_context& io, const ControlDoorOptions& options, Answer answer, Kind kind) {
  std::unique_ptr<ControlSocket> control(new ControlSocket(std::move(answer)));
  auto on_accept = [self = control.get()](ControlDoor::Socket socket) {
    self->accepted(std::move(socket));
  };
  auto door = kind == Kind::loopback ? open_loopback_door(io, options, on_accept)
                                     : open_control_door(io, options, on_accept);
  if (!door) return voice::unexpected(door.error());
  control->door_ = std::move(*door);
  return control;
}

ControlSocket::~ControlSocket() {
  for (const auto& connection : connections_) connection->close();
}

void ControlSocket::accepted(ControlDoor::Socket socket) {
  if (connections_.size() >= control_connections_max) return;
  auto connection = std::make_shared<ControlConnection>(
      std::move(socket), door_->token(), answer_, [this](ControlConnection& ended) {
        connections_.remove_if([&](const auto& each) { return each.get() == &ended; });
      });
  connections_.push_back(connection);
  connection->start();
}

}  // namespace voiced

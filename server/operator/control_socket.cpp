#include "server/operator/control_connection.hpp"

namespace voiced {

using Clock = std::chrono::steady_clock;

namespace {

// A tenth of a tick: a person, or a script that waits for each answer, gets answers at once.
constexpr voice::Duration work_per_tick = voice::frame_duration / 10;
// The least that a turn counts as, because its system calls (receive, send) come later.
constexpr std::chrono::microseconds turn_cost_min{10};

}  // namespace

ControlSocket::ControlSocket(Answer answer) : answer_(std::move(answer)), budget_(work_per_tick) {}

voice::expected<std::unique_ptr<ControlSocket>, ControlFault> ControlSocket::open(
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
  auto connection =
      std::make_shared<ControlConnection>(std::move(socket), door_->token(), answer_, *this);
  connections_.push_back(connection);
  connection->start();
}

void ControlSocket::ended(const ControlConnection& connection) {
  const auto is_it = [&](const auto& each) { return each.get() == &connection; };
  std::erase_if(waiting_, is_it);
  connections_.remove_if(is_it);
}

void ControlSocket::ticked() {
  budget_.ticked();
  door_->ticked();
  give_turns();
}

void ControlSocket::wants_turn(ControlConnection& connection) {
  waiting_.push_back(connection.shared_from_this());
  give_turns();
}

void ControlSocket::give_turns() {
  if (giving_turns_) return;
  giving_turns_ = true;
  while (!waiting_.empty() && budget_.any_left()) {
    const auto connection = std::move(waiting_.front());
    waiting_.pop_front();
    const auto began = Clock::now();
    connection->take_turn();
    budget_.spend(std::max<voice::Duration>(Clock::now() - began, turn_cost_min));
  }
  giving_turns_ = false;
}

}  // namespace voiced

// The operator's connections: each sends requests line by line, and gets answers line by line.
// Their number, size and duration are limited, and so is the work for all of them per tick, so that
// a script that sends requests without end does not disturb a call.
#pragma once

#include "server/operator/control_door.hpp"
#include "server/operator/reply.hpp"
#include "server/operator/work_budget.hpp"

#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>

namespace voiced {

inline constexpr std::size_t control_connections_max = 16;

class ControlConnection;

class ControlSocket {
 public:
  /// One request line in, without its line feed; the answer goes to `reply`.
  using Answer = std::function<void(std::string_view request, const Reply& reply)>;
  enum class Kind : std::uint8_t { of_this_system, loopback };

  [[nodiscard]] static voice::expected<std::unique_ptr<ControlSocket>, ControlFault> open(
      boost::asio::io_context& io, const ControlDoorOptions& options, Answer answer,
      Kind kind = Kind::of_this_system);
  ~ControlSocket();
  ControlSocket(const ControlSocket&) = delete;
  ControlSocket& operator=(const ControlSocket&) = delete;

  /// Call at the end of every tick: connections that were waiting for their turn continue.
  void ticked();

  [[nodiscard]] std::size_t connections() const noexcept { return connections_.size(); }

 private:
  explicit ControlSocket(Answer answer);
  void accepted(ControlDoor::Socket socket);
  void give_turns();

  // For its connections: one wants to read or to answer; one has ended.
  friend class ControlConnection;
  void wants_turn(ControlConnection& connection);
  void ended(const ControlConnection& connection);

  Answer answer_;
  std::unique_ptr<ControlDoor> door_;
  std::list<std::shared_ptr<ControlConnection>> connections_;
  // Each connection waits at most once, and goes to the end after its turn.
  std::deque<std::shared_ptr<ControlConnection>> waiting_;
  WorkBudget budget_;
  bool giving_turns_ = false;
};

}  // namespace voiced

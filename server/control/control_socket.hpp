// The operator's connections: each asks line by line and is answered line by line. Bounded in
// number, in bytes and in time, so that an operator's script gone mad does not disturb a call.
#pragma once

#include "server/control/control_door.hpp"

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
  /// One request line in, one answer line out, both without the line feed.
  using Answer = std::function<std::string(std::string_view request)>;
  enum class Kind : std::uint8_t { of_this_system, loopback };

  /// Fails with a text for people.
  [[nodiscard]] static voice::expected<std::unique_ptr<ControlSocket>, std::string> open(
      boost::asio::io_context& io, const ControlDoorOptions& options, Answer answer,
      Kind kind = Kind::of_this_system);
  ~ControlSocket();
  ControlSocket(const ControlSocket&) = delete;
  ControlSocket& operator=(const ControlSocket&) = delete;

  [[nodiscard]] std::size_t connections() const noexcept { return connections_.size(); }

 private:
  explicit ControlSocket(Answer answer) : answer_(std::move(answer)) {}
  void accepted(ControlDoor::Socket socket);

  Answer answer_;
  std::unique_ptr<ControlDoor> door_;
  std::list<std::shared_ptr<ControlConnection>> connections_;
};

}  // namespace voiced

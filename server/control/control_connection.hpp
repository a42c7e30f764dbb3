// One of the operator's connections. Lives as long as the control socket that has listed it, or as
// an operation is under way.
#pragma once

#include "server/control/control_socket.hpp"

#include <boost/asio/steady_timer.hpp>

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace voiced {

class ControlConnection : public std::enable_shared_from_this<ControlConnection> {
 public:
  /// @param token what its first line must say; empty: nothing.
  ControlConnection(ControlDoor::Socket socket, std::string token, ControlSocket::Answer answer,
                    std::function<void(ControlConnection&)> on_end);

  void start() { next(); }
  /// Ends it. Its on_end is not called any more.
  void close() noexcept;

 private:
  void next();
  void receive();
  void request(std::string_view line);
  void send(std::string line, bool is_last);
  void end();
  void limit(std::chrono::seconds time);

  ControlDoor::Socket socket_;
  boost::asio::steady_timer timer_;
  std::string token_;
  ControlSocket::Answer answer_;
  std::function<void(ControlConnection&)> on_end_;
  std::array<char, 1024> chunk_{};
  std::string in_;   // what has been received and not been looked at
  std::string out_;  // being sent
};

}  // namespace voiced

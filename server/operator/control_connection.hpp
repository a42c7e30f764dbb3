// One of the operator's connections. Lives as long as it is in the control socket's list or an
// operation is in progress.
#pragma once

#include "server/operator/control_socket.hpp"

#include <boost/asio/steady_timer.hpp>

#include <array>
#include <chrono>
#include <memory>
#include <string>

namespace voiced {

class ControlConnection : public std::enable_shared_from_this<ControlConnection> {
 public:
  /// @param token required in the first line, as `token TOKEN`; empty: there is no such line.
  ControlConnection(ControlDoor::Socket socket, std::string token, ControlSocket::Answer answer,
                    ControlSocket& owner);

  void start() { wait_for_turn(); }
  /// Answers the next request or, if it is incomplete, waits for the rest. While an answer is being
  /// sent, nothing is read, so a client that sends requests faster has to wait.
  void take_turn();
  /// Closes it. Its owner is not called any more.
  void close() noexcept;

 private:
  void wait_for_turn();
  void receive();
  void request(std::string_view line);
  void replied(std::string line);
  void send(std::string line, bool is_last);
  void end();
  void limit(std::chrono::seconds time);

  ControlDoor::Socket socket_;
  boost::asio::steady_timer timer_;
  std::string token_;
  ControlSocket::Answer answer_;
  ControlSocket* owner_;        // null: it has ended
  bool answer_is_due_ = false;  // a request is being answered
  bool has_ended_ = false;      // its stream; what has been received is still answered
  std::array<char, 1024> chunk_{};
  std::string in_;   // received and not yet handled
  std::string out_;  // being sent
};

}  // namespace voiced

// Accepts connections on any kind of socket for as long as it lives; per tick, no more than may be
// open at a time. If the system has no descriptor left, it tries again after 100 ms.
#pragma once

#include "server/operator/control_socket.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <utility>

namespace voiced {

template <class Acceptor>
class AcceptLoop {
 public:
  AcceptLoop(boost::asio::io_context& io, Acceptor acceptor, ControlDoor::OnAccept on_accept)
      : io_(io), acceptor_(std::move(acceptor)), pause_(io), on_accept_(std::move(on_accept)) {
    accept();
  }

  void ticked() {
    if (std::exchange(accepted_this_tick_, 0) == control_connections_max) accept();
  }

 private:
  void accept() {
    // A generic socket: its owner need not know its kind.
    auto socket = std::make_unique<ControlDoor::Socket>(io_);
    auto& accepted = *socket;
    acceptor_.async_accept(
        accepted, [this, socket = std::move(socket)](const boost::system::error_code& error) {
          if (error == boost::asio::error::operation_aborted) return;
          if (error) return pause();
          on_accept_(std::move(*socket));
          if (++accepted_this_tick_ < control_connections_max) accept();
        });
  }

  void pause() {
    pause_.expires_after(std::chrono::milliseconds{100});
    pause_.async_wait([this](const boost::system::error_code& error) {
      if (!error) accept();
    });
  }

  boost::asio::io_context& io_;
  Acceptor acceptor_;
  boost::asio::steady_timer pause_;
  ControlDoor::OnAccept on_accept_;
  std::size_t accepted_this_tick_ = 0;
};

}  // namespace voiced

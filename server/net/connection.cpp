#include "server/net/connection.hpp"

#ifndef _WIN32
#include <unistd.h>
#endif

namespace voiced {

using boost::asio::ip::tcp;
using boost::system::error_code;

void reserve_reactor(boost::asio::io_context& io, std::size_t sockets) {
  std::vector<tcp::socket> reserved;
  reserved.reserve(sockets);
  error_code error;
  while (!error && reserved.size() < sockets) {
    reserved.emplace_back(io).open(tcp::v4(), error);
  }
}

Connection::Connection(tcp::socket socket, tcp protocol)
    : handle_(socket.native_handle()), protocol_(protocol), socket_(std::move(socket)) {}

Connection::~Connection() {
  if (!is_open_ || !unpark()) return;
  error_code ignored;
  socket_.close(ignored);
}

void Connection::park() {
#ifndef _WIN32  // There the completion port costs nothing while no operation is pending.
  if (is_parked_ || !is_open_) return;
  error_code error;
  socket_.release(error);
  is_parked_ = !error;
#endif
}

bool Connection::unpark() {
  if (!is_parked_) return is_open_;
  is_parked_ = false;
  error_code error;
  socket_.assign(protocol_, handle_, error);
  if (!error) return true;
  // Closed directly, because the socket does not hold the handle.
  is_open_ = false;
#ifndef _WIN32
  ::close(handle_);
#endif
  return false;
}

void Connection::shut_down_sending() noexcept {
  if (!unpark()) return;
  error_code ignored;
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
}

void Connection::set_patience(std::chrono::seconds stall_limit) noexcept {
  if (is_open_) voiced::set_patience(handle_, stall_limit);
}

}  // namespace voiced

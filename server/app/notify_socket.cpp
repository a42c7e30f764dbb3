#include "server/app/notify_socket.hpp"

#ifdef __linux__
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#endif

namespace voiced {

#ifdef __linux__

namespace {

// A name in the abstract namespace begins with a zero byte, written as '@', and has no other end
// than the length of the address.
std::string address_of(const std::string& name) {
  sockaddr_un address{};
  if (name.size() < 2 || name.size() >= sizeof address.sun_path) return {};
  if (name.front() != '/' && name.front() != '@') return {};
  const bool abstract = name.front() == '@';
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, name.data(), name.size());
  if (abstract) address.sun_path[0] = '\0';
  const std::size_t size = offsetof(sockaddr_un, sun_path) + name.size() + (abstract ? 0 : 1);
  return {reinterpret_cast<const char*>(&address), size};
}

}  // namespace

NotifySocket::~NotifySocket() {
  if (is_open()) ::close(socket_);
}

bool NotifySocket::open(const std::string& name) {
  address_ = address_of(name);
  if (!address_.empty() && !is_open()) {
    socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  }
  return !address_.empty() && is_open();
}

// To an address each time instead of over a connection: the manager may have been replaced
// meanwhile.
NotifySocket::Sent NotifySocket::send(std::string_view text) const noexcept {
  if (!is_open()) return Sent::never;
  sockaddr_un address{};
  std::memcpy(&address, address_.data(), address_.size());
  const auto sent = ::sendto(socket_, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
                             reinterpret_cast<const sockaddr*>(&address),
                             static_cast<socklen_t>(address_.size()));
  if (sent >= 0) return Sent::yes;
  const bool full = errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS || errno == EINTR;
  return full ? Sent::later : Sent::never;
}

#else

NotifySocket::~NotifySocket() = default;
bool NotifySocket::open(const std::string&) {
  return false;
}
NotifySocket::Sent NotifySocket::send(std::string_view) const noexcept {
  return Sent::never;
}

#endif

}  // namespace voiced

#include "server/net/socket_io.hpp"

#ifndef _WIN32
#include <sys/socket.h>

#include <cerrno>
#endif
#ifdef __linux__
#include <linux/sockios.h>
#include <sys/ioctl.h>
#endif

namespace voiced {
namespace {

#ifdef _WIN32
using Length = int;
using Buffer = char;
constexpr int send_flags = 0;
bool would_block() noexcept {
  return WSAGetLastError() == WSAEWOULDBLOCK;
}
#else
using Length = std::size_t;
using Buffer = std::uint8_t;
#ifdef MSG_NOSIGNAL
constexpr int send_flags = MSG_NOSIGNAL;
#else
constexpr int send_flags = 0;  // main ignores SIGPIPE
#endif
bool would_block() noexcept {
  // An interrupted call is repeated at the next tick, like one that would have blocked.
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}
#endif

}  // namespace

IoResult receive_some(NativeSocket socket, std::span<std::uint8_t> into) noexcept {
  const auto count =
      ::recv(socket, reinterpret_cast<Buffer*>(into.data()), static_cast<Length>(into.size()), 0);
  if (count > 0) return {IoState::ok, static_cast<std::size_t>(count)};
  if (count == 0) return {IoState::ended, 0};
  return {would_block() ? IoState::would_block : IoState::broken, 0};
}

IoResult send_some(NativeSocket socket, std::span<const std::uint8_t> bytes) noexcept {
  const auto count = ::send(socket, reinterpret_cast<const Buffer*>(bytes.data()),
                            static_cast<Length>(bytes.size()), send_flags);
  if (count >= 0) return {IoState::ok, static_cast<std::size_t>(count)};
  return {would_block() ? IoState::would_block : IoState::broken, 0};
}

bool everything_arrived([[maybe_unused]] NativeSocket socket) noexcept {
#ifdef SIOCOUTQ
  int unconfirmed_bytes = 0;
  if (::ioctl(socket, SIOCOUTQ, &unconfirmed_bytes) == 0) return unconfirmed_bytes == 0;
#endif
  return true;
}

}  // namespace voiced

// The other end of NOTIFY_SOCKET: receives what a program tells its service manager. Linux.
#pragma once

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string>

namespace voice::test {

class NotifyReceiver {
 public:
  /// @param name a path that does not exist yet, or "@name" in the abstract namespace.
  explicit NotifyReceiver(const std::string& name) : socket_(::socket(AF_UNIX, SOCK_DGRAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (name.size() >= sizeof address.sun_path) throw std::runtime_error("name too long");
    std::memcpy(address.sun_path, name.data(), name.size());
    const bool abstract = name.front() == '@';
    if (abstract) address.sun_path[0] = '\0';
    const std::size_t size = offsetof(sockaddr_un, sun_path) + name.size() + (abstract ? 0 : 1);
    if (::bind(socket_, reinterpret_cast<const sockaddr*>(&address),
               static_cast<socklen_t>(size)) != 0) {
      throw std::runtime_error("cannot bind " + name);
    }
  }
  ~NotifyReceiver() { ::close(socket_); }
  NotifyReceiver(const NotifyReceiver&) = delete;
  NotifyReceiver& operator=(const NotifyReceiver&) = delete;

  /// The next message; none if no message has come within `limit`.
  [[nodiscard]] std::optional<std::string> next(std::chrono::milliseconds limit = {}) {
    pollfd waiting{socket_, POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(limit.count())) != 1) return std::nullopt;
    std::array<char, 4096> text{};
    const auto size = ::recv(socket_, text.data(), text.size(), 0);
    if (size < 0) return std::nullopt;
    return std::string(text.data(), static_cast<std::size_t>(size));
  }

  /// The next message that begins with `wanted`; discards others.
  [[nodiscard]] std::optional<std::string> next_of(const std::string& wanted,
                                                   std::chrono::milliseconds limit) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (true) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
          deadline - std::chrono::steady_clock::now());
      auto message = next(std::max(left, std::chrono::milliseconds{0}));
      if (!message || message->rfind(wanted, 0) == 0) return message;
    }
  }

 private:
  int socket_;
};

/// The value of KEY in lines of KEY=value; empty if there is none.
inline std::string value_of(const std::string& message, const std::string& key) {
  const std::string lines = "\n" + message + "\n";
  const auto at = lines.find("\n" + key + "=");
  if (at == std::string::npos) return "";
  const auto begin = at + key.size() + 2;
  return lines.substr(begin, lines.find('\n', begin) - begin);
}

}  // namespace voice::test

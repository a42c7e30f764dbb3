// The way to a service manager: datagrams to a socket in the file system or in Linux's abstract
// namespace (sd_notify(3)). Sending never waits. On systems without such managers, open() fails.
#pragma once

#include <string>
#include <string_view>

namespace voiced {

class NotifySocket {
 public:
  enum class Sent : unsigned char {
    yes,
    later,  // there is no room just now
    never,  // nobody listens
  };

  NotifySocket() = default;
  ~NotifySocket();
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;

  /// @param name "/a/path", or "@name" in the abstract namespace. Returns false if it is neither,
  /// or if this system has no such sockets. Nobody needs to be listening there yet.
  [[nodiscard]] bool open(const std::string& name);
  [[nodiscard]] bool is_open() const noexcept { return socket_ >= 0; }

  /// Allocates nothing. Returns `never` if the socket is not open.
  [[nodiscard]] Sent send(std::string_view text) const noexcept;

 private:
  int socket_ = -1;
  std::string address_;  // the bytes of a sockaddr_un
};

}  // namespace voiced

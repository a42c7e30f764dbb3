// The way to a service manager: datagrams to a socket in the file system or in Linux's abstract
// namespace (sd_notify(3)). Sends, and never waits. On systems without such managers it does not
// open.
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

  /// @param name "/a/path", or "@name" in the abstract namespace. False when it is neither, or
  /// there are no such sockets here. Nobody need listen there yet.
  [[nodiscard]] bool open(const std::string& name);
  [[nodiscard]] bool is_open() const noexcept { return socket_ >= 0; }

  /// Allocates nothing. What is sent while it is not open is `never`.
  [[nodiscard]] Sent send(std::string_view text) const noexcept;

 private:
  int socket_ = -1;
  std::string address_;  // the bytes of a sockaddr_un
};

}  // namespace voiced

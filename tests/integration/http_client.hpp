// An HTTP client that does as it is told, even if it is wrong. POSIX; never blocks for longer than
// `patience`.
#pragma once

#include "tests/support/tcp_peer.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <string>

namespace voice::test {

struct HttpAnswer {
  int status = 0;  // 0: the connection ended without one
  std::string head, body;
};

class HttpClient {
 public:
  explicit HttpClient(std::uint16_t port) : peer_(port) {}

  bool send(const std::string& text) {
    return peer_.send({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  }
  void finish() noexcept { peer_.finish(); }

  /// The next complete answer. After HEAD there is no body.
  HttpAnswer answer(bool with_body = true) {
    HttpAnswer answer;
    std::size_t end = std::string::npos;
    while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
      if (!read()) return answer;
    }
    answer.head = received_.substr(0, end + 2);
    received_.erase(0, end + 4);
    const std::string marker = "Content-Length: ";
    const std::size_t size =
        with_body ? std::stoul(answer.head.substr(answer.head.find(marker) + marker.size())) : 0;
    while (received_.size() < size) {
      if (!read()) return answer;
    }
    answer.body = received_.substr(0, size);
    received_.erase(0, size);
    answer.status = std::stoi(answer.head.substr(answer.head.find(' ')));
    return answer;
  }

  HttpAnswer get(const std::string& path) {
    (void)send("GET " + path + " HTTP/1.1\r\nHost: voiced\r\n\r\n");
    return answer();
  }

  /// True if the server closes and has sent nothing more; false when `patience` ends.
  bool is_closed() {
    while (read()) {
    }
    return ended_ && received_.empty();
  }

 private:
  bool read() {
    pollfd wanted{peer_.descriptor(), POLLIN, 0};
    const int limit = static_cast<int>(std::chrono::milliseconds(patience).count());
    if (::poll(&wanted, 1, limit) != 1) return false;
    char buffer[4096];
    const auto count = ::recv(peer_.descriptor(), buffer, sizeof buffer, 0);
    ended_ = count == 0 || (count < 0 && errno == ECONNRESET);
    if (count > 0) received_.append(buffer, static_cast<std::size_t>(count));
    return count > 0;
  }

  TcpPeer peer_;
  std::string received_;
  bool ended_ = false;
};

}  // namespace voice::test

// A fake control socket for voicectl: records the requests, and sends the given answers. POSIX.
#pragma once

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace voice::test {

class FakeControl {
 public:
  /// The answer to a line, with its line feed; empty: close the connection.
  using Answer = std::function<std::string(const std::string& line)>;

  /// Listens on a socket at `path`; if that is empty, on a port of 127.0.0.1.
  FakeControl(const std::string& path, Answer answer) : answer_(std::move(answer)) {
    listener_ = ::socket(path.empty() ? AF_INET : AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    path.empty() ? bind_port() : bind_path(path);
    if (::listen(listener_, 8) != 0) throw std::runtime_error("cannot listen");
    thread_ = std::thread([this] { serve(); });
  }
  ~FakeControl() {
    stopping_ = true;
    thread_.join();
    ::close(listener_);
  }
  FakeControl(const FakeControl&) = delete;
  FakeControl& operator=(const FakeControl&) = delete;

  [[nodiscard]] int port() const {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
  }

  [[nodiscard]] std::vector<std::string> asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  void bind_path(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) throw std::runtime_error("too long: " + path);
    std::memcpy(address.sun_path, path.c_str(), path.size());
    ::unlink(path.c_str());
    bind_to(reinterpret_cast<const sockaddr*>(&address), sizeof address);
  }
  void bind_port() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bind_to(reinterpret_cast<const sockaddr*>(&address), sizeof address);
  }
  void bind_to(const sockaddr* address, socklen_t size) const {
    if (::bind(listener_, address, size) != 0) throw std::runtime_error("cannot bind");
  }

  /// True when there is something to read; false at the end of the test.
  [[nodiscard]] bool wait_readable(int descriptor) const {
    while (!stopping_) {
      pollfd query{descriptor, POLLIN, 0};
      if (::poll(&query, 1, 20) > 0) return true;
    }
    return false;
  }

  void serve() {
    while (wait_readable(listener_)) {
      const int connection = ::accept(listener_, nullptr, nullptr);
      converse(connection);
      ::close(connection);
    }
  }

  void converse(int connection) {
    std::string lines;
    while (wait_readable(connection)) {
      char bytes[1024];
      const auto count = ::recv(connection, bytes, sizeof bytes, 0);
      if (count <= 0) return;
      lines.append(bytes, static_cast<std::size_t>(count));
      for (auto end = lines.find('\n'); end != std::string::npos; end = lines.find('\n')) {
        const std::string line = lines.substr(0, end);
        lines.erase(0, end + 1);
        {
          const std::lock_guard lock(mutex_);
          asked_.push_back(line);
        }
        const std::string answer = answer_(line);
        if (answer.empty()) return;
        if (::send(connection, answer.data(), answer.size(), MSG_NOSIGNAL) < 0) return;
      }
    }
  }

  Answer answer_;
  int listener_ = -1;
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::vector<std::string> asked_;
  std::thread thread_;
};

}  // namespace voice::test

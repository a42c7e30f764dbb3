// The operator of a voiced under test: asks through its control socket, with one answer per line.
#pragma once

#include "tests/integration/voiced_program.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>
#include <string>

namespace voice::test {

class Operator {
 public:
  /// Connects at once; throws if nobody listens there.
  explicit Operator(const std::string& path) : socket_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    const bool connected =
        ::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    if (!connected) throw std::runtime_error("nobody listens at " + path);
    const timeval limit{patience.count(), 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  }

  /// The answer, without its line feed; empty if none comes.
  std::string ask(const std::string& request) {
    const std::string line = request + '\n';
    if (::send(socket_.get(), line.data(), line.size(), MSG_NOSIGNAL) < 0) return {};
    std::string answer;
    for (char byte = 0; ::recv(socket_.get(), &byte, 1, 0) == 1 && byte != '\n';) answer += byte;
    return answer;
  }

 private:
  Descriptor socket_;
};

/// A voiced with a control socket of its own.
struct Operated {
  explicit Operated(Strings flags = {}) : voiced(with_socket(std::move(flags))), desk(socket()) {}

  [[nodiscard]] std::string socket() const { return scratch.file("control.sock"); }
  std::string ask(const std::string& request) { return desk.ask(request); }

  ScratchDirectory scratch;
  Voiced voiced;
  Operator desk;

 private:
  Strings with_socket(Strings flags) const {
    flags.insert(flags.end(), {"--control-socket", socket()});
    return flags;
  }
};

[[nodiscard]] inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace voice::test

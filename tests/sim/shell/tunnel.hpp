// One connection's TLS in the simulator: the real library at both ends, each in a transport that
// records what goes through. So the watch and the peer see the messages inside the records, and
// every opened message is compared with the one that was sealed.
#pragma once

#include "common/transport/transport.hpp"

#include "tests/sim/oracle/slow_wire.hpp"

#include <deque>
#include <memory>
#include <utility>

namespace sim {

/// Whether this build has TLS.
[[nodiscard]] bool has_tls() noexcept;

/// The messages of one direction.
class SealedWay {
 public:
  /// A complete wire message has been sealed, and must leave now.
  void sealed(voice::Bytes message);
  /// The next message has been opened at the other end, without its prefix. Throws a Violation
  /// unless it is the oldest sealed one that has not been opened yet.
  void opened(voice::Bytes payload);

  /// The stream bytes that were sealed, or opened, since the last call.
  [[nodiscard]] Message take_sealed() { return std::exchange(new_sealed_, {}); }
  [[nodiscard]] Message take_opened() { return std::exchange(new_opened_, {}); }

 private:
  std::deque<Message> under_way_;
  Message new_sealed_;
  Message new_opened_;
};

class Tunnel {
 public:
  /// The two ends of a new connection, each to be taken once. They share this object.
  [[nodiscard]] static std::shared_ptr<Tunnel> dig();
  [[nodiscard]] std::unique_ptr<voice::Transport> take_server() { return std::move(server_); }
  [[nodiscard]] std::unique_ptr<voice::Transport> take_client() { return std::move(client_); }

  SealedWay to_server;
  SealedWay to_client;

 private:
  std::unique_ptr<voice::Transport> server_;
  std::unique_ptr<voice::Transport> client_;
};

}  // namespace sim

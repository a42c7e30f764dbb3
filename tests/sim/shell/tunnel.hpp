// One connection's TLS in the simulator: the real library at both ends, each in a transport that
// notes what goes through. So the watch and the peer see the messages inside the records, and every
// message that is opened is held against the one that was sealed.
#pragma once

#include "common/transport/transport.hpp"

#include "tests/sim/oracle/slow_wire.hpp"

#include <deque>
#include <memory>
#include <utility>

namespace sim {

/// This build has TLS.
[[nodiscard]] bool has_tls() noexcept;

/// The messages of one direction.
class SealedWay {
 public:
  /// A whole wire message is sealed, and has to leave now.
  void sealed(voice::Bytes message);
  /// The next one has been opened at the other end, without its prefix. Throws a Violation unless
  /// it is the oldest that was sealed and not opened yet.
  void opened(voice::Bytes payload);

  /// What was sealed, or opened, since the last call: stream bytes.
  [[nodiscard]] Message take_sealed() { return std::exchange(new_sealed_, {}); }
  [[nodiscard]] Message take_opened() { return std::exchange(new_opened_, {}); }

 private:
  std::deque<Message> under_way_;
  Message new_sealed_;
  Message new_opened_;
};

class Tunnel {
 public:
  /// A new connection's ends, each to be taken once. They share this object.
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

// The server's sockets and clock, around a Host that decides everything: accepts, reads and writes
// on one thread, tells the host what was received and when, and sends what it says. Every tick is
// one pass: read what the talkers have sent, mix, write. Specified in docs/architecture.md.
#pragma once

#include "server/host/host.hpp"
#include "server/net/connection.hpp"
#include "server/net/freed_memory.hpp"
#include "server/net/judge.hpp"
#include "server/net/listener.hpp"
#include "server/net/options.hpp"
#include "server/net/server_log.hpp"
#include "server/net/ticker.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace voiced {

class Server {
 public:
  Server(boost::asio::io_context& io, const ServerOptions& options);

  /// Hands every connection that it accepts to the host.
  [[nodiscard]] Listener& listener() noexcept { return listener_; }
  [[nodiscard]] const Listener& listener() const noexcept { return listener_; }

  /// Called at the end of every tick, with the time at which it began. Must neither wait nor throw.
  void on_tick(std::function<void(voice::TimePoint)> hook) { tick_hook_ = std::move(hook); }

  /// Who checks the claims of peers from now on; outlives run(). Null: claims get no verdict.
  void set_judge(Judge* judge) noexcept { judge_ = judge; }

  /// Serves until stop() has been called and every peer is gone, or stop_now().
  void run();
  /// Accepts no more peers, and lets the host say goodbye to those connected.
  void stop();
  void stop_now() noexcept { is_stopped_ = true; }

  /// Applies what can change while peers are connected (Host::reconfigure).
  void reconfigure(const ServerOptions& options);

  [[nodiscard]] Host& host() noexcept { return host_; }
  [[nodiscard]] const Host& host() const noexcept { return host_; }
  /// The host's status, completed with what the ticker and the log know.
  [[nodiscard]] ServerStatus status() const;

 private:
  void accept(boost::asio::ip::tcp::socket socket, Spoken spoken);
  void arm(PeerId id);
  void on_readable(PeerId id, const boost::system::error_code& error);
  void read(PeerId id, voice::TimePoint now);
  void write(PeerId id, voice::TimePoint now);
  void tick(voice::TimePoint now);
  void read_round(voice::TimePoint now);
  void shake_hands(voice::TimePoint now);
  void judge_claims(voice::TimePoint now);
  void say_goodbye(voice::TimePoint now);
  void close_done();
  void look_after(voice::TimePoint now);
  [[nodiscard]] Connection& at(PeerId id) const noexcept { return *connections_[id.index]; }

  boost::asio::io_context& io_;
  ServerOptions options_;
  Host host_;
  Listener listener_;
  Ticker ticker_;
  ServerLog log_;
  std::vector<std::unique_ptr<Connection>> connections_;  // by PeerId::index
  std::vector<NativeSocket> handles_;                     // the same: close together, for the ticks
  std::vector<std::uint8_t> scratch_;                     // every read goes through here
  std::function<void(voice::TimePoint)> tick_hook_;
  Judge* judge_ = nullptr;
  voice::TimePoint last_tick_;
  CrowdWatch crowd_;
  voice::TimePoint next_look_{};
  bool is_stopped_ = false;
};

}  // namespace voiced

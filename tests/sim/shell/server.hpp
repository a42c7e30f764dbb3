// The simulated shell: the real Host with links instead of sockets and the world's clock instead of
// the machine's. Every 20 ms, it reads, lets the host tick, and writes, as server/net does; a Watch
// checks everything that happens. Owns the host.
#pragma once

#include "server/host/host.hpp"

#include "tests/sim/shell/porter.hpp"
#include "tests/sim/shell/route.hpp"
#include "tests/sim/shell/tunnel.hpp"
#include "tests/sim/watch/watch.hpp"
#include "tests/sim/world/link.hpp"
#include "tests/sim/world/ticker.hpp"
#include "tests/sim/world/world.hpp"

#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace sim {

class Server {
 public:
  Server(World& world, const ServerSettings& settings);

  struct Visitor {
    Manners manners;
    std::shared_ptr<Tunnel> tunnel = nullptr;  // null: plain
    std::uint8_t address = 0;                  // see peer_address()
    Route route = Route::direct;
  };
  /// A peer has connected; it is accepted at the next tick. What its proxy wrote lies on the wire.
  void accept(std::shared_ptr<Wire> wire, Visitor visitor);

  [[nodiscard]] Ticker& ticker() noexcept { return *ticker_; }
  /// Decides who may join, if there are logins.
  [[nodiscard]] Porter& porter() noexcept { return porter_; }
  /// The operator's commands.
  void mute_somebody();
  void set_mutes(std::uint64_t number, const voiced::Mutes& mutes);
  /// False if the peer stays where it is. @param room the name of an existing room
  bool move(std::uint64_t number, const std::string& room);
  /// A reload: `change` modifies the settings.
  template <class Change>
  void reload(Change&& change) {
    change(settings_);
    reconfigure();
  }
  void set_jitter_depth(int depth_packets) {
    reload([&](ServerSettings& settings) { settings.jitter_depth_packets = depth_packets; });
  }
  /// Returns how many were disconnected.
  std::size_t revoke(const std::string& invitation);

  /// What the watch knows of the visitors; it can also be told to check more.
  [[nodiscard]] const Watch& watch() const noexcept { return *watch_; }
  void check_healthy() const { watch_->check_healthy(*host_); }
  /// The last visitor has left: throws a Violation unless nothing is left of any of them, destroys
  /// the host, and throws unless nothing is left of that either.
  void end();

  [[nodiscard]] const voiced::Host& host() const noexcept { return *host_; }
  [[nodiscard]] const voiced::Room& room() const noexcept { return host_->lobby().front(); }
  [[nodiscard]] voice::AudioFormat format() const noexcept { return room().format(); }
  [[nodiscard]] int rate_hz() const noexcept { return format().rate_hz(); }

 private:
  struct Connection {
    voiced::PeerId id;
    std::shared_ptr<Wire> wire;
    Visitor visitor;
    std::size_t header_left = 0;  // bytes of its proxy's header that the host has not read yet
  };

  /// Calls `call(*host_)` on the server's account, and handles its events.
  template <class Call>
  auto ask(Call&& call);

  template <class Answer>
  struct Observed {
    Answer answer;
    std::vector<voiced::HostEvent> events;
    std::uint64_t allocations;
  };
  template <class Call>
  auto observe(Call&& call);
  void heard(Connection& connection, voice::Bytes bytes, std::uint64_t allocations,
             const std::vector<voiced::HostEvent>& events);

  void reconfigure();
  void tick(TimePoint now);
  void let_in(Connection connection, TimePoint now);
  void read(Connection& connection, TimePoint now);
  void write(const Connection& connection, TimePoint now);
  void mix(TimePoint now);
  void shake_hands(TimePoint now);
  void judge_claims(TimePoint now);
  void say_goodbye(TimePoint now);
  [[nodiscard]] std::chrono::sys_seconds today() const;
  void close_done();

  World& world_;
  ServerSettings settings_;
  std::unique_ptr<Watch> watch_;
  Porter porter_;
  std::unique_ptr<voiced::Host> host_;
  std::optional<Ticker> ticker_;
  std::vector<Connection> waiting_;
  std::map<std::uint64_t, Connection> connections_;  // by their numbers
};

}  // namespace sim

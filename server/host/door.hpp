// Decides which peers may join. Checks, in this order: bans, allowed and denied addresses, a drain,
// the limits for one address and for all strangers, and the load of the mixer. Whether there is a
// place left is decided by the room. Pure.
#pragma once

#include "server/host/ban_list.hpp"
#include "server/host/close_reason.hpp"
#include "server/host/drain.hpp"
#include "server/host/options.hpp"
#include "server/host/peer.hpp"

#include <optional>
#include <string>

namespace voiced {

struct Refusal {
  CloseReason reason;
  std::optional<voice::voice1::RefusalCode> code;  // of the message Refused; none: it was told
  std::string words;                               // for people
};

class Door {
 public:
  explicit Door(const HostOptions& options)
      : doorman_(options.door),
        addresses_(options.addresses),
        proxies_(options.proxies),
        load_max_(options.load_max),
        drain_(options.drain_limit) {}

  /// The verdict on a newcomer; none: it may try to get a place. Unless the doorman has refused it,
  /// `peer` counts as a stranger from now on, and left() must follow.
  /// @param load share of its 20 ms that a tick takes.
  [[nodiscard]] std::optional<Refusal> ask(Peer& peer, double load, std::chrono::sys_seconds today,
                                           voice::TimePoint now);

  /// The same for a peer that has connected to an address for proxies, and whose header has not
  /// arrived yet: named() and then ask() must follow, or left().
  [[nodiscard]] std::optional<Refusal> ask_proxy(Peer& peer);
  /// Its address is known now. Idempotent.
  void named(Peer& peer) noexcept;

  /// A peer that was let in has said Hello or sent a valid packet.
  void shown(const Peer& peer) noexcept { doorman_.shown(peer.cold.address); }
  /// A peer's connection ends. Call it before its life changes. Idempotent.
  void left(Peer& peer) noexcept;
  /// Forgets what has expired. Call it now and then.
  void tidy(std::chrono::sys_seconds today, voice::TimePoint now);

  /// Applies to newcomers.
  void reconfigure(const HostOptions& options);

  [[nodiscard]] BanList& bans() noexcept { return bans_; }
  [[nodiscard]] const BanList& bans() const noexcept { return bans_; }
  [[nodiscard]] Drain& drain() noexcept { return drain_; }
  [[nodiscard]] const Drain& drain() const noexcept { return drain_; }
  [[nodiscard]] std::size_t strangers() const noexcept { return doorman_.strangers(); }
  [[nodiscard]] double load_max() const noexcept { return load_max_; }

 private:
  Doorman doorman_;
  BanList bans_;
  AddressPolicy addresses_;
  AddressSet proxies_;
  double load_max_;
  Drain drain_;
};

}  // namespace voiced

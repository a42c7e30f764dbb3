// Checks a simulated server. The shell reports what happened, in order; a broken promise throws a
// Violation.
#pragma once

#include "server/host/host.hpp"

#include "tests/sim/watch/settings.hpp"

#include <cstdint>
#include <memory>
#include <span>

namespace sim {

class Watch {
 public:
  Watch() = default;
  virtual ~Watch() = default;
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  /// The host exists, with its guest if it has one, and nobody else.
  virtual void begun(const voiced::Host& host) = 0;
  /// A visitor has arrived; what heard_of() was told of it counts.
  virtual void joined(const voiced::Host& host, voiced::PeerId id, Manners manners) = 0;
  struct Received {
    voice::Bytes bytes;
    std::uint64_t allocations;  // that they have cost
    std::span<const voiced::HostEvent> events;
  };
  /// It was found to be who it claims to be, and the host was told so.
  virtual void let_in(const voiced::Host& host, voiced::PeerId id) = 0;
  /// The host was given bytes from it, with this result.
  virtual void received(const voiced::Host& host, voiced::PeerId id, const Received& received,
                        TimePoint now) = 0;
  /// `bytes` went to the link.
  virtual void left(voiced::PeerId id, voice::Bytes bytes, TimePoint now) = 0;
  virtual void heard_of(std::span<const voiced::HostEvent> events) = 0;
  /// The host has mixed the front room, and has not written anything yet.
  virtual void mixed(const voiced::Host& host, TimePoint now) = 0;
  /// Its connection has ended.
  virtual void gone(voiced::PeerId id) = 0;

  virtual void muted(std::uint64_t number, const voiced::Mutes& mutes) = 0;
  /// The host was given these settings.
  virtual void reconfigured(const ServerSettings& settings) = 0;

  /// The id of the peer that left last must refer to nobody, in particular not to the peer that has
  /// its slot now.
  virtual void check_old_id(voiced::Host& host, TimePoint now) const = 0;
  /// A tick of all rooms is over.
  virtual void check_tick(const voiced::Host& host, TimePoint now) = 0;
  /// The visitors that should lose nothing have lost nothing.
  virtual void check_healthy(const voiced::Host& host) const = 0;
  /// Nothing that was mixed for anybody was dropped.
  virtual void check_complete() const = 0;
  virtual void check_end(const voiced::Host& host) const = 0;
  virtual void check_nothing_left() const = 0;
  /// What the host holds now.
  [[nodiscard]] virtual std::size_t memory_bytes() const noexcept = 0;
};

/// The watch for a server with these settings.
[[nodiscard]] std::unique_ptr<Watch> make_watch(const World& world, const ServerSettings& settings);

}  // namespace sim

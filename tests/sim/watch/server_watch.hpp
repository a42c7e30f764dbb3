// What the server promises, held against what it does. The shell tells what happened; a promise
// that does not hold throws a Violation. Owns the oracle, and what is known of every visitor.
#pragma once

#include "server/host/host.hpp"

#include "tests/sim/oracle/mix_oracle.hpp"
#include "tests/sim/watch/hearing.hpp"
#include "tests/sim/watch/sent_ledger.hpp"
#include "tests/sim/watch/settings.hpp"

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace sim {

class ServerWatch {
 public:
  ServerWatch(const World& world, const ServerSettings& settings);
  ~ServerWatch();

  /// The host is there, with its guest if it has one, and nobody else.
  void begun(const voiced::Host& host);
  /// A visitor has arrived; what heard_of() was told of it counts.
  void joined(const voiced::Host& host, voiced::PeerId id, Manners manners);
  struct Received {
    voice::Bytes bytes;
    std::uint64_t allocations;  // that they have cost
    std::span<const voiced::HostEvent> events;
  };
  /// It was found to be who it says, and the host was told so.
  void let_in(const voiced::Host& host, voiced::PeerId id);
  /// The host was given bytes of it, and this is what happened.
  void received(const voiced::Host& host, voiced::PeerId id, const Received& received,
                TimePoint now);
  /// `bytes` went to the link.
  void left(voiced::PeerId id, voice::Bytes bytes, TimePoint now);
  void heard_of(std::span<const voiced::HostEvent> events);
  /// The host has mixed, and nothing has been written yet.
  void mixed(const voiced::Host& host, TimePoint now);
  /// Its connection has ended.
  void gone(voiced::PeerId id);

  void muted(std::uint64_t number, const voiced::Mutes& mutes);
  void set_jitter_depth(int depth_packets);

  /// The guest's part.
  [[nodiscard]] std::size_t next_frame_samples() const noexcept;
  void local_said(const SlowPacket& packet, TimePoint now);
  void delivered(voice::Bytes message);

  /// The id of the peer that left last reaches nobody, least of all the peer that has its place
  /// now.
  void check_old_id(voiced::Host& host, TimePoint now) const;
  void check_bounds(const voiced::Host& host, TimePoint now) const;
  void check_healthy(const voiced::Host& host) const;
  void check_complete() const;
  void check_end(const voiced::Host& host) const;
  void check_nothing_left() const;
  [[nodiscard]] std::size_t memory_bytes() const noexcept;

 private:
  struct Visitor;

  void admit(Visitor& visitor);
  void ended(std::uint64_t number, voiced::CloseReason reason);
  void check_reason(const Visitor& visitor, voiced::CloseReason reason) const;
  void check_visitor(const voiced::Host& host, const Visitor& visitor, TimePoint now) const;
  void check_buffer(const voiced::Host& host, const Visitor& visitor) const;
  [[nodiscard]] std::size_t remembered() const noexcept;
  [[nodiscard]] std::size_t visitor_bytes_max() const noexcept;
  [[nodiscard]] std::size_t buffer_bytes_max() const noexcept;
  [[nodiscard]] Visitor& at(std::uint64_t number) const;

  const World& world_;
  ServerSettings settings_;
  voice::AudioFormat format_;
  MixOracle oracle_;
  std::map<std::uint64_t, std::unique_ptr<Visitor>> visitors_;
  // Told of before the visitor was known.
  std::vector<std::pair<std::uint64_t, voiced::CloseReason>> ends_;
  std::optional<voiced::PeerId> last_gone_;
  Message delivered_;  // to the guest, at this tick
  std::size_t bytes_before_;
  std::size_t host_bytes_ = 0;
  std::uint64_t arrived_ = 0;
  std::uint64_t admitted_ = 0;
  std::uint64_t ticks_ = 0;
};

}  // namespace sim

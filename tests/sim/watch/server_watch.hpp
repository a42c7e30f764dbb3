// Checks the promises of a server with one room in mode `fixed`. Owns the oracle, and what is known
// of every visitor.
#pragma once

#include "server/host/host.hpp"

#include "tests/sim/oracle/mix_oracle.hpp"
#include "tests/sim/watch/hearing.hpp"
#include "tests/sim/watch/sent_ledger.hpp"
#include "tests/sim/watch/watch.hpp"

#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace sim {

class ServerWatch final : public Watch {
 public:
  ServerWatch(const World& world, const ServerSettings& settings);
  ~ServerWatch() override;

  void begun(const voiced::Host& host) override;
  void joined(const voiced::Host& host, voiced::PeerId id, Manners manners) override;
  void let_in(const voiced::Host& host, voiced::PeerId id) override;
  void received(const voiced::Host& host, voiced::PeerId id, const Received& received,
                TimePoint now) override;
  void left(voiced::PeerId id, voice::Bytes bytes, TimePoint now) override;
  void heard_of(std::span<const voiced::HostEvent> events) override;
  void mixed(const voiced::Host& host, TimePoint now) override;
  void gone(voiced::PeerId id) override;
  void muted(std::uint64_t number, const voiced::Mutes& mutes) override;
  /// The jitter depth may change.
  void reconfigured(const ServerSettings& settings) override;
  void check_old_id(voiced::Host& host, TimePoint now) const override;
  void check_tick(const voiced::Host& host, TimePoint now) override;
  void check_healthy(const voiced::Host& host) const override;
  void check_end(const voiced::Host& host) const override;
  void check_nothing_left() const override;
  void check_complete() const override;
  [[nodiscard]] std::size_t memory_bytes() const noexcept override;

  /// The guest's part.
  [[nodiscard]] std::size_t next_frame_samples() const noexcept;
  void local_said(const SlowPacket& packet, TimePoint now);
  void delivered(voice::Bytes message);

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
  // Reported before the visitor was known.
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

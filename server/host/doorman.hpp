// Decides which peers may join before they have sent anything: bounds the participants from one
// address, the peers that have not shown themselves yet, in all and from one address, and how fast
// one address may join. Owns one small entry per address, bounded.
#pragma once

#include "common/core/token_bucket.hpp"
#include "server/host/address_key.hpp"

#include <cstddef>
#include <cstdint>
#include <unordered_map>

namespace voiced {

struct DoormanLimits {
  std::size_t strangers_max = 512;
  std::size_t strangers_per_address_max = 64;
  std::size_t participants_per_address_max =
      0;  // strangers included; 0: as many as there are places
  double joins_per_address_per_s = 100;
  double joins_per_address_burst = 1000;
};

enum class Admission : std::uint8_t {
  welcome,
  too_many_strangers,
  too_many_strangers_from_address,
  too_many_participants_from_address,
  too_fast_from_address,
};

/// For people: "too many unknown peers".
[[nodiscard]] const char* to_string(Admission admission) noexcept;

class Doorman {
 public:
  explicit Doorman(const DoormanLimits& limits) : limits_(limits) {}

  /// A peer has connected. When welcome it counts as a stranger until shown() or left(). Silence
  /// alone is no reason to disconnect a peer: a listener with the original program sends nothing.
  [[nodiscard]] Admission arrived(const AddressKey& address, voice::TimePoint now);

  /// A proxy has connected, and its header has not arrived yet. It counts as a stranger until
  /// named(), whatever its own address is, because all peers behind it share that. False: too many
  /// strangers.
  [[nodiscard]] bool arrived_unnamed() noexcept;
  /// Its header has arrived, or it has gone.
  void named() noexcept;

  /// A stranger has said Hello or sent a valid packet.
  void shown(const AddressKey& address) noexcept;

  /// A peer that was let in has gone. @param was_stranger shown() was never called for it.
  void left(const AddressKey& address, bool was_stranger) noexcept;

  /// Forgets addresses that have been quiet long enough. Call it now and then.
  void tidy(voice::TimePoint now);

  /// For peers that connect from now on; connected peers stay.
  void set_limits(const DoormanLimits& limits) noexcept;
  [[nodiscard]] std::size_t strangers() const noexcept { return strangers_; }
  [[nodiscard]] std::size_t addresses() const noexcept { return visitors_.size(); }

 private:
  struct Visitor {
    explicit Visitor(const DoormanLimits& limits)
        : joins(limits.joins_per_address_per_s, limits.joins_per_address_burst) {}
    voice::TokenBucket joins;
    voice::TimePoint last_seen{};
    std::size_t present = 0;
    std::size_t strangers = 0;
  };
  struct Hash {
    [[nodiscard]] std::size_t operator()(const AddressKey& key) const noexcept;
  };

  void check(const Visitor& visitor) const noexcept;

  DoormanLimits limits_;
  std::size_t strangers_ = 0;
  std::unordered_map<AddressKey, Visitor, Hash> visitors_;
};

}  // namespace voiced

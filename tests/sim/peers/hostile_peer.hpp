// Hostile peers: every connection misbehaves in another way, chosen at random or given. None of
// them may affect the others, which the checks of the server ensure.
#pragma once

#include "tests/sim/oracle/slow_wire.hpp"
#include "tests/sim/peers/peer.hpp"

#include <optional>

namespace sim {

enum class Mischief : std::uint8_t {
  garbage,          // random bytes
  giant_length,     // announces a message of gigabytes
  stranger_length,  // announces one byte more than a stranger may send
  negative_length,
  slow_prefix,   // begins a length and takes minutes to complete it
  slow_message,  // one byte a second
  flood,         // valid audio, fifty times too fast
  empty_flood,   // messages without content
  pings,         // sends Pings much faster than it reads
  deaf,          // speaks and never reads
  broken_rtp,
  broken_text,
  liar,          // voice/1 with wrong sequence numbers
  long_packets,  // as much audio in one packet as is legal, then one byte more
  half_close,    // ends its own direction, and listens
  cut_off,       // disconnects in the middle of a message
  silent,        // sends nothing, as a listener may
};
inline constexpr std::uint64_t mischief_count = static_cast<std::uint64_t>(Mischief::silent) + 1;

class HostilePeer : public Peer {
 public:
  /// @param only always misbehaves in this way; empty: in another way each time
  HostilePeer(World& world, Server& server, PeerSettings settings, std::optional<Mischief> only);

 protected:
  void connected_now() override;
  void received(voice::Bytes) override {}
  void work() override;
  void disconnected() override { prepare(); }

 private:
  void prepare();
  void bother();
  void post(const Message& message);
  void post_text(std::string_view text);
  [[nodiscard]] Message some_bytes(std::size_t count);
  [[nodiscard]] Message broken_rtp();
  [[nodiscard]] Message broken_text();
  [[nodiscard]] SlowPacket packet(std::size_t samples);

  std::optional<Mischief> only_;
  Mischief mischief_{};
  std::uint64_t wakes_ = 0;  // since this connection was opened
  std::uint16_t sequence_ = 0;
  Message rest_;  // the part of a message that did not fit into the link
};

}  // namespace sim

// Hostile peers: every connection another mischief, drawn by chance or given. None of
// it may disturb the others; the checks of the server see to that.
#pragma once

#include "tests/sim/oracle/slow_wire.hpp"
#include "tests/sim/peers/peer.hpp"

#include <optional>

namespace sim {

enum class Mischief : std::uint8_t {
  garbage,          // bytes of chance
  giant_length,     // promises a message of gigabytes
  stranger_length,  // promises one byte more than a stranger may send
  negative_length,
  slow_prefix,   // begins a length and takes minutes over it
  slow_message,  // one byte a second
  flood,         // valid audio, fifty times too fast
  empty_flood,   // messages without content
  pings,         // asks much faster than it listens
  deaf,          // speaks and never reads
  broken_rtp,
  broken_text,
  liar,          // voice/1 with sequence numbers out of nowhere
  long_packets,  // as much audio in one packet as is legal, and then one byte more
  half_close,    // says that it will say nothing, and listens
  cut_off,       // gone in the middle of a message
  silent,        // silent: might be a listener
};
inline constexpr std::uint64_t mischief_count = static_cast<std::uint64_t>(Mischief::silent) + 1;

class HostilePeer : public Peer {
 public:
  /// @param only this mischief, again and again; none: another one each time.
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
  std::uint64_t wakes_ = 0;  // since this connection was made
  std::uint16_t sequence_ = 0;
  Message rest_;  // of a message the link took half of
};

}  // namespace sim

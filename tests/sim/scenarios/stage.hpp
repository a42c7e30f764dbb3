// The stage of a story: a world, a server, and the peers. Connects them, lets time pass,
// disconnects everybody, and checks that nothing is left behind.
#pragma once

#include "tests/sim/peers/adaptive_peer.hpp"
#include "tests/sim/peers/call_peer.hpp"
#include "tests/sim/peers/classic_peer.hpp"
#include "tests/sim/peers/hostile_peer.hpp"
#include "tests/sim/peers/opus_peer.hpp"
#include "tests/sim/scenarios/scenario.hpp"

#include <memory>
#include <vector>

namespace sim {

class Stage {
 public:
  Stage(const RunOptions& options, const ServerSettings& settings)
      : world_(options.seed, options.talkative), server_(world_, settings) {}

  [[nodiscard]] World& world() noexcept { return world_; }
  [[nodiscard]] Server& server() noexcept { return server_; }

  ClassicPeer& classic(PeerSettings settings) { return add<ClassicPeer>(std::move(settings)); }
  CallPeer& call(PeerSettings settings) { return add<CallPeer>(std::move(settings)); }
  OpusPeer& opus(PeerSettings settings, std::uint32_t speech_seed) {
    return add<OpusPeer>(std::move(settings), speech_seed);
  }
  AdaptivePeer& adaptive(PeerSettings settings, const AdaptiveVoice& voice) {
    return add<AdaptivePeer>(std::move(settings), voice);
  }
  HostilePeer& hostile(PeerSettings settings, std::optional<Mischief> only = std::nullopt) {
    return add<HostilePeer>(std::move(settings), only);
  }
  [[nodiscard]] const std::vector<std::unique_ptr<Peer>>& peers() const noexcept { return peers_; }

  /// Everybody connects, at once.
  void connect_all();
  void run(Duration duration) { world_.run(duration); }

  /// Everybody leaves, the conference ends, and the final checks are made.
  [[nodiscard]] Result end();

 private:
  template <class Kind, class... More>
  Kind& add(More&&... more) {
    auto peer = std::make_unique<Kind>(world_, server_, std::forward<More>(more)...);
    Kind& added = *peer;
    peers_.push_back(std::move(peer));
    return added;
  }

  World world_;
  Server server_;
  std::vector<std::unique_ptr<Peer>> peers_;
};

/// A cable: constant delay, fast, no loss.
[[nodiscard]] LinkProfile cable();
/// A telephone on a train: sometimes nothing arrives for seconds, then everything at once.
[[nodiscard]] LinkProfile train();
/// Honest, over a cable, with an exact sound card: loses nothing.
[[nodiscard]] PeerSettings healthy(std::string name, VoiceSource::Kind voice);

}  // namespace sim

// A peer at the other end of a link. Its own timer wakes it every 20 ms; then it reads what has
// arrived, does what its kind does, and writes what the link accepts. The world's stage owns peers,
// for as long as the world.
#pragma once

#include "tests/sim/peers/voice_source.hpp"
#include "tests/sim/shell/server.hpp"
#include "tests/sim/world/sample_clock.hpp"

#include <memory>
#include <string>

namespace sim {

struct PeerSettings {
  std::string name = "somebody";
  Manners manners = Manners::honest;
  LinkProfile up{};
  LinkProfile down{};
  VoiceSource::Kind voice = VoiceSource::Kind::noise;
  int card_ppm = 0;                            // error of the sound card's crystal
  std::size_t card_block_frames = 1;           // frames the card delivers at a time
  std::size_t read_bytes_per_tick = SIZE_MAX;  // lower for a slow reader
  bool comes_back = false;                     // connects again a second after a connection ended
  bool is_encrypted = false;                   // speaks TLS, if it is a CallPeer
  std::uint8_t address = 0;                    // each number is another address; 0: this machine
  Route route = Route::direct;                 // how its connection reaches the server
  // The credentials of a CallPeer.
  std::string user = {};
  std::string password = {};
  std::string token = {};
  bool answers = true;  // answers a challenge, after some ticks
};

class Peer {
 public:
  /// The first time it wakes is random within the next 20 ms.
  Peer(World& world, Server& server, PeerSettings settings);
  virtual ~Peer() = default;
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  void connect();
  /// Ends the connection properly.
  void leave();
  /// Will not connect again.
  void retire() noexcept { retired_ = true; }
  /// The machine has failed: the connection breaks.
  void crash();

  void set_talking(bool talking) noexcept { talking_ = talking; }
  [[nodiscard]] bool talking() const noexcept { return talking_ && voice_.speaks(); }
  [[nodiscard]] bool connected() const noexcept { return wire_ != nullptr; }
  [[nodiscard]] const SampleClock& microphone_clock() const noexcept { return card_; }
  [[nodiscard]] Link* uplink() noexcept { return wire_ ? &wire_->to_server : nullptr; }
  [[nodiscard]] Link* downlink() noexcept { return wire_ ? &wire_->to_client : nullptr; }

 protected:
  virtual void connected_now() {}
  virtual void received(voice::Bytes bytes) = 0;
  /// Called every 20 ms while connected.
  virtual void work() = 0;
  virtual void disconnected() {}
  /// Called before leaving.
  virtual void say_goodbye() {}

  /// Ends this connection; a peer that comes back will connect again.
  void hang_up();

  /// Offers bytes to the link; returns how many it took.
  std::size_t write(voice::Bytes bytes);
  /// This side sends no more; the other side may still send.
  void half_close() {
    if (wire_) wire_->to_server.finish();
  }

  /// Samples that the card has delivered since the last call, at most `samples_max` of them.
  [[nodiscard]] std::uint64_t captured(std::uint64_t samples_max);
  [[nodiscard]] std::uint64_t card_position() const;
  /// Of this connection; null if it is plain.
  [[nodiscard]] const std::shared_ptr<Tunnel>& tunnel() const noexcept { return tunnel_; }

  World& world_;
  Server& server_;
  PeerSettings settings_;
  Random random_;
  VoiceSource voice_;

 private:
  void wake();
  void take();
  void ended();

  SampleClock card_;
  std::uint64_t captured_ = 0;
  std::shared_ptr<Wire> wire_;
  std::shared_ptr<Tunnel> tunnel_;
  bool talking_ = true;
  bool retired_ = false;
};

}  // namespace sim

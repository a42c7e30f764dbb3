// A peer at the other end of a link. Wakes every 20 ms by a timer of its own, takes what has
// arrived, does its kind's work, and writes what the link will take. The world's stage owns peers,
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
  int card_ppm = 0;                            // how wrong the sound card's crystal is
  std::size_t card_block_frames = 1;           // frames the card delivers at a time
  std::size_t read_bytes_per_tick = SIZE_MAX;  // a slow reader takes less
  bool comes_back = false;                     // connects again a second after a connection ended
  bool is_encrypted = false;                   // speaks TLS, if it is a CallPeer
  std::uint8_t address = 0;                    // each number is another one; 0: this machine
  // What a CallPeer proves itself with.
  std::string user = {};
  std::string password = {};
  std::string token = {};
  bool answers = true;  // a challenge, after some ticks
};

class Peer {
 public:
  /// The first wake-up comes somewhere in the next 20 ms, as chance has it.
  Peer(World& world, Server& server, PeerSettings settings);
  virtual ~Peer() = default;
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  void connect();
  /// Ends the connection in the way one should.
  void leave();
  /// Never connects again.
  void retire() noexcept { retired_ = true; }
  /// The machine is gone: the connection breaks.
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
  /// Every 20 ms while connected.
  virtual void work() = 0;
  virtual void disconnected() {}
  /// Before leaving.
  virtual void say_goodbye() {}

  /// Ends this connection; a peer that comes back will.
  void hang_up();

  /// Offers bytes to the link; returns how many it took.
  std::size_t write(voice::Bytes bytes);
  /// No more is to come from this side; the other side may still speak.
  void half_close() {
    if (wire_) wire_->to_server.finish();
  }

  /// Samples that the card has delivered since the last call, at most `samples_max` of them.
  [[nodiscard]] std::uint64_t captured(std::uint64_t samples_max);
  [[nodiscard]] std::uint64_t card_position() const;
  /// Of this connection; null: it is plain.
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

#include "tests/sim/peers/peer.hpp"

#include <algorithm>

namespace sim {
namespace {

constexpr std::chrono::seconds reconnect_after{1};

}  // namespace

Peer::Peer(World& world, Server& server, PeerSettings settings)
    : world_(world),
      server_(server),
      settings_(std::move(settings)),
      random_(world.random().fork()),
      voice_(settings_.voice, random_.next()),
      card_(server.rate_hz(), settings_.card_ppm, world.now()) {
  world_.after(random_.between(Duration{0}, voice::frame_duration), [this] { wake(); });
}

void Peer::connect() {
  if (wire_ || retired_) return;
  wire_ = std::make_shared<Wire>(settings_.up, settings_.down, random_.fork());
  card_ = SampleClock(server_.rate_hz(), settings_.card_ppm, world_.now());
  captured_ = 0;
  tunnel_ = settings_.is_encrypted ? Tunnel::dig() : nullptr;
  const Message header = proxy_header(settings_.route, settings_.address);
  promise(write(header) == header.size(), "a link that is empty takes a header");
  server_.accept(wire_, {settings_.manners, tunnel_, settings_.address, settings_.route});
  connected_now();
}

void Peer::leave() {
  if (!wire_) return;
  say_goodbye();
  hang_up();
}

void Peer::hang_up() {
  if (!wire_) return;
  wire_->to_server.finish();
  ended();
}

void Peer::crash() {
  if (!wire_) return;
  wire_->broken = true;
  ended();
}

void Peer::ended() {
  wire_.reset();
  disconnected();
  if (settings_.comes_back) world_.after(reconnect_after, [this] { connect(); });
}

void Peer::wake() {
  if (wire_) take();
  if (wire_) work();
  world_.after(voice::frame_duration, [this] { wake(); });
}

void Peer::take() {
  std::size_t wanted = settings_.read_bytes_per_tick;
  while (wanted != 0 && wire_) {
    const voice::Bytes bytes =
        wire_->to_client.read(std::min<std::size_t>(wanted, 65536), world_.now());
    if (bytes.empty()) break;
    wanted -= bytes.size();
    received(bytes);
  }
  if (wire_ && (wire_->broken || wire_->to_client.at_end())) {
    hang_up();
  }
}

std::size_t Peer::write(voice::Bytes bytes) {
  return wire_ && !wire_->broken ? wire_->to_server.write(bytes, world_.now()) : 0;
}

std::uint64_t Peer::card_position() const {
  return card_.position(world_.now());
}

std::uint64_t Peer::captured(std::uint64_t samples_max) {
  const std::uint64_t block = settings_.card_block_frames * server_.format().samples_per_frame();
  const std::uint64_t delivered = card_position() / block * block;
  const std::uint64_t count = std::min(delivered - captured_, samples_max);
  captured_ += count;
  return count;
}

}  // namespace sim

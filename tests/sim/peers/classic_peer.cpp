#include "tests/sim/peers/classic_peer.hpp"

#include "tests/sim/oracle/jitter_model.hpp"

#include <string_view>

namespace sim {
namespace {

// A program that cannot send stops asking its card; then this much is already on its way.
constexpr std::size_t unsent_bytes_max = 32 * 1024;

}  // namespace

void ClassicPeer::connected_now() {
  stream_ = SlowDeframer{voice::message_bytes_max_any_rate};
  announced_ = false;
  held_samples_ = said_samples_ = frames_ = 0;
  unsent_.clear();
}

void ClassicPeer::received(voice::Bytes bytes) {
  stream_.add(bytes);
  while (const auto message = stream_.next()) understand(*message);
  promise(!stream_.broken(), "a client can cut the server's stream into messages");
}

void ClassicPeer::understand(const Message& message) {
  if (!announced_) {
    const std::string_view text{reinterpret_cast<const char*>(message.data()), message.size()};
    // Until it knows the rate, the original takes everything for text, and ignores what it does not
    // know.
    if (text.starts_with("Refused")) return;
    promise(text.starts_with("SamplesPerSecond:" + std::to_string(server_.rate_hz()) + ":"),
            "the first message names the rate");
    announced_ = true;
    return;
  }
  const auto packet = slow_rtp(message);
  promise(packet.has_value(), "a classic client is sent nothing but RTP");
  if (packet->payload.empty()) return;  // a keepalive
  ++frames_heard_;
  delay_.heard(packet->payload, world_.now());
}

void ClassicPeer::work() {
  held_samples_ += captured(UINT64_MAX);
  for (;;) {
    const std::size_t length = frame_samples(server_.rate_hz(), frames_);
    if (held_samples_ < length) break;
    held_samples_ -= length;
    if (announced_ && talking() && unsent_.size() < unsent_bytes_max) send_frame();
    said_samples_ += length;
    ++frames_;
  }
  const std::size_t count = write(unsent_);
  unsent_.erase(unsent_.begin(), unsent_.begin() + static_cast<std::ptrdiff_t>(count));
}

void ClassicPeer::send_frame() {
  SlowPacket packet{sequence_, static_cast<std::uint32_t>(said_samples_), {}};
  packet.payload.resize(frame_samples(server_.rate_hz(), frames_));
  voice_.fill(said_samples_, packet.payload);
  const Message message = slow_rtp_message(packet, 0);
  unsent_.insert(unsent_.end(), message.begin(), message.end());
  sequence_ = static_cast<std::uint16_t>(sequence_ + (random_.percent(90) ? 1 : random_.next()));
}

}  // namespace sim

#include "tests/sim/peers/hostile_peer.hpp"

#include <algorithm>

namespace sim {
namespace {

constexpr int posts_per_wake = 50;  // fifty times real time

Message prefix(std::uint32_t length) {
  Message bytes(4);
  voice::store_le32(bytes.data(), length);
  return bytes;
}

bool is_flood(Mischief mischief) {
  return mischief == Mischief::flood || mischief == Mischief::empty_flood ||
         mischief == Mischief::pings;
}

}  // namespace

HostilePeer::HostilePeer(World& world, Server& server, PeerSettings settings,
                         std::optional<Mischief> only)
    : Peer(world, server, std::move(settings)), only_(only) {
  prepare();
}

void HostilePeer::prepare() {
  mischief_ = only_ ? *only_ : static_cast<Mischief>(random_.below(mischief_count));
  // Dropped messages are only counted, not reported: with one message per read, the oracle can tell
  // which they were.
  settings_.up.split = is_flood(mischief_) ? Split::as_written : Split::any_byte;
  settings_.read_bytes_per_tick = mischief_ == Mischief::deaf ? 0 : SIZE_MAX;
}

void HostilePeer::connected_now() {
  wakes_ = 0;
  rest_.clear();
}

void HostilePeer::work() {
  ++wakes_;
  if (!rest_.empty()) {
    const std::size_t count = write(rest_);
    rest_.erase(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(count));
  }
  if (rest_.empty()) bother();
  // Ends the connection after a while, so that it can misbehave in another way.
  if (connected() && random_.one_in(1500)) random_.percent(50) ? crash() : hang_up();
}

void HostilePeer::bother() {
  const bool first = wakes_ == 1;
  switch (mischief_) {
    case Mischief::garbage:
      (void)write(some_bytes(1 + random_.below(300)));
      break;
    case Mischief::giant_length:
      if (first) (void)write(prefix(0x7FFF'FFFF));
      break;
    case Mischief::stranger_length:
      if (first) (void)write(prefix(voice::message_bytes_max_stranger + 1));
      break;
    case Mischief::negative_length:
      if (first) (void)write(prefix(0xFFFF'FFFF));
      break;
    case Mischief::slow_prefix:
      if (first) (void)write(voice::Bytes{prefix(172)}.first(2));
      break;
    case Mischief::slow_message: {
      const Message message = slow_rtp_message(packet(160), 0);
      if (wakes_ % 50 == 1)
        (void)write(voice::Bytes{message}.subspan(wakes_ / 50 % message.size(), 1));
      break;
    }
    case Mischief::flood:
      for (int i = 0; i < posts_per_wake; ++i) post(slow_rtp_message(packet(160), 0));
      break;
    case Mischief::empty_flood:
      for (int i = 0; i < posts_per_wake; ++i) post(slow_message({}));
      break;
    case Mischief::pings:
      if (first) post_text("Hello\nName:ping");
      for (int i = 0; i < posts_per_wake; ++i) post_text("Ping\nId:" + std::string(100, 'x'));
      break;
    case Mischief::deaf:
      post(slow_rtp_message(packet(160), 0));
      break;
    case Mischief::broken_rtp:
      post(slow_message(broken_rtp()));
      break;
    case Mischief::broken_text:
      post(slow_message(broken_text()));
      break;
    case Mischief::liar:
      if (first) post_text("Hello\nName:Pinocchio");
      if (random_.percent(30)) sequence_ = static_cast<std::uint16_t>(random_.next());
      if (random_.percent(30))
        sequence_ = static_cast<std::uint16_t>(sequence_ + random_.between(-120, 3100));
      post(slow_rtp_message(packet(100 + random_.below(900)), 0));
      break;
    case Mischief::long_packets:
      if (first) post(slow_rtp_message(packet(100), 0));
      post(slow_rtp_message(
          packet(voice::message_bytes_max(server_.format()) - 12 + (wakes_ % 500 == 499 ? 1 : 0)),
          0));
      break;
    case Mischief::half_close:
      half_close();
      break;
    case Mischief::cut_off:
      (void)write(voice::Bytes{slow_rtp_message(packet(160), 0)}.first(1 + random_.below(175)));
      if (!random_.one_in(3)) crash();
      break;
    case Mischief::silent:
      break;
  }
}

void HostilePeer::post(const Message& message) {
  if (!rest_.empty() || !connected()) return;
  const std::size_t count = write(message);
  rest_.assign(message.begin() + static_cast<std::ptrdiff_t>(count), message.end());
}

void HostilePeer::post_text(std::string_view text) {
  post(slow_message({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}));
}

Message HostilePeer::some_bytes(std::size_t count) {
  Message bytes(count);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random_.next());
  return bytes;
}

// Usually version 2, the rest at random: extensions, sources and padding that point anywhere.
Message HostilePeer::broken_rtp() {
  Message bytes = some_bytes(random_.below(300));
  if (!bytes.empty() && random_.percent(90))
    bytes[0] = static_cast<std::uint8_t>(0x80 | (bytes[0] & 0x3F));
  if (bytes.size() > 16 && random_.percent(50)) bytes[14] = 0;  // an extension of a usual length
  return bytes;
}

Message HostilePeer::broken_text() {
  static constexpr std::array<std::string_view, 8> pieces{"Hello", "\nName:", "\nRoom",   "\n",
                                                          ":",     "\x1b[2J", "\xC3\x28", "Bye"};
  Message bytes;
  for (std::uint64_t i = random_.below(30); i > 0; --i) {
    const std::string_view piece = random_.pick(pieces);
    bytes.insert(bytes.end(), piece.begin(), piece.end());
    if (random_.percent(20)) bytes.push_back(static_cast<std::uint8_t>(random_.next()));
  }
  return bytes;
}

SlowPacket HostilePeer::packet(std::size_t samples) {
  return {sequence_++, static_cast<std::uint32_t>(random_.next()), some_bytes(samples)};
}

}  // namespace sim

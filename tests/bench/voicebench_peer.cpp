#include "tests/bench/voicebench_peer.hpp"

#include "common/transport/plain_transport.hpp"
#include "common/wire/voice1.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace voicebench {
namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

void set_option(int socket, int level, int name, int value = 1) {
  if (setsockopt(socket, level, name, &value, sizeof value) != 0) fail("setsockopt");
}

void bind_to_source(int socket, std::size_t source) {
  // The port is chosen at connect(), so every address has its own 28 000.
  set_option(socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK + static_cast<std::uint32_t>(source));
  if (bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) fail("bind");
}

bool would_block() noexcept {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINPROGRESS || errno == EINTR;
}

// Half the full scale is 16 384: µ-law codes whose inverted segment bits are 7 (16 764 and up).
bool is_loud(std::uint8_t code) noexcept {
  return (code & 0x7F) < 0x10;
}

bool has_loud_sample(voice::Bytes packet) noexcept {
  const auto ulaw = packet.subspan(std::min(packet.size(), voice::rtp_header_bytes));
  return std::any_of(ulaw.begin(), ulaw.end(), is_loud);
}

std::optional<timespec> kernel_stamp(msghdr& message) noexcept {
  for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr;
       part = CMSG_NXTHDR(&message, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_TIMESTAMPNS) continue;
    timespec stamp{};
    std::memcpy(&stamp, CMSG_DATA(part), sizeof stamp);
    return stamp;
  }
  return std::nullopt;
}

}  // namespace

Peer::Peer(const Route& route) : is_encrypted_(route.encryption != nullptr) {
  if (is_encrypted_) {
    transport_ = route.encryption->client->connect(route.encryption->identity);
    transport_->set_message_bytes_max(voice::message_bytes_max_any_rate);
  } else {
    transport_ = std::make_unique<voice::PlainTransport>(voice::message_bytes_max_any_rate);
  }
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket_ < 0) fail("socket");
  set_option(socket_, IPPROTO_TCP, TCP_NODELAY);
  // Before connecting: the window is offered with the first packet.
  if (route.receive_buffer_bytes != 0) {
    set_option(socket_, SOL_SOCKET, SO_RCVBUF, route.receive_buffer_bytes);
  }
  if (route.source != 0) bind_to_source(socket_, route.source);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(route.port);
  if (inet_pton(AF_INET, route.host.c_str(), &address.sin_addr) != 1)
    throw std::runtime_error("--host is not an IPv4 address");
  const int result = connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address);
  if (result != 0 && !would_block()) fail("connect");
  queue_own();
}

Peer::Peer(Peer&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)),
      transport_(std::move(other.transport_)),
      is_encrypted_(other.is_encrypted_),
      rate_hz_(other.rate_hz_),
      voice1_(other.voice1_),
      dismissed_(other.dismissed_),
      wants_stamps_(other.wants_stamps_),
      kernel_stamps_(other.kernel_stamps_),
      sequence_(other.sequence_),
      unsent_(std::move(other.unsent_)) {}

Peer::~Peer() {
  close(End::finish);
}

void Peer::close(End end) noexcept {
  if (socket_ < 0) return;
  if (end == End::reset) {
    const linger at_once{1, 0};
    setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
  ::close(std::exchange(socket_, -1));
}

void Peer::stamp_arrivals() {
  set_option(socket_, SOL_SOCKET, SO_TIMESTAMPNS);
  wants_stamps_ = true;
}

Received Peer::receive(const ClockPair& clock, Scan scan) {
  static std::array<std::uint8_t, 65536> scratch;  // for one thread; stays in the cache
  Received received;
  if (socket_ < 0) return received;
  received.arrival = clock.now_steady();
  if (is_encrypted_) (void)flush();
  const auto got = wants_stamps_ ? read_stamped(scratch, clock, received.arrival)
                                 : recv(socket_, scratch.data(), scratch.size(), 0);
  if (got <= 0) {
    if (got == 0 || !would_block()) close(End::finish);
    return received;
  }
  received.bytes = static_cast<std::size_t>(got);
  take_in({scratch.data(), received.bytes}, scan, received);
  queue_own();
  return received;
}

std::ptrdiff_t Peer::read_stamped(std::span<std::uint8_t> out, const ClockPair& clock,
                                  TimePoint& arrival) {
  alignas(cmsghdr) std::array<char, 64> control;
  iovec target{out.data(), out.size()};
  msghdr message{};
  message.msg_iov = &target;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const auto got = recvmsg(socket_, &message, 0);
  if (got <= 0) return got;
  const auto stamp = kernel_stamp(message);
  kernel_stamps_ = stamp.has_value();
  if (stamp) arrival = clock.steady(*stamp);
  return got;
}

void Peer::take_in(voice::Bytes bytes, Scan scan, Received& received) {
  while (true) {
    const auto message = transport_->next(bytes);
    if (!message && message.error() == voice::TransportError::ended) return close(End::finish);
    if (!message) {
      // A server that breaks the framing makes all measurements meaningless.
      throw std::runtime_error("the server's stream is not what it should be " +
                               transport_->failure());
    }
    if (!message->has_value()) return;
    const voice::Bytes payload = **message;
    if (payload.empty()) continue;
    if ((payload[0] & 0xC0) != 0x80) {
      take_text(payload);
      continue;
    }
    ++received.frames;
    note_sequence(payload, received);
    if (scan == Scan::samples && has_loud_sample(payload)) ++received.loud_frames;
  }
}

void Peer::take_text(voice::Bytes message) {
  if (!rate_hz_) {
    const auto announce = voice::parse_announce(message);
    if (!announce) throw std::runtime_error("the server's first message announces no rate");
    rate_hz_ = announce->rate_hz;
    voice1_ = announce->voice1;
    return;
  }
  const auto text = voice::voice1::parse(message);
  if (!text) return;
  if (std::holds_alternative<voice::voice1::Refused>(*text)) dismissed_ = true;
  if (std::holds_alternative<voice::voice1::Bye>(*text)) dismissed_ = true;
}

// A server numbers all its frames consecutively while somebody talks. The floor's number is
// constant.
void Peer::note_sequence(voice::Bytes packet, Received& received) noexcept {
  if (packet.size() < voice::rtp_header_bytes) return;
  const auto sequence = static_cast<std::uint16_t>(packet[2] << 8 | packet[3]);
  const auto step = static_cast<std::uint16_t>(sequence - sequence_.value_or(sequence));
  if (step > 1) received.missing += step - 1U;
  sequence_ = sequence;
}

void Peer::queue_own() {
  const voice::Bytes own = transport_->own();
  unsent_.insert(unsent_.end(), own.begin(), own.end());
  if (!own.empty()) (void)flush();
}

bool Peer::flush() {
  if (unsent_.empty() || socket_ < 0) return true;
  const auto sent = ::send(socket_, unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
  if (sent > 0) unsent_.erase(unsent_.begin(), unsent_.begin() + sent);
  return unsent_.empty();
}

bool Peer::send(std::span<const std::uint8_t> message) {
  if (socket_ < 0 || !transport_->is_ready() || !flush()) return false;
  const voice::Bytes bytes = transport_->seal(message);
  const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent == static_cast<ssize_t>(bytes.size())) return true;
  if (sent < 0 && !would_block()) {
    close(End::finish);
    return false;
  }
  // Sealed bytes must be sent.
  if (sent < 0 && !is_encrypted_) return false;
  unsent_.assign(bytes.begin() + std::max<ssize_t>(sent, 0), bytes.end());
  return true;
}

void Peer::say_hello(std::string_view name, std::string_view room) {
  send(voice::voice1::write(
      voice::voice1::Hello{.name = name, .agent = "voicebench", .room = room}));
}

}  // namespace voicebench

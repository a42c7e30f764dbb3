// A TLS client of voiced on a bare socket, for tests that look at what crosses the wire.
#pragma once

#include "common/tls/tls_client.hpp"
#include "common/transport/channel.hpp"
#include "common/wire/rtp_packet.hpp"

#include "tests/integration/voiced_program.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <deque>
#include <memory>
#include <string>

namespace voice::test {

class TlsPeer {
 public:
  TlsPeer(std::uint16_t port, tls::ServerIdentity identity, const tls::ClientOptions& options = {})
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(port);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(socket_.get(), reinterpret_cast<sockaddr*>(&at), sizeof at) == 0);
    identity.on_judged = [this](tls::Trust, const tls::Fingerprint& of, const std::string&) {
      shown = of;
    };
    channel_ = std::make_unique<Channel>(message_bytes_max_any_rate,
                                         (*tls::Client::make(options))->connect(identity));
    flush();
  }

  void say(Bytes message, MessageClass kind = MessageClass::control) {
    REQUIRE(outbox_.push(message, kind, TimePoint{std::chrono::hours{1}}));
    flush();
  }

  /// The next whole message; none if the connection ends, or nothing arrives for `longest`.
  std::optional<ByteVector> next(std::chrono::milliseconds longest = std::chrono::seconds{10}) {
    for (;;) {
      if (!messages_.empty()) {
        ByteVector message = std::move(messages_.front());
        messages_.pop_front();
        return message;
      }
      if (!wait(longest) || !receive()) return std::nullopt;
    }
  }
  std::string next_text() {
    while (const auto message = next()) {
      if (classify(*message) == MessageKind::text) return text_of(*message);
    }
    return "";
  }
  /// Takes all messages that have arrived. Returns how many of them are sound.
  std::size_t take_frames() {
    while (wait(std::chrono::milliseconds{0}) && receive()) {
    }
    std::size_t frames = 0;
    for (const ByteVector& message : messages_) frames += classify(message) == MessageKind::rtp;
    messages_.clear();
    return frames;
  }
  [[nodiscard]] bool has_ended() const noexcept { return has_ended_; }

  tls::Fingerprint shown{};
  std::optional<TransportError> error;
  ByteVector wire;  // everything that crossed it, in both directions

 private:
  bool wait(std::chrono::milliseconds longest) const {
    pollfd one{socket_.get(), POLLIN, 0};
    return ::poll(&one, 1, static_cast<int>(longest.count())) == 1;
  }
  bool receive() {
    ByteVector bytes(65536);
    const ssize_t count = ::read(socket_.get(), bytes.data(), bytes.size());
    if (count <= 0 || error) {
      has_ended_ = true;
      return false;
    }
    bytes.resize(static_cast<std::size_t>(count));
    wire.insert(wire.end(), bytes.begin(), bytes.end());
    Bytes left{bytes};
    for (;;) {
      const auto message = channel_->next(left);
      if (!message) {
        error = message.error();
        break;
      }
      if (!*message) break;
      messages_.emplace_back((**message).begin(), (**message).end());
    }
    flush();
    return true;
  }
  void flush() {
    for (Bytes bytes = channel_->to_send(outbox_); !bytes.empty();
         bytes = channel_->to_send(outbox_)) {
      const ssize_t count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return;
      wire.insert(wire.end(), bytes.begin(), bytes.begin() + count);
      (void)channel_->sent(outbox_, static_cast<std::size_t>(count));
    }
  }

  Descriptor socket_;
  std::unique_ptr<Channel> channel_;
  Outbox outbox_{{}};
  std::deque<ByteVector> messages_;
  bool has_ended_ = false;
};

/// voiced with a certificate of its own, and a port for TLS beside the plain one.
class TlsVoiced {
 public:
  explicit TlsVoiced(const Strings& flags = {}, const std::string& config = "")
      : voiced_(with_tls(flags), 0, {config, {}}) {
    REQUIRE(voiced_.says(" tls sample_rate_hz="));
    const std::string log = voiced_.log();
    const auto end = log.find(" tls sample_rate_hz=");
    const auto colon = log.rfind(':', end);
    port_ = static_cast<std::uint16_t>(std::stoi(log.substr(colon + 1, end - colon - 1)));
    fingerprint_ = fingerprint_in(log, 0);
  }

  /// The fingerprint in the log after its first `from` bytes.
  static tls::Fingerprint fingerprint_in(const std::string& log, std::size_t from) {
    const auto at = log.find("sha256:", from);
    REQUIRE(at != std::string::npos);
    const auto parsed = tls::parse_fingerprint(log.substr(at, 7 + 64));
    REQUIRE(parsed);
    return *parsed;
  }

  [[nodiscard]] Voiced& voiced() noexcept { return voiced_; }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] const tls::Fingerprint& fingerprint() const noexcept { return fingerprint_; }
  [[nodiscard]] const ScratchDirectory& state() const noexcept { return state_; }

  /// A peer that has joined.
  [[nodiscard]] std::unique_ptr<TlsPeer> join() const {
    auto peer = std::make_unique<TlsPeer>(
        port_, tls::ServerIdentity{.host = "127.0.0.1", .known = fingerprint_});
    REQUIRE(peer->next_text().rfind("SamplesPerSecond:", 0) == 0);
    return peer;
  }

 private:
  Strings with_tls(Strings flags) const {
    flags.insert(flags.end(),
                 {"--listen-tls", "127.0.0.1:0", "--state-directory", state_.file("")});
    return flags;
  }

  ScratchDirectory state_;
  Voiced voiced_;
  std::uint16_t port_ = 0;
  tls::Fingerprint fingerprint_{};
};

}  // namespace voice::test

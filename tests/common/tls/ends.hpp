// The two ends of a TLS connection and the wire between them, without a network.
#pragma once

#include "common/tls/certificate.hpp"
#include "common/tls/tls_client.hpp"
#include "common/tls/tls_server.hpp"
#include "common/wire/limits.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/wire_stream.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace voice::test {

inline std::chrono::sys_seconds now_by_calendar() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

inline tls::CertificatePair make_pair(const std::vector<std::string>& names = {"voice.test"},
                                      std::chrono::sys_seconds now = now_by_calendar()) {
  auto pair = tls::make_self_signed(names, now);
  REQUIRE(pair);
  return std::move(*pair);
}

inline std::shared_ptr<const tls::Server> make_server(const tls::ServerOptions& options) {
  auto server = tls::Server::make(options);
  if (!server) FAIL(server.error());
  return std::move(*server);
}

inline std::shared_ptr<const tls::Client> make_client(const tls::ClientOptions& options = {}) {
  auto client = tls::Client::make(options);
  if (!client) FAIL(client.error());
  return std::move(*client);
}

// What one side sends of its own accord; empty: nothing.
inline ByteVector take_own(Transport& from) {
  const Bytes bytes = from.own();
  return {bytes.begin(), bytes.end()};
}

// The messages in `wire`, which is used up, or the error.
struct Heard {
  std::vector<ByteVector> messages;
  std::optional<TransportError> error;
};
inline Heard hear(Transport& at, Bytes wire) {
  Heard heard;
  for (;;) {
    const auto next = at.next(wire);
    if (!next) {
      heard.error = next.error();
      return heard;
    }
    if (!*next) return heard;
    heard.messages.emplace_back((**next).begin(), (**next).end());
  }
}

// A connection whose handshake is driven by hand. The server's expensive step is allowed at once.
struct Ends {
  Ends(std::shared_ptr<const tls::Server> server_side,
       std::shared_ptr<const tls::Client> client_side, tls::ServerIdentity identity)
      : server(server_side->accept()) {
    identity.on_judged = [this](tls::Trust judged, const tls::Fingerprint& of,
                                const std::string& fault) {
      trust = judged;
      shown = of;
      why = fault;
    };
    client = client_side->connect(identity);
    server->set_message_bytes_max(4096);
    client->set_message_bytes_max(4096);
  }

  // Continues until neither side has anything to send. Keeps the first error of each.
  void shake_hands() {
    for (int step = 0; step < 20; ++step) {
      const ByteVector up = take_own(*client);
      if (!server_error) server_error = hear(*server, up).error;
      if (!server_error && server->wants_turn()) {
        server->give_turn();
        server_error = hear(*server, {}).error;
      }
      const ByteVector down = take_own(*server);
      if (!client_error) client_error = hear(*client, down).error;
      if (up.empty() && down.empty()) return;
    }
    FAIL("the handshake does not end");
  }
  bool are_ready() const { return server->is_ready() && client->is_ready(); }

  std::unique_ptr<Transport> server;
  std::unique_ptr<Transport> client;
  std::optional<tls::Trust> trust;  // the client's verdict, once it has been shown a certificate
  std::optional<tls::Fingerprint> shown;
  std::string why;
  std::optional<TransportError> server_error;
  std::optional<TransportError> client_error;
};

inline ByteVector vector_of(std::string_view text) {
  return {text.begin(), text.end()};
}

// `text` as a message, sealed.
inline ByteVector seal(Transport& from, const std::string& text) {
  const ByteVector plain = message(text);
  const Bytes sealed = from.seal(plain);
  return {sealed.begin(), sealed.end()};
}

}  // namespace voice::test

// A client that uses GnuTLS directly, to do what ours never does: offer a key that the server
// cannot use, cut its messages into tiny records, or show a certificate without having its key.
#pragma once

#include "common/tls/gnutls/library.hpp"

#include "tests/common/tls/ends.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace voice::test {

class RawClient {
 public:
  /// @param flags       in addition to GNUTLS_CLIENT
  /// @param credentials must outlive this object; null: no certificate
  explicit RawClient(const char* priority, unsigned int flags = 0,
                     gnutls_certificate_credentials_t credentials = nullptr)
      : own_(*tls::make_credentials()) {
    gnutls_session_t made = nullptr;
    need(gnutls_init(&made, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL | flags));
    session_.reset(made);
    need(gnutls_priority_set_direct(made, priority, nullptr));
    need(gnutls_credentials_set(made, GNUTLS_CRD_CERTIFICATE,
                                credentials == nullptr ? own_.get() : credentials));
    gnutls_transport_set_ptr(made, this);
    gnutls_transport_set_pull_function(made, &RawClient::pull);
    gnutls_transport_set_push_function(made, &RawClient::push);
    gnutls_handshake_set_timeout(made, GNUTLS_INDEFINITE_TIMEOUT);
  }

  /// Continues the handshake with what the server has sent; returns the answer.
  ByteVector shake_hands(Bytes heard = {}) {
    in_.insert(in_.end(), heard.begin(), heard.end());
    if (is_ready_) return {};
    int result = 0;
    do {
      result = gnutls_handshake(session_.get());
    } while (result == GNUTLS_E_WARNING_ALERT_RECEIVED);
    is_ready_ = result == 0;
    return std::exchange(out_, {});
  }
  /// The only protocol that the client offers (RFC 7301). Call it before shake_hands().
  void offer(std::string_view protocol) {
    const gnutls_datum_t name = tls::datum(protocol);
    need(gnutls_alpn_set_protocols(session_.get(), &name, 1, 0));
  }
  /// The protocol that the server has chosen; empty: none.
  [[nodiscard]] std::string protocol() const {
    gnutls_datum_t name{};
    if (gnutls_alpn_get_selected_protocol(session_.get(), &name) != 0) return {};
    return {reinterpret_cast<const char*>(name.data), name.size};
  }
  [[nodiscard]] bool is_ready() const noexcept { return is_ready_; }

  /// `text` in records of `bytes_each` bytes.
  ByteVector in_records(Bytes text, std::size_t bytes_each) {
    while (!text.empty()) {
      const Bytes part = text.first(std::min(bytes_each, text.size()));
      need(static_cast<int>(gnutls_record_send(session_.get(), part.data(), part.size())));
      text = text.subspan(part.size());
    }
    return std::exchange(out_, {});
  }

 private:
  static void need(int result) {
    INFO(gnutls_strerror(result));
    REQUIRE(result >= 0);
  }
  static ssize_t pull(gnutls_transport_ptr_t self, void* to, std::size_t size) {
    RawClient& client = *static_cast<RawClient*>(self);
    const std::size_t count = std::min(size, client.in_.size());
    if (count == 0) {
      gnutls_transport_set_errno(client.session_.get(), EAGAIN);
      return -1;
    }
    std::memcpy(to, client.in_.data(), count);
    client.in_.erase(client.in_.begin(), client.in_.begin() + static_cast<std::ptrdiff_t>(count));
    return static_cast<ssize_t>(count);
  }
  static ssize_t push(gnutls_transport_ptr_t self, const void* from, std::size_t size) {
    const auto* const bytes = static_cast<const std::uint8_t*>(from);
    ByteVector& out = static_cast<RawClient*>(self)->out_;
    out.insert(out.end(), bytes, bytes + size);
    return static_cast<ssize_t>(size);
  }

  tls::Credentials own_;
  tls::SessionHandle session_;
  ByteVector in_;
  ByteVector out_;
  bool is_ready_ = false;
};

}  // namespace voice::test

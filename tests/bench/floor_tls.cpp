#include "tests/bench/floor_tls.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#ifndef MSG_NOSIGNAL  // macOS: SIGPIPE is ignored in main
#define MSG_NOSIGNAL 0
#endif

namespace floor_bench {
namespace {

// One thread, so one buffer, which stays in the cache.
std::array<std::uint8_t, 16384> scratch;
std::array<std::uint8_t, 16384> opened;

// The same protocol versions and ciphers as voiced (common/tls/gnutls/library.cpp).
constexpr const char* spoken = "NORMAL:-VERS-ALL:+VERS-TLS1.3";

void need(int result, const char* what) {
  if (result < 0) throw std::runtime_error(std::string(what) + ": " + gnutls_strerror(result));
}

}  // namespace

TlsCredentials::TlsCredentials(const std::string& certificate, const std::string& key) {
  need(gnutls_certificate_allocate_credentials(&credentials_), "TLS");
  need(gnutls_certificate_set_x509_key_file(credentials_, certificate.c_str(), key.c_str(),
                                            GNUTLS_X509_FMT_PEM),
       "--certificate and --certificate-key");
  need(gnutls_priority_init(&priority_, spoken, nullptr), "TLS");
}

TlsCredentials::~TlsCredentials() {
  gnutls_certificate_free_credentials(credentials_);
  gnutls_priority_deinit(priority_);
}

TlsEnd::TlsEnd(const TlsCredentials& credentials, int socket) : socket_(socket) {
  need(gnutls_init(&session_, GNUTLS_SERVER | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL), "TLS");
  need(gnutls_priority_set(session_, credentials.priority_), "TLS");
  need(gnutls_credentials_set(session_, GNUTLS_CRD_CERTIFICATE, credentials.credentials_), "TLS");
  gnutls_handshake_set_timeout(session_, GNUTLS_INDEFINITE_TIMEOUT);
  gnutls_transport_set_ptr(session_, this);
  gnutls_transport_set_pull_function(session_, &TlsEnd::pull);
  gnutls_transport_set_push_function(session_, &TlsEnd::push);
}

TlsEnd::~TlsEnd() {
  gnutls_deinit(session_);
}

ssize_t TlsEnd::pull(gnutls_transport_ptr_t self, void* to, std::size_t size) {
  TlsEnd& end = *static_cast<TlsEnd*>(self);
  const std::size_t count = std::min(size, end.came_.size());
  if (count == 0) {
    gnutls_transport_set_errno(end.session_, EAGAIN);
    return -1;
  }
  std::memcpy(to, end.came_.data(), count);
  end.came_ = end.came_.subspan(count);
  return static_cast<ssize_t>(count);
}

ssize_t TlsEnd::push(gnutls_transport_ptr_t self, const void* from, std::size_t size) {
  return ::send(static_cast<TlsEnd*>(self)->socket_, from, size, MSG_NOSIGNAL);
}

// GnuTLS keeps the beginning of an incomplete record.
bool TlsEnd::take() {
  while (!is_ready_) {
    const int result = gnutls_handshake(session_);
    is_ready_ = result == 0;
    if (result == GNUTLS_E_AGAIN) return true;
    if (result < 0 && gnutls_error_is_fatal(result) != 0) return false;
  }
  for (;;) {
    const ssize_t count = gnutls_record_recv(session_, opened.data(), opened.size());
    if (count == GNUTLS_E_AGAIN) return true;
    if (count == 0 || (count < 0 && gnutls_error_is_fatal(static_cast<int>(count)) != 0)) {
      return false;
    }
  }
}

bool TlsEnd::receive() {
  const ssize_t got = ::recv(socket_, scratch.data(), scratch.size(), 0);
  if (got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK)) return false;
  if (got < 0) return true;
  came_ = voice::Bytes{scratch}.first(static_cast<std::size_t>(got));
  return take();
}

bool TlsEnd::send(voice::Bytes message) {
  const ssize_t sent = gnutls_record_send(session_, message.data(), message.size());
  return sent == static_cast<ssize_t>(message.size());
}

}  // namespace floor_bench

// The TLS of `floor --certificate`: GnuTLS on a socket, with one recv for everything that has come,
// and one send for each record. What voiced costs beyond this is ours; what this costs is the
// kernel's and the library's.
#pragma once

#include "common/core/bytes.hpp"

#include <gnutls/gnutls.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace floor_bench {

/// A certificate and its key, from PEM files. Throws std::runtime_error.
class TlsCredentials {
 public:
  TlsCredentials(const std::string& certificate, const std::string& key);
  ~TlsCredentials();
  TlsCredentials(const TlsCredentials&) = delete;
  TlsCredentials& operator=(const TlsCredentials&) = delete;

 private:
  friend class TlsEnd;
  gnutls_certificate_credentials_t credentials_ = nullptr;
  gnutls_priority_t priority_ = nullptr;
};

/// The server's end of one connection. The socket is the caller's.
class TlsEnd {
 public:
  TlsEnd(const TlsCredentials& credentials, int socket);
  ~TlsEnd();
  TlsEnd(const TlsEnd&) = delete;
  TlsEnd& operator=(const TlsEnd&) = delete;

  /// Receives once, and continues the handshake or decrypts what has come. False if the connection
  /// has ended.
  [[nodiscard]] bool receive();
  /// Sends one record. False if the kernel has not taken all of it.
  [[nodiscard]] bool send(voice::Bytes message);
  [[nodiscard]] bool is_ready() const noexcept { return is_ready_; }

 private:
  static ssize_t pull(gnutls_transport_ptr_t self, void* to, std::size_t size);
  static ssize_t push(gnutls_transport_ptr_t self, const void* from, std::size_t size);
  [[nodiscard]] bool take();

  int socket_;
  gnutls_session_t session_ = nullptr;
  voice::Bytes came_;  // of the shared buffer: what GnuTLS has not read yet
  bool is_ready_ = false;
};

}  // namespace floor_bench

// The PROXY protocol, versions 1 and 2 (HAProxy, doc/proxy-protocol.txt): what a proxy writes in
// front of a connection's own bytes, to say where the connection came from. Bytes in, an address
// out. Holds up to 107 bytes. Pure.
#pragma once

#include "common/core/bytes.hpp"
#include "common/core/result.hpp"
#include "common/wire/ip_address.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace voice {

enum class ProxyHeaderError : std::uint8_t {
  no_header,        // does not begin like one
  too_long,         // version 1: no end within 107 bytes; version 2: over block_bytes_max
  bad_line,         // version 1: not as in §2.1
  bad_version,      // the signature of version 2, but another version
  bad_command,      // neither LOCAL nor PROXY
  bad_transport,    // not a stream
  bad_family,       // not one that §2.2 defines
  short_addresses,  // too short for the addresses of its family
};

/// As text for a log: "not a PROXY header".
[[nodiscard]] const char* to_string(ProxyHeaderError error) noexcept;

struct ProxyHeader {
  /// Where the connection came from; none: the header does not say (UNKNOWN, LOCAL, a Unix socket).
  struct Source {
    IpAddress address;
    std::uint16_t port;
    friend bool operator==(const Source&, const Source&) = default;
  };
  std::optional<Source> source;
  /// The proxy speaks for itself (LOCAL): a health check.
  bool is_own = false;

  friend bool operator==(const ProxyHeader&, const ProxyHeader&) = default;
};

class ProxyHeaderReader {
 public:
  /// Longest line of version 1, its end included (§2.1).
  static constexpr std::size_t line_bytes_max = 107;
  /// What may follow the first 16 bytes of version 2: addresses and extensions. Extensions are
  /// skipped, and take no memory.
  static constexpr std::size_t block_bytes_max = 2048;

  /// Takes what belongs to the header off the front of `wire`. Returns the header once it is whole;
  /// what is left of `wire` is then the connection's own. None: all of `wire` was taken, and more
  /// is needed. Not to be called again after a header or an error.
  [[nodiscard]] expected<std::optional<ProxyHeader>, ProxyHeaderError> next(Bytes& wire) noexcept;

  /// Nothing has been received yet.
  [[nodiscard]] bool is_untouched() const noexcept { return size_ == 0; }

 private:
  using Step = expected<std::optional<ProxyHeader>, ProxyHeaderError>;

  [[nodiscard]] Step look() noexcept;
  [[nodiscard]] Step look_at_line() const noexcept;
  [[nodiscard]] Step look_at_block() noexcept;
  [[nodiscard]] std::optional<ProxyHeaderError> begin_block() noexcept;

  std::array<std::uint8_t, line_bytes_max> kept_{};
  std::size_t size_ = 0;  // of what is kept
  // Version 2: bytes of the block that are kept, bytes after those, and how many to skip now.
  bool has_block_ = false;
  std::size_t address_bytes_ = 0;
  std::size_t extension_bytes_ = 0;
  std::size_t to_skip_ = 0;
};

}  // namespace voice

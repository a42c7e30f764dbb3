// Reads HTTP/1 requests from stream bytes. Owns one buffer of a fixed size; allocates nothing.
// Whatever bytes come in, the result is a request, a reason to refuse it, or that more bytes are
// needed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace voiced {

enum class HttpMethod : std::uint8_t { get, head, other };
enum class HttpPath : std::uint8_t { metrics, healthz, readyz, other };

struct HttpRequest {
  HttpMethod method = HttpMethod::other;
  HttpPath path = HttpPath::other;
  bool accepts_open_metrics = false;
  bool keep_alive = false;
};

class HttpRequestReader {
 public:
  /// Of request line and fields together.
  static constexpr std::size_t header_bytes_max = 4096;

  enum class Reading : std::uint8_t {
    more,       // not all there yet
    request,    // see request(); its bytes are used up
    malformed,  // not HTTP/1; no more may be read
    too_large,  // the same, because the header never ends
    has_body,   // the same, because what would follow is of no use here; see request()
  };

  /// Where the next bytes go; empty when it is full.
  [[nodiscard]] std::span<char> room() noexcept { return std::span(buffer_).subspan(size_); }
  /// That many bytes have been put there.
  void filled(std::size_t count) noexcept;

  [[nodiscard]] Reading read() noexcept;
  [[nodiscard]] const HttpRequest& request() const noexcept { return request_; }

  /// Forgets what it holds and gives its memory away, for bytes that are no longer wanted.
  [[nodiscard]] std::span<char> everything() noexcept {
    size_ = 0;
    return buffer_;
  }

  /// No request has been begun.
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

 private:
  std::array<char, header_bytes_max> buffer_;
  std::size_t size_ = 0;
  HttpRequest request_;
};

}  // namespace voiced

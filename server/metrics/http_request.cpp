#include "server/metrics/http_request.hpp"

#include "common/core/assert.hpp"

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <limits>
#include <new>
#include <string_view>
#include <tuple>
#include <utility>

namespace voiced {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using boost::beast::string_view;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Takes `prefix`, which is in lower case, off the front of `text`, ignoring case.
bool take_prefix(std::string_view& text, std::string_view prefix) {
  const bool is_there =
      text.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), text.begin(),
                                                 [](char a, char b) { return a == lower(b); });
  if (is_there) text.remove_prefix(prefix.size());
  return is_there;
}

// RFC 9112 §3.2.2: a server also accepts the absolute form, which clients send to a proxy. Its host
// name is ignored, as is the field Host.
HttpPath path_of(string_view target) {
  std::string_view whole(target.data(), target.size());
  if (take_prefix(whole, "http://") || take_prefix(whole, "https://")) {
    whole.remove_prefix(std::min(whole.find_first_of("/?"), whole.size()));
  }
  const std::string_view path = whole.substr(0, whole.find('?'));
  if (path == "/metrics") return HttpPath::metrics;
  if (path == "/healthz") return HttpPath::healthz;
  if (path == "/readyz") return HttpPath::readyz;
  return HttpPath::other;
}

bool contains(string_view text, std::string_view wanted) {
  return std::search(text.begin(), text.end(), wanted.begin(), wanted.end(),
                     [](char a, char b) { return lower(a) == b; }) != text.end();
}

// Memory for the parser's fields of one request, so that it does not use the heap. A field of four
// bytes, the shortest possible, becomes an element of at most 64.
class Arena {
 public:
  Arena() noexcept {}  // the memory stays as it is: zeroing it would cost more than parsing
  [[nodiscard]] void* take(std::size_t bytes) {
    constexpr std::size_t step = alignof(std::max_align_t);
    bytes = (bytes + step - 1) / step * step;
    if (bytes > sizeof memory_ - used_) throw std::bad_alloc();
    used_ += bytes;
    return memory_ + used_ - bytes;
  }

 private:
  alignas(std::max_align_t) unsigned char memory_[16 * HttpRequestReader::header_bytes_max];
  std::size_t used_ = 0;
};

template <class T>
struct ArenaAllocator {
  using value_type = T;
  explicit ArenaAllocator(Arena& arena_) noexcept : arena(&arena_) {}
  template <class Other>
  ArenaAllocator(const ArenaAllocator<Other>& other) noexcept : arena(other.arena) {}
  [[nodiscard]] T* allocate(std::size_t count) {
    return static_cast<T*>(arena->take(count * sizeof(T)));
  }
  void deallocate(T*, std::size_t) noexcept {}
  template <class Other>
  bool operator==(const ArenaAllocator<Other>& other) const noexcept {
    return arena == other.arena;
  }
  Arena* arena;
};

// Beast's own parser and not one derived from basic_parser, whose virtual functions differ from
// one Boost to the next (1.90 has another pure one).
using Parser = http::request_parser<http::empty_body, ArenaAllocator<char>>;

HttpRequest request_of(const Parser& parser) {
  const auto& message = parser.get();
  HttpRequest request;
  if (message.method() == http::verb::get) request.method = HttpMethod::get;
  if (message.method() == http::verb::head) request.method = HttpMethod::head;
  request.path = path_of(message.target());
  const auto [begin, end] = message.equal_range(http::field::accept);
  request.accepts_open_metrics = std::any_of(begin, end, [](const auto& field) {
    return contains(field.value(), "application/openmetrics-text");
  });
  request.keep_alive = parser.keep_alive();
  return request;
}

}  // namespace

void HttpRequestReader::filled(std::size_t count) noexcept {
  VOICE_ASSERT(count <= room().size());
  size_ += count;
}

// From the front each time: a header is at most one buffer long, and a parser that has to be
// resumed is one that can be left in a strange state.
HttpRequestReader::Reading HttpRequestReader::read() noexcept try {
  if (size_ == 0) return Reading::more;
  Arena arena;
  Parser parser(std::piecewise_construct, std::make_tuple(),
                std::make_tuple(ArenaAllocator<char>(arena)));
  parser.header_limit(header_bytes_max);
  // However long a body is announced, the reader stops before it.
  parser.body_limit(std::numeric_limits<std::uint64_t>::max());
  error_code error;
  const std::size_t used = parser.put(boost::asio::const_buffer(buffer_.data(), size_), error);
  if (error == http::error::need_more) {
    return room().empty() ? Reading::too_large : Reading::more;
  }
  request_ = {};
  if (error == http::error::header_limit) return Reading::too_large;
  if (error) return Reading::malformed;
  request_ = request_of(parser);
  if (!parser.is_done()) {
    request_.keep_alive = false;
    return Reading::has_body;
  }
  std::copy(buffer_.data() + used, buffer_.data() + size_, buffer_.data());
  size_ -= used;
  return Reading::request;
} catch (const std::exception&) {  // the arena is full, or a field is longer than Beast stores
  return Reading::too_large;
}

}  // namespace voiced

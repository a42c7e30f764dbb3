#include "server/metrics/http_request.hpp"

#include "common/core/assert.hpp"

#include <boost/beast/http/basic_parser.hpp>

#include <algorithm>
#include <string_view>

namespace voiced {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using boost::beast::string_view;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Takes `prefix`, in small letters, off the front of `text`, whatever letters that has.
bool take_prefix(std::string_view& text, std::string_view prefix) {
  const bool is_there =
      text.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), text.begin(),
                                                 [](char a, char b) { return a == lower(b); });
  if (is_there) text.remove_prefix(prefix.size());
  return is_there;
}

// RFC 9112 §3.2.2: a server takes the absolute form, too, which clients send to a proxy. Whose name
// stands in it is not looked at, as with the field Host.
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

// Looks at what is asked for and keeps none of the text: no field costs an allocation.
class Parser : public http::basic_parser<true> {
 public:
  HttpRequest request;

 private:
  void on_request_impl(http::verb method, string_view, string_view target, int,
                       error_code&) override {
    if (method == http::verb::get) request.method = HttpMethod::get;
    if (method == http::verb::head) request.method = HttpMethod::head;
    request.path = path_of(target);
  }
  void on_field_impl(http::field name, string_view, string_view value, error_code&) override {
    if (name != http::field::accept) return;
    request.accepts_open_metrics |= contains(value, "application/openmetrics-text");
  }
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code& error) override {
    error = http::error::body_limit;
  }
  void on_response_impl(int, string_view, int, error_code&) override {}
  std::size_t on_body_impl(string_view, error_code&) override { return 0; }
  void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, string_view, error_code&) override { return 0; }
  void on_finish_impl(error_code&) override {}
};

}  // namespace

void HttpRequestReader::filled(std::size_t count) noexcept {
  VOICE_ASSERT(count <= room().size());
  size_ += count;
}

// From the front each time: a header is at most one buffer long, and a parser that has to be
// resumed is one that can be left in a strange state.
HttpRequestReader::Reading HttpRequestReader::read() noexcept {
  if (size_ == 0) return Reading::more;
  Parser parser;
  parser.eager(true);
  parser.header_limit(header_bytes_max);
  error_code error;
  const std::size_t used = parser.put(boost::asio::const_buffer(buffer_.data(), size_), error);
  if (error == http::error::need_more) {
    return room().empty() ? Reading::too_large : Reading::more;
  }
  if (error == http::error::header_limit) return Reading::too_large;
  request_ = parser.request;
  request_.keep_alive = false;
  if (error == http::error::body_limit) return Reading::has_body;
  if (error) return Reading::malformed;
  if (!parser.is_done()) return Reading::has_body;
  request_.keep_alive = parser.keep_alive();
  std::copy(buffer_.data() + used, buffer_.data() + size_, buffer_.data());
  size_ -= used;
  return Reading::request;
}

}  // namespace voiced

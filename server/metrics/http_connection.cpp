#include "server/metrics/http_connection.hpp"

#include <boost/asio/buffer.hpp>

#include <algorithm>
#include <array>

namespace voiced {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using voice::TimePoint;

namespace {

// From the first byte of a request to its last, and again for sending the answer.
constexpr std::chrono::seconds request_max{5};
constexpr std::chrono::seconds idle_max{30};
constexpr std::chrono::seconds linger_max{1};
constexpr std::size_t head_bytes_max = 256;

const char* phrase(int status) {
  switch (status) {
    case 200:
      return "200 OK";
    case 400:
      return "400 Bad Request";
    case 404:
      return "404 Not Found";
    case 405:
      return "405 Method Not Allowed";
    case 413:
      return "413 Payload Too Large";
    case 431:
      return "431 Request Header Fields Too Large";
    default:
      return "503 Service Unavailable";
  }
}

bool would_block(const error_code& error) {
  return error == asio::error::would_block || error == asio::error::try_again;
}

}  // namespace

HttpConnection::HttpConnection(tcp::socket socket, TimePoint now)
    : socket_(std::move(socket)), deadline_(now + request_max) {
  error_code ignored;
  socket_.non_blocking(true, ignored);
  socket_.set_option(tcp::no_delay(true), ignored);
  head_.reserve(head_bytes_max);
}

HttpConnection::Turn HttpConnection::serve(TimePoint now, Pages& pages, HttpCounters& counters,
                                           bool may_answer) {
  if (now > deadline_) return lingering_ ? Turn::ended : Turn::too_late;
  if (is_sending()) return send(now) ? Turn::nothing : Turn::ended;
  if (lingering_) return discard() ? Turn::nothing : Turn::ended;
  if (!may_answer) return Turn::nothing;
  if (!read(now)) return Turn::ended;
  const auto reading = reader_.read();
  if (reading == HttpRequestReader::Reading::more) return finished_ ? Turn::ended : Turn::nothing;
  ++counters.requests;
  const HttpRequest& request = reader_.request();
  const bool is_request = reading == HttpRequestReader::Reading::request;
  last_ = !is_request || !request.keep_alive;
  Page page = is_request ? pages.page(request, counters) : pages.refusal(reading, request);
  if (page.status >= 400 && page.status < 500) ++counters.bad_requests;
  const bool with_body = !is_request || request.method != HttpMethod::head;
  begin_answer(std::move(page), with_body, now);
  return send(now) ? Turn::answered : Turn::ended;
}

// Reads at most once a turn, and never more than a header: what a client sends beyond that waits in
// the kernel's buffer, which is small, and then at the client.
bool HttpConnection::read(TimePoint now) {
  const auto room = reader_.room();
  if (finished_ || room.empty()) return true;
  error_code error;
  const std::size_t count = socket_.read_some(asio::buffer(room.data(), room.size()), error);
  if (would_block(error)) return true;
  if (error == asio::error::eof) {
    finished_ = true;
    return true;
  }
  if (error) return false;
  if (reader_.empty()) deadline_ = std::min(deadline_, now + request_max);
  reader_.filled(count);
  return true;
}

void HttpConnection::begin_answer(Page page, bool with_body, TimePoint now) {
  page_ = std::move(page);
  body_size_ = with_body ? page_.body->size() : 0;
  sent_ = 0;
  head_.assign("HTTP/1.1 ").append(phrase(page_.status));
  head_.append("\r\nContent-Type: ").append(page_.content_type);
  head_.append("\r\nContent-Length: ").append(std::to_string(page_.body->size()));
  head_.append("\r\nCache-Control: no-store");
  if (page_.status == 405) head_.append("\r\nAllow: GET, HEAD");
  head_.append(last_ ? "\r\nConnection: close\r\n\r\n" : "\r\nConnection: keep-alive\r\n\r\n");
  deadline_ = now + request_max;
}

// False when the connection is broken.
bool HttpConnection::send(TimePoint now) {
  const std::size_t of_head = std::min(sent_, head_.size());
  const std::size_t of_body = sent_ - of_head;
  const std::array<asio::const_buffer, 2> rest{
      asio::buffer(head_) + of_head, asio::buffer(page_.body->data(), body_size_) + of_body};
  error_code error;
  sent_ += socket_.write_some(rest, error);
  if (would_block(error)) return true;
  if (error) return false;
  if (sent_ < head_.size() + body_size_) return true;
  page_ = {};
  deadline_ = now + (reader_.empty() ? idle_max : request_max);
  if (!last_) return true;
  // Closing with unread bytes would be a reset, which may overtake the answer.
  socket_.shutdown(tcp::socket::shutdown_send, error);
  lingering_ = true;
  deadline_ = now + linger_max;
  return !error && !finished_;
}

// False when the client has closed, too.
bool HttpConnection::discard() {
  const std::span<char> all = reader_.everything();
  error_code error;
  (void)socket_.read_some(asio::buffer(all.data(), all.size()), error);
  return !error || would_block(error);
}

}  // namespace voiced

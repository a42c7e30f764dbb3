// One HTTP client: its socket, its unfinished request, its unfinished answer, and how long it may
// take. It never waits and makes no callbacks: it does a bounded piece of work each time it is
// called, once a tick.
#pragma once

#include "server/metrics/pages.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <string>

namespace voiced {

class HttpConnection {
 public:
  HttpConnection(boost::asio::ip::tcp::socket socket, voice::TimePoint now);

  enum class Turn : std::uint8_t {
    nothing,   // nothing to do
    answered,  // one request was answered, wholly or in part
    ended,     // to be destroyed
    too_late,  // the same, because the client took too long
  };

  /// Sends what is still to be sent; else reads once and, if that completes a request, answers it.
  /// @param may_answer false: new requests wait for another turn.
  [[nodiscard]] Turn serve(voice::TimePoint now, Pages& pages, HttpCounters& counters,
                           bool may_answer);

 private:
  [[nodiscard]] bool is_sending() const noexcept { return page_.body != nullptr; }
  [[nodiscard]] bool read(voice::TimePoint now);
  void begin_answer(Page page, bool with_body, voice::TimePoint now);
  [[nodiscard]] bool send(voice::TimePoint now);
  [[nodiscard]] bool discard();

  boost::asio::ip::tcp::socket socket_;
  HttpRequestReader reader_;
  voice::TimePoint deadline_;
  bool finished_ = false;   // the client has closed its half
  bool last_ = false;       // no further request is read
  bool lingering_ = false;  // all is said; what still comes is thrown away

  std::string head_;
  Page page_;
  std::size_t body_size_ = 0;
  std::size_t sent_ = 0;  // of head and body together
};

}  // namespace voiced

#include "server/metrics/http_request.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>
#include <string>

using namespace voiced;
using Reading = HttpRequestReader::Reading;

namespace {

// Feeds as much of `bytes` as fits. Returns how much that was.
std::size_t feed(HttpRequestReader& reader, const std::string& bytes) {
  const auto room = reader.room();
  const std::size_t count = std::min(room.size(), bytes.size());
  std::copy_n(bytes.begin(), count, room.begin());
  reader.filled(count);
  return count;
}

Reading read(const std::string& bytes) {
  HttpRequestReader reader;
  feed(reader, bytes);
  return reader.read();
}

HttpRequest request(const std::string& bytes) {
  HttpRequestReader reader;
  feed(reader, bytes);
  REQUIRE(reader.read() == Reading::request);
  CHECK(reader.empty());
  return reader.request();
}

const std::string scrape =
    "GET /metrics HTTP/1.1\r\nHost: voiced:9464\r\nAccept: text/plain;q=0.5, "
    "application/OpenMetrics-text;version=1.0.0\r\n\r\n";

}  // namespace

TEST_CASE("a scrape is understood", "[metrics]") {
  const HttpRequest scraped = request(scrape);

  CHECK(scraped.method == HttpMethod::get);
  CHECK(scraped.path == HttpPath::metrics);
  CHECK(scraped.accepts_open_metrics);
  CHECK(scraped.keep_alive);
}

TEST_CASE("the paths are told apart", "[metrics]") {
  CHECK(request("HEAD /healthz?verbose HTTP/1.1\r\n\r\n").method == HttpMethod::head);
  CHECK(request("HEAD /healthz?verbose HTTP/1.1\r\n\r\n").path == HttpPath::healthz);
  CHECK(request("GET /readyz HTTP/1.1\r\n\r\n").path == HttpPath::readyz);
  CHECK(request("DELETE /metrics HTTP/1.1\r\n\r\n").method == HttpMethod::other);
  CHECK(request("GET /metrics/ HTTP/1.1\r\n\r\n").path == HttpPath::other);
  CHECK_FALSE(request("GET /metrics HTTP/1.1\r\nAccept: */*\r\n\r\n").accepts_open_metrics);
  CHECK_FALSE(request("GET /metrics HTTP/1.0\r\n\r\n").keep_alive);
  CHECK_FALSE(request("GET /metrics HTTP/1.1\r\nConnection: close\r\n\r\n").keep_alive);
}

TEST_CASE("a target may name its host, as RFC 9112 says", "[metrics]") {
  const auto asked_for = [](const std::string& target) {
    return request("GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n").path;
  };

  CHECK(asked_for("http://127.0.0.1:9464/healthz") == HttpPath::healthz);
  CHECK(asked_for("HTTP://[::1]/metrics?a=/healthz") == HttpPath::metrics);
  CHECK(asked_for("https://host/readyz") == HttpPath::readyz);
  CHECK(asked_for("http://host") == HttpPath::other);
  CHECK(asked_for("http://host?/metrics") == HttpPath::other);
  CHECK(asked_for("http://host/metrics/") == HttpPath::other);
  CHECK(asked_for("http:/metrics") == HttpPath::other);
  CHECK(asked_for("ftp://host/metrics") == HttpPath::other);
  CHECK(asked_for("/http://host/metrics") == HttpPath::other);
}

TEST_CASE("a request with a body is still identified", "[metrics]") {
  HttpRequestReader reader;
  feed(reader, "POST /healthz HTTP/1.1\r\nContent-Length: 1\r\n\r\nx");

  CHECK(reader.read() == Reading::has_body);
  CHECK(reader.request().method == HttpMethod::other);
  CHECK(reader.request().path == HttpPath::healthz);
}

TEST_CASE("a request may come in any pieces", "[metrics]") {
  for (std::size_t piece = 1; piece <= scrape.size(); ++piece) {
    HttpRequestReader reader;
    for (std::size_t at = 0; at < scrape.size(); at += piece) {
      CHECK(reader.read() == Reading::more);
      feed(reader, scrape.substr(at, piece));
    }
    CHECK(reader.read() == Reading::request);
    CHECK(reader.request().accepts_open_metrics);
  }
}

TEST_CASE("requests that come together are read one after the other", "[metrics]") {
  HttpRequestReader reader;
  feed(reader, scrape + "GET /readyz HTTP/1.1\r\n\r\nGET /hea");

  CHECK(reader.read() == Reading::request);
  CHECK(reader.request().path == HttpPath::metrics);
  CHECK(reader.read() == Reading::request);
  CHECK(reader.request().path == HttpPath::readyz);
  CHECK_FALSE(reader.request().accepts_open_metrics);
  CHECK(reader.read() == Reading::more);
  CHECK_FALSE(reader.empty());
}

TEST_CASE("what is not a request is refused", "[metrics]") {
  struct Row {
    const char* what;
    std::string bytes;
    Reading reading;
  };
  using namespace std::string_literals;
  const std::string get = "GET /metrics HTTP/1.1\r\n";
  const auto row = GENERATE_COPY(values<Row>(
      {{"binary", "\x16\x03\x01\x02\x00\x01\x00\x01"s, Reading::malformed},
       {"voice", "\x00\x00\x00\xac\x80\x00\x00\x00"s, Reading::malformed},
       {"another version", "GET /metrics HTTP/9.9\r\n\r\n", Reading::malformed},
       {"no version", "GET /metrics\r\n\r\n", Reading::malformed},
       {"a field without a colon", get + "nonsense\r\n\r\n", Reading::malformed},
       {"a zero byte", get + "A: \0\r\n\r\n"s, Reading::malformed},
       {"two lengths", get + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", Reading::malformed},
       {"a body to come", get + "Content-Length: 5\r\n\r\n", Reading::has_body},
       {"a body", get + "Content-Length: 5\r\n\r\nhello", Reading::has_body},
       {"a huge body", get + "Content-Length: 99999999999\r\n\r\n", Reading::has_body},
       {"chunks", get + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", Reading::has_body},
       {"a header that never ends", get + "A: " + std::string(8000, 'a'), Reading::too_large},
       {"fields that never end",
        [&] {
          std::string text = get;
          while (text.size() < 8000) text += "A: b\r\n";
          return text;
        }(),
        Reading::too_large},
       {"a target that never ends", "GET /" + std::string(8000, 'a'), Reading::too_large}}));
  INFO(row.what);

  CHECK(read(row.bytes) == row.reading);
}

TEST_CASE("a header may be as large as the buffer, and no byte more", "[metrics]") {
  const std::string get = "GET /metrics HTTP/1.1\r\nA: ";
  const std::size_t rest = HttpRequestReader::header_bytes_max - get.size() - 4;

  CHECK(read(get + std::string(rest, 'a') + "\r\n\r\n") == Reading::request);
  CHECK(read(get + std::string(rest + 1, 'a') + "\r\n\r\n") == Reading::too_large);
}

TEST_CASE("a header of nothing but the shortest fields is read like any other", "[metrics]") {
  std::string bytes = "GET /metrics HTTP/1.1\r\n";
  while (bytes.size() + 6 <= HttpRequestReader::header_bytes_max) bytes += "a:\r\n";

  CHECK(request(bytes + "\r\n").path == HttpPath::metrics);
}

TEST_CASE("the accepted formats may be spread over several fields", "[metrics]") {
  const std::string said = "GET /metrics HTTP/1.1\r\nAccept: text/html\r\nA: b\r\n";

  CHECK(request(said + "Accept: application/openmetrics-text\r\n\r\n").accepts_open_metrics);
  CHECK_FALSE(request(said + "X: application/openmetrics-text\r\n\r\n").accepts_open_metrics);
}

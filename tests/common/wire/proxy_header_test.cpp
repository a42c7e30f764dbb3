#include "common/wire/proxy_header.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/proxy_headers.hpp"

using namespace std::string_literals;
using namespace voice;
using namespace voice::test;

namespace {

struct Outcome {
  std::optional<ProxyHeader> header;
  std::optional<ProxyHeaderError> error;
  ByteVector rest;  // after the header
};

/// Feeds `bytes` in pieces of this size.
Outcome read(const ByteVector& bytes, std::size_t piece = SIZE_MAX) {
  ProxyHeaderReader reader;
  Outcome outcome;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t size = std::min(piece, bytes.size() - at);
    Bytes wire = Bytes(bytes).subspan(at, size);
    at += size;
    if (outcome.header) {
      outcome.rest.insert(outcome.rest.end(), wire.begin(), wire.end());
      continue;
    }
    const auto step = reader.next(wire);
    if (!step) {
      outcome.error = step.error();
      return outcome;
    }
    outcome.header = *step;
    if (!outcome.header) REQUIRE(wire.empty());
    outcome.rest.assign(wire.begin(), wire.end());
  }
  return outcome;
}

ByteVector operator+(ByteVector bytes, const std::string& more) {
  bytes.insert(bytes.end(), more.begin(), more.end());
  return bytes;
}

std::string shown(const ProxyHeader& header) {
  if (!header.source) return header.is_own ? "own" : "unknown";
  return to_string(header.source->address, header.source->port);
}

std::string shown(const Outcome& outcome) {
  if (outcome.error) return to_string(*outcome.error);
  return outcome.header ? shown(*outcome.header) : "more";
}

}  // namespace

TEST_CASE("a line of version 1 names the address of the peer", "[proxy_header]") {
  struct Row {
    const char* line;
    const char* shown;
  };
  const auto row = GENERATE(values<Row>(
      {{"PROXY TCP4 192.0.2.7 198.51.100.1 50000 7000\r\n", "192.0.2.7:50000"},
       {"PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n", "255.255.255.255:65535"},
       {"PROXY TCP6 2001:db8::7 2001:db8::1 0 7000\r\n", "[2001:db8::7]:0"},
       {"PROXY TCP6 ::ffff:192.0.2.7 ::1 50000 7000\r\n", "192.0.2.7:50000"},
       {"PROXY UNKNOWN\r\n", "unknown"},
       {"PROXY UNKNOWN whatever follows it\r\n", "unknown"}}));
  CAPTURE(row.line);

  const Outcome outcome = read(vector_of(row.line) + "more");

  CHECK(shown(outcome) == row.shown);
  CHECK(outcome.rest == vector_of("more"));
}

TEST_CASE("an invalid line of version 1 is refused", "[proxy_header]") {
  const auto* const line = GENERATE(
      "PROXY \r\n", "PROXY TCP4\r\n", "PROXY TCP4 192.0.2.7\r\n",
      "PROXY TCP4 192.0.2.7 1.2.3.4\r\n", "PROXY TCP4 192.0.2.7 1.2.3.4 1\r\n",
      "PROXY TCP4 192.0.2.7 1.2.3.4 1 \r\n", "PROXY TCP4 192.0.2.7 1.2.3.4 1 2 \r\n",
      "PROXY TCP4 192.0.2.7 1.2.3.4 1 2 3\r\n", "PROXY TCP4  192.0.2.7 1.2.3.4 1 2\r\n",
      "PROXY TCP4 192.0.2.7 1.2.3.4 65536 2\r\n", "PROXY TCP4 192.0.2.7 1.2.3.4 1 65536\r\n",
      "PROXY TCP4 192.0.2.7 1.2.3.4 01 2\r\n", "PROXY TCP4 192.0.2.7 1.2.3.4 -1 2\r\n",
      "PROXY TCP4 192.0.2.256 1.2.3.4 1 2\r\n", "PROXY TCP4 192.0.2.7 here 1 2\r\n",
      "PROXY TCP4 ::1 ::1 1 2\r\n", "PROXY TCP6 192.0.2.7 1.2.3.4 1 2\r\n",
      "PROXY TCP6 ::1%lo ::1 1 2\r\n", "PROXY TCP5 192.0.2.7 1.2.3.4 1 2\r\n",
      "PROXY tcp4 192.0.2.7 1.2.3.4 1 2\r\n", "PROXY UNKNOWNS\r\n",
      "PROXY TCP4\t192.0.2.7 1.2.3.4 1 2\r\n", "PROXY TCP4 192.0.2.7 1.2.3.4 1 2\n\r\n");
  CAPTURE(line);

  CHECK(read(vector_of(line)).error == ProxyHeaderError::bad_line);
}

TEST_CASE("a line of version 1 has 107 bytes at most", "[proxy_header]") {
  const std::string longest = "PROXY UNKNOWN " + std::string(91, 'x') + "\r\n";
  REQUIRE(longest.size() == ProxyHeaderReader::line_bytes_max);

  CHECK(shown(read(vector_of(longest))) == "unknown");
  CHECK(read(vector_of("PROXY UNKNOWN " + std::string(92, 'x') + "\r\n")).error ==
        ProxyHeaderError::too_long);
  CHECK(shown(read(vector_of("PROXY " + std::string(100, 'x')))) == "more");
  CHECK(read(vector_of("PROXY " + std::string(101, 'x'))).error == ProxyHeaderError::too_long);
}

TEST_CASE("a block of version 2 names the address of the peer", "[proxy_header]") {
  struct Row {
    ByteVector bytes;
    const char* shown;
  };
  const ByteVector extension{0x04, 0x00, 0x02, 0xAB, 0xCD};  // NOOP (§2.2.4)
  const auto row = GENERATE_REF(values<Row>(
      {{proxy_v2_ipv4({192, 0, 2, 7}, 50000), "192.0.2.7:50000"},
       {proxy_v2_ipv4({192, 0, 2, 7}, 50000, extension), "192.0.2.7:50000"},
       {proxy_v2_ipv6(*parse_ipv6("2001:db8::7"), 65535), "[2001:db8::7]:65535"},
       {proxy_v2_ipv6(*parse_ipv6("2001:db8::7"), 1, extension), "[2001:db8::7]:1"},
       {proxy_v2_ipv6(*parse_ipv6("::ffff:192.0.2.7"), 1), "192.0.2.7:1"},
       {proxy_v2(0x20, 0x00, {}), "own"},
       {proxy_v2(0x20, 0x11, ByteVector(12, 9)), "own"},
       {proxy_v2(0x20, 0xFF, extension), "own"},
       {proxy_v2(0x21, 0x00, {}), "unknown"},
       {proxy_v2(0x21, 0x00, extension), "unknown"},
       {proxy_v2(0x21, 0x31, ByteVector(216, 'x')), "unknown"},
       {proxy_v2(0x21, 0x00, ByteVector(ProxyHeaderReader::block_bytes_max, 'x')), "unknown"}}));
  CAPTURE(row.shown, row.bytes.size());

  const Outcome outcome = read(row.bytes + "more");

  CHECK(shown(outcome) == row.shown);
  CHECK(outcome.rest == vector_of("more"));
}

TEST_CASE("an invalid block of version 2 is refused", "[proxy_header]") {
  struct Row {
    ByteVector bytes;
    ProxyHeaderError error;
  };
  const auto row = GENERATE(
      values<Row>({{proxy_v2(0x11, 0x11, ByteVector(12)), ProxyHeaderError::bad_version},
                   {proxy_v2(0x31, 0x11, ByteVector(12)), ProxyHeaderError::bad_version},
                   {proxy_v2(0x22, 0x11, ByteVector(12)), ProxyHeaderError::bad_command},
                   {proxy_v2(0x2F, 0x11, ByteVector(12)), ProxyHeaderError::bad_command},
                   {proxy_v2(0x21, 0x41, ByteVector(216)), ProxyHeaderError::bad_family},
                   {proxy_v2(0x21, 0xF1, ByteVector(216)), ProxyHeaderError::bad_family},
                   {proxy_v2(0x21, 0x12, ByteVector(12)), ProxyHeaderError::bad_transport},
                   {proxy_v2(0x21, 0x22, ByteVector(36)), ProxyHeaderError::bad_transport},
                   {proxy_v2(0x21, 0x10, ByteVector(12)), ProxyHeaderError::bad_transport},
                   {proxy_v2(0x21, 0x11, ByteVector(11)), ProxyHeaderError::short_addresses},
                   {proxy_v2(0x21, 0x21, ByteVector(35)), ProxyHeaderError::short_addresses},
                   {proxy_v2(0x21, 0x31, ByteVector(215)), ProxyHeaderError::short_addresses},
                   {proxy_v2(0x20, 0x00, ByteVector(ProxyHeaderReader::block_bytes_max + 1)),
                    ProxyHeaderError::too_long},
                   {proxy_v2(0x21, 0x11, ByteVector(0xFFFF)), ProxyHeaderError::too_long}}));
  CAPTURE(to_string(row.error));

  CHECK(read(row.bytes).error == row.error);
}

TEST_CASE("what does not begin like a header is rejected at its first wrong byte",
          "[proxy_header]") {
  CHECK(read(vector_of("G")).error == ProxyHeaderError::no_header);
  CHECK(read(vector_of("PROXX")).error == ProxyHeaderError::no_header);
  CHECK(read(vector_of("PROXY\r\n")).error == ProxyHeaderError::no_header);
  CHECK(read(vector_of("\r\n\r\nG")).error == ProxyHeaderError::no_header);
  CHECK(read(vector_of("\r\n\r\n\0\r\nQUIT\r"s)).error == ProxyHeaderError::no_header);
  CHECK(read({0x16, 0x03, 0x01}).error == ProxyHeaderError::no_header);
  // A message of voice/1, and one of the original.
  CHECK(read({0x0E, 0, 0, 0}).error == ProxyHeaderError::no_header);
  CHECK(read({0xAC, 0, 0, 0}).error == ProxyHeaderError::no_header);
}

TEST_CASE("a header means the same however it is cut", "[proxy_header]") {
  const ByteVector extensions(300, 0x04);
  const auto header = GENERATE_REF(
      values<ByteVector>({vector_of("PROXY TCP4 192.0.2.7 198.51.100.1 50000 7000\r\n"),
                          vector_of("PROXY TCP6 2001:db8::7 2001:db8::1 50000 7000\r\n"),
                          vector_of("PROXY UNKNOWN\r\n"), proxy_v2_ipv4({192, 0, 2, 7}, 50000),
                          proxy_v2_ipv4({192, 0, 2, 7}, 50000, extensions),
                          proxy_v2_ipv6(*parse_ipv6("2001:db8::7"), 50000, extensions),
                          proxy_v2(0x20, 0x00, {}), proxy_v2(0x21, 0x31, ByteVector(216, 'x'))}));
  const ByteVector whole = header + "what the peer says";
  const Outcome at_once = read(whole);
  REQUIRE(at_once.header);

  for (std::size_t piece = 1; piece <= whole.size(); ++piece) {
    const Outcome outcome = read(whole, piece);
    CAPTURE(piece);
    REQUIRE(outcome.header == at_once.header);
    REQUIRE(outcome.rest == vector_of("what the peer says"));
  }
}

TEST_CASE("every truncated header asks for more", "[proxy_header]") {
  const auto header = GENERATE(
      values<ByteVector>({vector_of("PROXY TCP4 192.0.2.7 198.51.100.1 50000 7000\r\n"),
                          proxy_v2_ipv6(*parse_ipv6("2001:db8::7"), 50000, ByteVector(20, 4))}));

  for (std::size_t size = 0; size < header.size(); ++size) {
    const ByteVector part(header.begin(), header.begin() + static_cast<std::ptrdiff_t>(size));
    CAPTURE(size);
    REQUIRE(shown(read(part)) == "more");
  }
  CHECK(read(header).header);
}

TEST_CASE("a reader knows whether anything has arrived", "[proxy_header]") {
  ProxyHeaderReader reader;
  Bytes nothing;
  REQUIRE(reader.next(nothing));
  CHECK(reader.is_untouched());

  const ByteVector begun = vector_of("PRO");
  Bytes wire = begun;
  REQUIRE(reader.next(wire));
  CHECK_FALSE(reader.is_untouched());
}

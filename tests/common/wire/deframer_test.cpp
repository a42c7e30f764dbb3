#include "common/wire/deframer.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/vectors.hpp"

#include <algorithm>
#include <string>

using voice::Bytes;
using voice::Deframer;
using voice::FramingError;
using voice::test::append_message;
using voice::test::ByteVector;
using voice::test::feed;

namespace {

ByteVector payload_of(std::size_t size, std::uint8_t seed) {
  ByteVector payload(size);
  for (std::uint8_t& byte : payload) byte = seed++;
  return payload;
}

std::vector<ByteVector> payloads(std::initializer_list<std::size_t> sizes) {
  std::vector<ByteVector> list;
  for (const std::size_t size : sizes) {
    list.push_back(payload_of(size, static_cast<std::uint8_t>(40 * list.size())));
  }
  return list;
}

ByteVector stream_of(const std::vector<ByteVector>& messages) {
  ByteVector stream;
  for (const ByteVector& message : messages) append_message(stream, message);
  return stream;
}

/// Feeds `stream` in pieces that end at `cuts`, each piece in memory of its own, so that a
/// sanitizer detects a view that outlives its piece.
std::vector<ByteVector> feed_cut(const ByteVector& stream, std::vector<std::size_t> cuts,
                                 Deframer& deframer) {
  std::vector<ByteVector> messages;
  cuts.push_back(stream.size());
  std::size_t start = 0;
  for (const std::size_t end : cuts) {
    const ByteVector piece(stream.begin() + static_cast<std::ptrdiff_t>(start),
                           stream.begin() + static_cast<std::ptrdiff_t>(end));
    for (ByteVector& message : feed(deframer, piece)) messages.push_back(std::move(message));
    start = end;
  }
  return messages;
}

std::vector<std::size_t> cuts_every(std::size_t step, std::size_t size) {
  std::vector<std::size_t> cuts;
  for (std::size_t at = step; at < size; at += step) cuts.push_back(at);
  return cuts;
}

/// What a deframer with this limit says about a length prefix alone.
template <std::size_t limit>
std::string verdict(std::initializer_list<std::uint8_t> prefix) {
  Deframer deframer(limit);
  const ByteVector bytes(prefix);
  Bytes rest = bytes;
  const auto message = deframer.next(rest);
  if (!message) return to_string(message.error());
  return *message ? "message" : "waits";
}

}  // namespace

TEST_CASE("pieces of any size give the same messages", "[deframer]") {
  const auto messages = payloads({0, 1, 2, 3, 4, 5, 0, 0, 16, 172, 1024, 1, 0});
  const auto stream = stream_of(messages);

  for (std::size_t step = 1; step <= stream.size(); ++step) {
    Deframer deframer(1024);
    if (feed_cut(stream, cuts_every(step, stream.size()), deframer) != messages) {
      FAIL("pieces of " << step << " bytes");
    }
    if (deframer.mid_message()) FAIL("mid-message after pieces of " << step << " bytes");
  }
  SUCCEED("every piece size");
}

TEST_CASE("any two cuts give the same messages", "[deframer]") {
  const auto messages = payloads({5, 0, 1, 13, 3, 0, 21});
  const auto stream = stream_of(messages);

  for (std::size_t first = 0; first <= stream.size(); ++first) {
    for (std::size_t second = first; second <= stream.size(); ++second) {
      Deframer deframer(21);
      if (feed_cut(stream, {first, second}, deframer) != messages) {
        FAIL("cut at " << first << " and " << second);
      }
    }
  }
  SUCCEED("every pair of cuts");
}

TEST_CASE("a deframer knows at every byte whether it is within a message", "[deframer]") {
  const auto stream = stream_of(payloads({3, 0, 6}));
  const std::vector<std::size_t> boundaries{0, 7, 11, 21};
  Deframer deframer(64);

  CHECK_FALSE(deframer.mid_message());
  for (std::size_t at = 0; at < stream.size(); ++at) {
    feed(deframer, Bytes{stream}.subspan(at, 1));
    const bool on_boundary =
        std::find(boundaries.begin(), boundaries.end(), at + 1) != boundaries.end();
    INFO("after byte " << at + 1);
    CHECK(deframer.mid_message() != on_boundary);
  }
}

TEST_CASE("bytes after a whole message stay with the caller until asked for", "[deframer]") {
  const auto stream = stream_of(payloads({3, 2}));
  Deframer deframer(64);
  Bytes rest = stream;

  const auto message = deframer.next(rest);

  REQUIRE(message.value().has_value());
  CHECK((**message).size() == 3);
  CHECK(rest.size() == 6);
  CHECK_FALSE(deframer.mid_message());
}

TEST_CASE("no bytes give no message and change nothing", "[deframer]") {
  Deframer deframer(64);
  Bytes nothing;

  CHECK_FALSE(deframer.next(nothing).value().has_value());
  CHECK_FALSE(deframer.mid_message());
}

TEST_CASE("illegal lengths are refused by the prefix alone, legal ones are waited for",
          "[deframer]") {
  CHECK(verdict<100>({0, 0, 0, 0}) == "message");
  CHECK(verdict<100>({1, 0, 0, 0}) == "waits");
  CHECK(verdict<100>({100, 0, 0, 0}) == "waits");
  CHECK(verdict<100>({101, 0, 0, 0}) == "too_long");
  CHECK(verdict<100>({0, 1, 0, 0}) == "too_long");
  CHECK(verdict<100>({0, 0, 1, 0}) == "too_long");
  CHECK(verdict<100>({0, 0, 0, 1}) == "too_long");
  CHECK(verdict<100>({0xFF, 0xFF, 0xFF, 0x7F}) == "too_long");
  CHECK(verdict<100>({0x00, 0x00, 0x00, 0x80}) == "negative_length");
  CHECK(verdict<100>({0xFF, 0xFF, 0xFF, 0xFF}) == "negative_length");
  // A length of 172 or 100 in big-endian order is negative or far too long in ours.
  CHECK(verdict<1024>({0, 0, 0, 172}) == "negative_length");
  CHECK(verdict<1024>({0, 0, 0, 100}) == "too_long");
  // A web browser: "GET " read as a length.
  CHECK(verdict<3852>({'G', 'E', 'T', ' '}) == "too_long");
}

TEST_CASE("a bad length is found at every split, after good messages", "[deframer]") {
  auto stream = stream_of(payloads({5, 0, 3}));
  const std::size_t good_bytes = stream.size();
  stream.insert(stream.end(), {0xFE, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4});

  for (std::size_t cut = 0; cut <= good_bytes + 3; ++cut) {
    Deframer deframer(64);
    INFO("cut at " << cut);
    const std::size_t whole = feed(deframer, Bytes{stream}.first(cut)).size();
    Bytes rest = Bytes{stream}.subspan(cut);
    std::size_t messages = whole;
    auto message = deframer.next(rest);
    for (; message && *message; message = deframer.next(rest)) ++messages;

    CHECK(messages == 3);
    REQUIRE_FALSE(message.has_value());
    CHECK(message.error() == FramingError::negative_length);
  }
}

TEST_CASE("a new limit counts from the next prefix on", "[deframer]") {
  const auto stream = stream_of(payloads({50, 50}));
  Deframer deframer(50);
  Bytes rest = stream;

  SECTION("lowered between two messages") {
    CHECK(deframer.next(rest).value().has_value());
    deframer.set_message_bytes_max(49);
    CHECK(deframer.next(rest).error() == FramingError::too_long);
  }
  SECTION("lowered within a message, which is still delivered") {
    CHECK(feed(deframer, rest.first(14)).empty());
    deframer.set_message_bytes_max(20);
    rest = rest.subspan(14);
    CHECK(deframer.next(rest).value().has_value());
    CHECK(deframer.next(rest).error() == FramingError::too_long);
  }
  SECTION("raised within a prefix") {
    deframer.set_message_bytes_max(49);
    CHECK(feed(deframer, rest.first(2)).empty());
    deframer.set_message_bytes_max(50);
    CHECK(feed(deframer, rest.subspan(2)).size() == 2);
  }
}

TEST_CASE("errors have names", "[deframer]") {
  CHECK(std::string(to_string(FramingError::negative_length)) == "negative_length");
  CHECK(std::string(to_string(FramingError::too_long)) == "too_long");
}

#include "common/transport/plain_transport.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/wire_stream.hpp"

#include <string>

using voice::Bytes;
using voice::PlainTransport;
using voice::TransportError;
using voice::test::ByteVector;
using voice::test::message;

namespace {

std::string outcome(PlainTransport& transport, const ByteVector& wire) {
  Bytes bytes{wire};
  const auto next = transport.next(bytes);
  if (!next) return to_string(next.error());
  return *next ? voice::test::text_of(**next) : "none";
}

}  // namespace

TEST_CASE("a plain transport cuts the stream as its deframer does", "[transport]") {
  PlainTransport transport(1024);
  const ByteVector wire = voice::test::stream({message("one"), message(""), message("two")});

  Bytes bytes = Bytes{wire}.first(2);
  CHECK_FALSE(transport.next(bytes).value().has_value());
  CHECK(transport.mid_message());
  bytes = Bytes{wire}.subspan(2);
  CHECK(voice::test::text_of(transport.next(bytes).value().value()) == "one");
  CHECK(transport.next(bytes).value().value().empty());
  CHECK(voice::test::text_of(transport.next(bytes).value().value()) == "two");
  CHECK_FALSE(transport.mid_message());
}

TEST_CASE("a plain transport tells which length was wrong", "[transport]") {
  PlainTransport negative(1024);
  CHECK(outcome(negative, voice::test::prefix(0xFFFFFFFF)) == "negative_length");
  PlainTransport strict(3);
  CHECK(outcome(strict, message("four")) == "too_long");
}

TEST_CASE("a plain transport's limit holds from the next message on", "[transport]") {
  PlainTransport transport(3);
  CHECK(outcome(transport, message("abc")) == "abc");
  transport.set_message_bytes_max(4);
  CHECK(outcome(transport, message("four")) == "four");
}

TEST_CASE("a plain transport sends messages as they are, and nothing of its own", "[transport]") {
  PlainTransport transport(1024);
  const ByteVector wire = message("hello");

  CHECK(transport.is_ready());
  CHECK(transport.own().empty());
  CHECK(transport.seal(wire).data() == wire.data());
  CHECK(transport.seal(wire).size() == wire.size());
}

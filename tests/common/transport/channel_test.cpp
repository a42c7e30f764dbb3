#include "common/transport/channel.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/record_transport.hpp"
#include "tests/support/wire_stream.hpp"

#include <algorithm>
#include <string>

using voice::Bytes;
using voice::Channel;
using voice::MessageClass;
using voice::Outbox;
using voice::test::ByteVector;
using voice::test::message;
using voice::test::RecordTransport;

namespace {

constexpr voice::TimePoint start{std::chrono::hours{1}};

/// One end of a connection.
struct End {
  explicit End(std::unique_ptr<voice::Transport> transport) : channel(1024, std::move(transport)) {}

  void say(const ByteVector& wire, MessageClass kind = MessageClass::control) {
    REQUIRE(outbox.push(wire, kind, start));
  }
  /// Everything that can be sent, in writes of at most `bytes`.
  ByteVector leaves(std::size_t bytes = 1024) {
    ByteVector wire;
    for (Bytes next = channel.to_send(outbox); !next.empty(); next = channel.to_send(outbox)) {
      next = next.first(std::min(bytes, next.size()));
      wire.insert(wire.end(), next.begin(), next.end());
      audio_left += channel.sent(outbox, next.size());
    }
    return wire;
  }
  /// The messages in `wire`, which arrives in pieces of `bytes`.
  std::vector<std::string> reads(const ByteVector& wire, std::size_t bytes = 1024) {
    std::vector<std::string> texts;
    for (std::size_t at = 0; at < wire.size(); at += bytes) {
      Bytes piece = Bytes{wire}.subspan(at, std::min(bytes, wire.size() - at));
      for (;;) {
        const auto next = channel.next(piece);
        REQUIRE(next.has_value());
        if (!*next) break;
        texts.push_back(voice::test::text_of(**next));
      }
    }
    return texts;
  }

  Channel channel;
  Outbox outbox{{}};
  std::size_t audio_left = 0;
};

End plain_end() {
  return End(nullptr);
}
End record_end() {
  return End(std::make_unique<RecordTransport>());
}

/// Two ends, each with a transport, that have greeted each other.
struct Pair {
  Pair() {
    CHECK(left.reads(right.leaves()).empty());
    CHECK(right.reads(left.leaves()).empty());
  }
  End left = record_end();
  End right = record_end();
};

}  // namespace

TEST_CASE("what leaves a plain channel is the outbox's own buffer, in one piece", "[channel]") {
  End end = plain_end();
  end.say(message("one"));
  end.say(message("two"), MessageClass::audio);

  const Bytes bytes = end.channel.to_send(end.outbox);

  CHECK(bytes.data() == end.outbox.front().data());
  CHECK(bytes.size() == 14);
  CHECK(end.channel.sent(end.outbox, 9) == 0);
  CHECK(end.channel.sent(end.outbox, 5) == 1);
  CHECK(end.outbox.empty());
  CHECK(end.channel.to_send(end.outbox).empty());
  CHECK(end.channel.on_message_boundary());
}

TEST_CASE("a plain channel reads messages, and enforces its limit", "[channel]") {
  End end = plain_end();
  CHECK(end.reads(message("one"), 3) == std::vector<std::string>{"one"});
  const ByteVector begun = voice::test::prefix(5);
  CHECK(end.reads(begun).empty());
  CHECK(end.channel.mid_message());

  End strict = plain_end();
  strict.channel.set_message_bytes_max(3);
  const ByteVector wire = message("four");
  Bytes bytes{wire};
  CHECK(strict.channel.next(bytes).error() == voice::TransportError::too_long);
}

TEST_CASE("with a transport between, nothing is sealed before the other side has greeted",
          "[channel]") {
  End client = record_end();
  client.say(message("hello"));

  CHECK(client.leaves() == ByteVector{RecordTransport::greeting});
  CHECK_FALSE(client.outbox.empty());
  CHECK(client.reads({RecordTransport::greeting}).empty());
  CHECK(client.leaves().size() == RecordTransport::length_bytes + message("hello").size());
  CHECK(client.outbox.empty());
}

TEST_CASE("messages arrive through a transport, however the stream is cut", "[channel]") {
  for (const std::size_t bytes : {1U, 2U, 3U, 7U, 1024U}) {
    Pair pair;
    pair.left.say(message("Hello\nName:Anna"));
    pair.left.say(message("frame"), MessageClass::audio);
    pair.left.say(message(""));
    INFO("in pieces of " << bytes);

    const ByteVector wire = pair.left.leaves(bytes);

    CHECK(pair.left.audio_left == 1);
    CHECK(pair.right.reads(wire, bytes) ==
          std::vector<std::string>{"Hello\nName:Anna", "frame", ""});
    CHECK_FALSE(pair.right.channel.mid_message());
  }
}

TEST_CASE("late sound is dropped before it is sealed, what is sealed leaves whole", "[channel]") {
  Pair pair;
  pair.left.say(message("first"), MessageClass::audio);
  pair.left.say(message("second"), MessageClass::audio);
  pair.left.say(message("Bye"));

  Bytes piece = pair.left.channel.to_send(pair.left.outbox).first(3);
  ByteVector wire(piece.begin(), piece.end());
  CHECK(pair.left.channel.sent(pair.left.outbox, 3) == 0);
  CHECK_FALSE(pair.left.channel.on_message_boundary());
  // Only the first message has been sealed, and part of it has been sent.
  pair.left.outbox.expire(start + std::chrono::seconds{1});
  const ByteVector rest = pair.left.leaves(2);
  wire.insert(wire.end(), rest.begin(), rest.end());

  CHECK(pair.left.channel.on_message_boundary());
  CHECK(pair.left.outbox.dropped_messages() == 1);
  CHECK(pair.left.audio_left == 1);
  CHECK(pair.right.reads(wire) == std::vector<std::string>{"first", "Bye"});
}

TEST_CASE("a message for which nothing waits is sealed at once, and only then", "[channel]") {
  End stranger = record_end();
  CHECK(stranger.channel.seal(message("early"), 1).empty());
  Pair pair;
  const ByteVector said = message("one");

  const Bytes sealed = pair.left.channel.seal(said, 1);

  const ByteVector first(sealed.begin(), sealed.begin() + 3);
  CHECK(pair.left.channel.sent(pair.left.outbox, 3) == 0);
  // The rest of it goes before anything else.
  CHECK(pair.left.channel.seal(message("two"), 1).empty());
  CHECK_FALSE(pair.left.channel.on_message_boundary());
  CHECK(pair.right.reads(first).empty());
  CHECK(pair.right.reads(pair.left.leaves()) == std::vector<std::string>{"one"});
  CHECK(pair.left.audio_left == 1);

  const Bytes control = pair.left.channel.seal(message("three"), 0);
  CHECK(pair.right.reads({control.begin(), control.end()}) == std::vector<std::string>{"three"});
  CHECK(pair.left.channel.sent(pair.left.outbox, control.size()) == 0);
  pair.left.channel.finish();
  CHECK(pair.left.channel.seal(message("four"), 1).empty());
}

TEST_CASE("the limit of messages reaches the transport inside", "[channel]") {
  Pair pair;
  pair.left.say(message("four"));
  pair.right.channel.set_message_bytes_max(3);
  const ByteVector wire = pair.left.leaves();
  Bytes bytes{wire};
  CHECK(pair.right.channel.next(bytes).error() == voice::TransportError::too_long);
}

namespace {

// Overwrites at the next call what it has handed out.
class ForgetfulTransport final : public voice::Transport {
 public:
  voice::expected<std::optional<Bytes>, voice::TransportError> next(Bytes& wire) override {
    std::fill(out_.begin(), out_.end(), std::uint8_t{'x'});
    wire = {};
    return std::nullopt;
  }
  bool mid_message() const noexcept override { return false; }
  void set_message_bytes_max(std::size_t) noexcept override {}
  bool is_ready() const noexcept override { return true; }
  Bytes seal(Bytes message) override {
    out_.assign(message.begin(), message.end());
    return out_;
  }
  Bytes own() override { return {}; }

 private:
  ByteVector out_;
};

}  // namespace

TEST_CASE("what is sealed and has not left is kept, whatever comes in meanwhile", "[channel]") {
  End end(std::make_unique<ForgetfulTransport>());
  const ByteVector said = message("Hello");
  const std::size_t already_left = GENERATE(0U, 1U, 6U);
  end.say(said);
  Bytes next = end.channel.to_send(end.outbox);
  REQUIRE(next.size() == said.size());
  if (already_left > 0) {
    (void)end.channel.sent(end.outbox, already_left);
    CHECK_FALSE(end.channel.on_message_boundary());
  }
  CHECK(end.reads(ByteVector{1, 2, 3}).empty());
  next = end.channel.to_send(end.outbox);
  CHECK(ByteVector(next.begin(), next.end()) ==
        ByteVector(said.begin() + static_cast<std::ptrdiff_t>(already_left), said.end()));
  (void)end.channel.sent(end.outbox, next.size());
  CHECK(end.channel.all_left());
}

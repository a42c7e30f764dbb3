// The bytes of a whole connection, cut at every place: the outcome must be the same.
#include "tests/client/call/call_fixture.hpp"

#include <sstream>

using namespace voicecli;
using namespace voicecli::test;

namespace {

Stream story() {
  Stream stream = voice1_announce();
  stream += message("Welcome\nId:3\nName:anna");
  for (int i = 1; i <= 4; ++i) {
    stream += packet(static_cast<std::uint16_t>(i), static_cast<std::uint8_t>(0x10 + i));
  }
  stream += message("");
  stream += message("State\nMutedByServer:both");
  stream += message("Bye\nReason:enough");
  return stream;
}

void tell(std::ostream& out, Line& line) {
  while (const auto event = line.call.poll_event()) out << " e" << event->index();
}

/// Everything that can be observed of a Call that was fed `stream` in pieces.
std::string outcome(const Stream& stream, const std::vector<std::size_t>& pieces) {
  Line line;
  std::ostringstream out;
  std::size_t at = 0;
  for (const std::size_t size : pieces) {
    line.call.received(voice::Bytes{stream}.subspan(at, size), line.now);
    at += size;
    tell(out, line);
  }
  CHECK(at == stream.size());
  for (const std::uint8_t byte : line.sent()) out << ' ' << int{byte};
  for (int i = 0; i < 5; ++i) {
    for (const std::int16_t sample : line.play()) out << ' ' << sample;
  }
  tell(out, line);
  out << " ignored " << line.call.statistics().ignored_messages;
  return out.str();
}

}  // namespace

TEST_CASE("a connection cut into two reads at every byte tells the same story", "[call]") {
  const Stream stream = story();
  const std::string whole = outcome(stream, {stream.size()});
  CHECK(whole.find(" e0 e1") == 0);

  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    INFO("cut at " << cut);
    REQUIRE(outcome(stream, {cut, stream.size() - cut}) == whole);
  }
}

TEST_CASE("a connection read in pieces of any one size tells the same story", "[call]") {
  const Stream stream = story();
  const std::string whole = outcome(stream, {stream.size()});

  for (std::size_t size = 1; size < 200; ++size) {
    std::vector<std::size_t> pieces(stream.size() / size, size);
    pieces.push_back(stream.size() % size);
    INFO("pieces of " << size);
    REQUIRE(outcome(stream, pieces) == whole);
  }
}

TEST_CASE("a connection reset at any byte leaves a call that can still be played and left",
          "[call]") {
  const Stream stream = story();
  for (std::size_t cut = 0; cut < stream.size(); ++cut) {
    INFO("reset at " << cut);
    Line line;
    line.call.received(voice::Bytes{stream}.first(cut), line.now);

    line.speak(Pcm(160, 9000));
    line.play();
    line.call.leave(line.now);

    const auto messages = messages_of(line.sent());
    if (line.call.voice1()) {
      REQUIRE(!messages.empty());
      CHECK(as_text(messages.back()) == "Bye");
    } else {
      CHECK(messages.empty());
    }
  }
}

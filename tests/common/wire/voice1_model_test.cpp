// Messages with random content, written and read back; and the spelling of those for logging in.
#include "common/wire/voice1.hpp"

#include "tests/sim/world/random.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/vectors.hpp"

#include <array>
#include <deque>
#include <optional>
#include <string>

using namespace voice::voice1;

namespace {

std::string payload_of(const Message& message) {
  const auto wire = write(message);
  const auto messages = voice::test::messages_of(wire);
  REQUIRE(messages.size() == 1);
  return {messages[0].begin(), messages[0].end()};
}

Message read(const std::string& text) {
  const auto message = parse({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  REQUIRE(message.has_value());
  return *message;
}

/// Makes messages of random content; owns the texts that they point to.
class Maker {
 public:
  explicit Maker(std::uint64_t seed) : random_(seed) {}

  Message make() {
    switch (random_.below(9)) {
      case 0:
        return Hello{text(), text(), text(), text(), codecs(), number(), text(), text(), text()};
      case 1:
        return Welcome{text(),   text(),
                       text(),   text(),
                       number(), word(Codec::unknown),
                       text(),   word(Role::unknown),
                       text()};
      case 2:
        return Challenge{text(), text(), number(), number()};
      case 3:
        return Proof{text()};
      case 4:
        return refused();
      case 5:
        return bye();
      case 6:
        return State{word(Muted::unknown), word(Role::unknown)};
      case 7:
        return Ping{text()};
      default:
        return Pong{text(), number(), number()};
    }
  }

 private:
  /// Clean text without blanks at its ends, at most 40 bytes, often empty: what a message keeps.
  std::string_view text() {
    if (random_.percent(30)) return {};
    static const std::array<const char*, 8> pieces{"a", "Z",      ":",      " ",
                                                   "7", "\u00E9", "\u20AC", ","};
    std::string made = "x";
    for (auto i = random_.below(10); i > 0; --i) made += random_.pick(pieces);
    return texts_.emplace_back(made + "y");
  }
  std::optional<std::uint32_t> number() {
    if (random_.percent(30)) return std::nullopt;
    return random_.pick(std::array<std::uint32_t, 4>{0, 1, 48'000, 0xFFFF'FFFF});
  }
  template <class Word>
  std::optional<Word> word(Word end) {
    if (random_.percent(30)) return std::nullopt;
    return static_cast<Word>(random_.below(static_cast<std::uint64_t>(end)));
  }
  Codecs codecs() {
    Codecs list;
    for (auto i = random_.below(4); i > 0; --i) list.add(*word_always(Codec::unknown));
    return list;
  }
  template <class Word>
  std::optional<Word> word_always(Word end) {
    return static_cast<Word>(random_.below(static_cast<std::uint64_t>(end)));
  }
  Refused refused() {
    const auto code = static_cast<RefusalCode>(random_.below(6));
    const bool is_new = code == RefusalCode::unknown;
    return {code, text(), is_new ? std::string_view{"far-away"} : std::string_view{}};
  }
  Bye bye() {
    const auto code = static_cast<ByeCode>(random_.below(14));
    const bool is_new = code == ByeCode::unknown;
    return {code, text(), is_new ? std::string_view{"far-away"} : std::string_view{}};
  }

  sim::Random random_;
  std::deque<std::string> texts_;
};

}  // namespace

TEST_CASE("whatever a message holds, it is read back as it was written", "[voice1][model]") {
  const auto seed = GENERATE(range(std::uint64_t{1}, std::uint64_t{5}));
  CAPTURE(seed);
  Maker maker(seed);
  for (int i = 0; i < 2000; ++i) {
    const Message message = maker.make();
    const std::string text = payload_of(message);
    CAPTURE(text);
    REQUIRE(read(text) == message);
    REQUIRE(payload_of(read(text)) == text);
  }
}

TEST_CASE("the messages of a login have the keys that the protocol names", "[voice1]") {
  struct Row {
    Message message;
    const char* text;
  };
  const Row rows[] = {
      {Hello{.name = "Anna", .agent = "a", .user = "anna", .nonce = "n1"},
       "Hello\nName:Anna\nAgent:a\nUser:anna\nNonce:n1"},
      {Hello{.name = "Anna", .agent = "a", .token = "vi1.x.y"},
       "Hello\nName:Anna\nAgent:a\nToken:vi1.x.y"},
      {Challenge{"n2", "c2FsdA", 19456, 2},
       "Challenge\nNonce:n2\nSalt:c2FsdA\nMemory:19456\nPasses:2"},
      {Proof{"cHJvb2Y"}, "Proof\nProof:cHJvb2Y"},
      {Welcome{.id = "1",
               .name = "Anna",
               .agent = "voiced",
               .user = "anna",
               .role = Role::operator_,
               .proof = "cHJvb2Y"},
       "Welcome\nId:1\nName:Anna\nAgent:voiced\nUser:anna\nRole:operator\nProof:cHJvb2Y"},
      {State{Muted::microphone, Role::listener}, "State\nMutedByServer:microphone\nRole:listener"}};
  for (const Row& row : rows) {
    CHECK(payload_of(row.message) == row.text);
    CHECK(read(row.text) == row.message);
  }
}

TEST_CASE("a challenge whose numbers are no numbers has none", "[voice1]") {
  for (const char* const number : {"", "-1", "8192 KiB", "4294967296", "0x2000", "8192.0"}) {
    CAPTURE(number);
    const std::string text =
        "Challenge\nNonce:n\nSalt:s\nMemory:" + std::string(number) + "\nPasses:" + number;
    CHECK(read(text) == Message{Challenge{"n", "s", std::nullopt, std::nullopt}});
  }
}

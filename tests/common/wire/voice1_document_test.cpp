// docs/protocol.md §7 and the types of voice/1 name the same verbs, keys and codes.
#include "common/wire/voice1.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/vectors.hpp"

#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

using namespace voice::voice1;

namespace {

using Words = std::set<std::string>;

/// The text `between backquotes` in a cell of a table.
Words words_of(const std::string& cell) {
  Words words;
  std::istringstream in(cell);
  std::string outside;
  for (std::string word; std::getline(in, outside, '`') && std::getline(in, word, '`');) {
    words.insert(word);
  }
  return words;
}

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream in(line.substr(1));
  for (std::string cell; std::getline(in, cell, '|');) cells.push_back(cell);
  return cells;
}

/// The rows of all tables of §7 whose heading begins with the cell `heading`.
std::vector<std::vector<std::string>> rows_of(const std::string& heading) {
  std::ifstream in(std::string(VOICE_SOURCE_DIR) + "/docs/protocol.md");
  std::vector<std::vector<std::string>> rows;
  bool is_section = false;
  bool is_wanted = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("## ")) is_section = line == "## 7. voice/1";
    if (!is_section || !line.starts_with("|")) {
      is_wanted = false;
    } else if (line.starts_with("| " + heading + " |")) {
      is_wanted = true;
    } else if (is_wanted && !line.starts_with("|--")) {
      rows.push_back(cells_of(line));
    }
  }
  REQUIRE_FALSE(rows.empty());
  return rows;
}

/// The first cells of the table with that heading.
Words words_below(const std::string& heading) {
  Words words;
  for (const auto& row : rows_of(heading)) words.merge(words_of(row.at(0)));
  return words;
}

/// What the document says about the meaning of `key` of `verb`.
Words values_of(const std::string& verb, const std::string& key) {
  for (const auto& row : rows_of("Verb")) {
    if (words_of(row.at(0)).contains(verb) && words_of(row.at(1)).contains(key)) {
      return words_of(row.at(2));
    }
  }
  return {};
}

template <class Code>
Words known(Code first = Code{}) {
  Words words;
  for (auto i = static_cast<unsigned>(first); i < static_cast<unsigned>(Code::unknown); ++i) {
    words.insert(std::string(to_string(static_cast<Code>(i))));
  }
  return words;
}

/// One of each kind, with every field set.
std::vector<Message> full_messages() {
  Codecs codecs;
  codecs.add(Codec::pcmu);
  return {Hello{"n", "a", "p", "r", codecs, 48000, "u", "c", "t"},
          Welcome{"1", "n", "a", "r", 8000, Codec::pcmu, "u", Role::speaker, "p"},
          Challenge{"s", "salt", 19456, 2},
          Proof{"p"},
          Refused{RefusalCode::full, "r"},
          Bye{ByeCode::kicked, "r"},
          State{Muted::both, Role::listener},
          Ping{"1"},
          Pong{"1", 45, 7}};
}

}  // namespace

TEST_CASE("the protocol's document and the types name the same verbs and keys", "[voice1]") {
  std::map<std::string, Words> documented;
  for (const auto& row : rows_of("Verb")) {
    for (const auto& verb : words_of(row.at(0))) documented[verb].merge(words_of(row.at(1)));
  }

  std::map<std::string, Words> spoken;
  const auto messages = full_messages();
  // All kinds but Unknown, which has no verb.
  REQUIRE(messages.size() == std::variant_size_v<Message> - 1);
  for (const Message& message : messages) {
    const auto wire = write(message);
    std::istringstream in(std::string(wire.begin() + voice::length_prefix_bytes, wire.end()));
    std::string verb;
    std::getline(in, verb);
    spoken[verb];
    for (std::string line; std::getline(in, line);) {
      spoken[verb].insert(line.substr(0, line.find(':')));
    }
    const auto again = parse(voice::Bytes{wire}.subspan(voice::length_prefix_bytes));
    REQUIRE(again.has_value());
    CHECK(*again == message);
  }

  CHECK(spoken == documented);
}

TEST_CASE("the protocol's document and the types name the same codes", "[voice1]") {
  CHECK(words_below("`Code` of `Refused`") == known<RefusalCode>());
  CHECK(words_below("`Code` of `Bye`") == known(ByeCode::kicked));
  CHECK(values_of("State", "MutedByServer") == known<Muted>());
  CHECK(values_of("Hello", "Codecs") == known<Codec>());
  CHECK(values_of("Welcome", "Role") == known<Role>());
}

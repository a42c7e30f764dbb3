// Text messages made of random pieces, compared with a slow reader that follows the words of
// docs/protocol.md §7 and the grammar of RFC 3629 §4.
#include "common/wire/text_message.hpp"

#include "tests/sim/world/random.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using voice::Bytes;

namespace {

struct Range {
  int first, last;
  [[nodiscard]] bool holds(char c) const {
    const int byte = static_cast<unsigned char>(c);
    return byte >= first && byte <= last;
  }
};

// The productions UTF8-1 to UTF8-4, without what this protocol forbids: controls other than the
// line feed, in one byte (C0, DEL) or two (C1, U+0080 to U+009F).
const std::vector<std::vector<Range>>& characters() {
  constexpr Range tail{0x80, 0xBF};
  static const std::vector<std::vector<Range>> all{{{0x0A, 0x0A}},
                                                   {{0x20, 0x7E}},
                                                   {{0xC2, 0xC2}, {0xA0, 0xBF}},
                                                   {{0xC3, 0xDF}, tail},
                                                   {{0xE0, 0xE0}, {0xA0, 0xBF}, tail},
                                                   {{0xE1, 0xEC}, tail, tail},
                                                   {{0xED, 0xED}, {0x80, 0x9F}, tail},
                                                   {{0xEE, 0xEF}, tail, tail},
                                                   {{0xF0, 0xF0}, {0x90, 0xBF}, tail, tail},
                                                   {{0xF1, 0xF3}, tail, tail, tail},
                                                   {{0xF4, 0xF4}, {0x80, 0x8F}, tail, tail}};
  return all;
}

/// The length of the legal character at the front of `text`; 0: there is none.
std::size_t character_at(std::string_view text) {
  for (const auto& ranges : characters()) {
    if (ranges.size() > text.size()) continue;
    const bool matches = std::equal(ranges.begin(), ranges.end(), text.begin(),
                                    [](const Range& range, char c) { return range.holds(c); });
    if (matches) return ranges.size();
  }
  return 0;
}

struct Model {
  std::string verb;
  std::vector<std::pair<std::string, std::string>> fields;
};

std::string without_blanks(std::string value) {
  while (!value.empty() && value.front() == ' ') value.erase(0, 1);
  while (!value.empty() && value.back() == ' ') value.pop_back();
  return value;
}

std::optional<Model> read(const std::string& text) {
  if (text.size() > 1024) return std::nullopt;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t size = character_at(rest);
    if (size == 0) return std::nullopt;
    rest.remove_prefix(size);
  }
  std::vector<std::string> lines(1);
  for (const char c : text) {
    if (c == '\n') {
      lines.emplace_back();
    } else {
      lines.back() += c;
    }
  }
  Model model{lines.front(), {}};
  if (lines.size() > 17) return std::nullopt;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::size_t colon = lines[i].find(':');
    if (colon == std::string::npos) return std::nullopt;
    model.fields.emplace_back(lines[i].substr(0, colon),
                              without_blanks(lines[i].substr(colon + 1)));
  }
  return model;
}

std::string random_text(sim::Random& random) {
  static const std::vector<std::string> usual{"Name",       ":",      "\n",     " ",
                                              "x",          "\nKey:", "\u00E9", "\u20AC",
                                              "\U0001F600", "\n:",    " : ",    "\u00A0"};
  static const std::vector<std::string> odd{"\t",
                                            "\r",
                                            "\x7F",
                                            "\u0085",
                                            "\xC3",
                                            "\xE2\x82",
                                            "\xFF",
                                            "\xC0\xAF",
                                            "\x80",
                                            "\xED\xA0\x80",
                                            "\xF0\x9F",
                                            "\xF4\x90\x80\x80",
                                            "\xE0\x9F\xBF",
                                            "\xF0\x8F\xBF\xBF",
                                            "\n"};
  std::string text = random.percent(80) ? "Verb" : "";
  const auto pieces = random.below(random.percent(10) ? 400 : 40);
  for (std::uint64_t i = 0; i < pieces; ++i) {
    text += random.one_in(150) ? random.pick(odd) : random.pick(usual);
  }
  return text;
}

Bytes bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

void compare(const std::string& text) {
  CAPTURE(text);
  const auto model = read(text);
  const auto message = voice::parse_text(bytes_of(text));
  REQUIRE(message.has_value() == model.has_value());
  if (!model) return;
  REQUIRE(message->verb() == model->verb);
  for (const auto& [key, value] : model->fields) {
    const auto first = std::find_if(model->fields.begin(), model->fields.end(),
                                    [&](const auto& each) { return each.first == key; });
    REQUIRE(message->find(key) == first->second);
    const bool has_longer = std::any_of(model->fields.begin(), model->fields.end(),
                                        [&](const auto& each) { return each.first == key + 'x'; });
    REQUIRE(message->find(key + 'x').has_value() == has_longer);
  }
}

}  // namespace

TEST_CASE("any text is read, or refused, as the protocol's words say", "[text_message][model]") {
  const auto seed = GENERATE(range(std::uint64_t{1}, std::uint64_t{5}));
  CAPTURE(seed);
  sim::Random random(seed);
  int legal = 0;
  constexpr int rounds = 3000;
  for (int i = 0; i < rounds; ++i) {
    const std::string text = random_text(random);
    compare(text);
    if (read(text)) ++legal;
  }
  // Both kinds are tried often enough to mean something.
  CHECK(legal > rounds / 10);
  CHECK(legal < rounds * 9 / 10);
}

TEST_CASE("a message of sixteen fields and 1024 bytes is legal, one more of either is not",
          "[text_message][model]") {
  std::string text = "Verb";
  for (int i = 0; i < 16; ++i) text += "\nK:";
  compare(text);
  CHECK(read(text).has_value());
  compare(text + "\nK:");
  CHECK_FALSE(read(text + "\nK:").has_value());
  for (std::size_t size = 1020; size <= 1028; ++size) {
    compare(text + std::string(size - text.size(), 'x'));
    // A character that only begins within the limit does not count.
    compare(text + std::string(size - text.size() - 3, 'x') + "\u20AC");
  }
}

TEST_CASE("a legal message in which any one byte is changed is read as that says",
          "[text_message][model]") {
  const std::string text = "Hello\nName: \u00C4nn\u20AC \nAgent:a:b\nName:\U0001F600";
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string changed = text;
      changed[at] = static_cast<char>(byte);
      compare(changed);
    }
  }
}

TEST_CASE("every character of two bytes is legal, except the controls among them",
          "[text_message][model]") {
  int refused = 0;
  for (int code_point = 0x80; code_point < 0x800; ++code_point) {
    const std::string character{static_cast<char>(0xC0 | code_point >> 6),
                                static_cast<char>(0x80 | (code_point & 0x3F))};
    compare("Verb\nKey:" + character);
    if (!read("Verb\nKey:" + character)) ++refused;
  }
  CHECK(refused == 0x20);  // U+0080 to U+009F
}

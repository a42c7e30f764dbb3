#include "common/app/json_log_line.hpp"

#include "common/wire/utf8.hpp"

#include <algorithm>
#include <cstdio>
#include <vector>

namespace voice::app {
namespace {

constexpr std::string_view lower = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view key_characters = "abcdefghijklmnopqrstuvwxyz0123456789_";
constexpr std::string_view digits = "0123456789";

std::string escaped_json_string(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const Utf8Character character = first_character(text);
    if (character.size_bytes == 0) {
      text.remove_prefix(1);
      continue;
    }
    const std::string_view bytes = text.substr(0, character.size_bytes);
    text.remove_prefix(character.size_bytes);
    if (is_control(character.code_point)) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x",
                    static_cast<unsigned>(character.code_point));
      out += escaped;
    } else {
      if (bytes == "\"" || bytes == "\\") out += '\\';
      out += bytes;
    }
  }
  return out + '"';
}

std::size_t count_of(std::string_view text, std::string_view characters) {
  return std::min(text.find_first_not_of(characters), text.size());
}

// RFC 8259 §6, without exponents: our lines have none. 007 is a name, not a number.
bool is_json_number(std::string_view text) {
  if (!text.empty() && text.front() == '-') text.remove_prefix(1);
  const std::size_t whole = count_of(text, digits);
  if (whole == 0 || (whole > 1 && text.front() == '0')) return false;
  text.remove_prefix(whole);
  if (text.empty()) return true;
  return text.front() == '.' && text.size() > 1 &&
         count_of(text.substr(1), digits) + 1 == text.size();
}

std::string json_word(std::string_view word) {
  const bool plain = word == "true" || word == "false" || is_json_number(word);
  return plain ? std::string(word) : escaped_json_string(word);
}

// Reads a message from left to right.
class Reader {
 public:
  explicit Reader(std::string_view rest) : rest_(rest) {}

  [[nodiscard]] bool next() {
    rest_.remove_prefix(count_of(rest_, " "));
    return !rest_.empty();
  }

  /// `key` of `key=…`; none if the next word is not such a pair: prose may hold LimitRTPRIO=5.
  [[nodiscard]] std::string_view take_key() {
    const std::size_t size = count_of(rest_, key_characters);
    const bool is_key = size != 0 && size < rest_.size() && rest_[size] == '=' &&
                        lower.find(rest_.front()) != std::string_view::npos;
    if (!is_key) return {};
    const std::string_view key = rest_.substr(0, size);
    rest_.remove_prefix(size + 1);
    return key;
  }

  [[nodiscard]] std::string_view take_word() {
    const std::string_view word = rest_.substr(0, rest_.find(' '));
    rest_.remove_prefix(word.size());
    return word;
  }

  /// The JSON of a value, quoted or not.
  [[nodiscard]] std::string take_value() {
    if (rest_.empty() || rest_.front() != '"') return json_word(take_word());
    std::string text;
    std::size_t at = 1;
    for (; at < rest_.size() && rest_[at] != '"'; ++at) {
      if (rest_[at] == '\\' && at + 1 < rest_.size()) ++at;
      text += rest_[at];
    }
    rest_.remove_prefix(std::min(at + 1, rest_.size()));
    return escaped_json_string(text);
  }

 private:
  std::string_view rest_;
};

class Object {
 public:
  void add(std::string key, const std::string& json) {
    while (std::find(keys_.begin(), keys_.end(), key) != keys_.end()) key += '_';
    members_ += (keys_.empty() ? "" : ",") + escaped_json_string(key) + ':' + json;
    keys_.push_back(std::move(key));
  }
  [[nodiscard]] std::string text() const { return '{' + members_ + '}'; }

 private:
  std::vector<std::string> keys_;
  std::string members_;
};

void append_word(std::string& text, std::string_view word) {
  if (!text.empty()) text += ' ';
  text += word;
}

}  // namespace

std::string json_log_line(std::string_view time, std::string_view level, std::string_view message) {
  std::string event;
  std::string text;
  std::vector<std::pair<std::string, std::string>> pairs;
  for (Reader reader(message); reader.next();) {
    const std::string_view key = reader.take_key();
    if (!key.empty()) {
      pairs.emplace_back(key, reader.take_value());
    } else {
      append_word(pairs.empty() ? event : text, reader.take_word());
    }
  }
  Object object;
  object.add("time", escaped_json_string(time));
  object.add("level", escaped_json_string(level));
  object.add("event", escaped_json_string(event));
  for (auto& [key, json] : pairs) object.add(std::move(key), json);
  if (!text.empty()) object.add("text", escaped_json_string(text));
  return object.text();
}

}  // namespace voice::app

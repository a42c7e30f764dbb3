#include "server/operator/request.hpp"

#include "common/app/control_request.hpp"
#include "common/core/number.hpp"
#include "common/core/quoted.hpp"
#include "common/wire/text_message.hpp"
#include "server/host/ban_list.hpp"

#include <algorithm>
#include <cstdint>

namespace voiced {

using voice::unexpected;

namespace {

constexpr std::chrono::seconds span_max = std::chrono::hours{24} * 3650;

/// Takes the rest of a word in quotes off `line`, its closing quote included.
voice::expected<std::string, std::string> quoted_word(std::string_view& line) {
  std::string word;
  while (!line.empty()) {
    char c = line.front();
    line.remove_prefix(1);
    if (c == '"') return word;
    if (c == '\\' && !line.empty()) {
      c = line.front();
      line.remove_prefix(1);
    }
    word += c;
  }
  return unexpected(std::string("a quote is not closed"));
}

std::string bare_word(std::string_view& line) {
  const std::string_view word = line.substr(0, line.find(' '));
  line.remove_prefix(word.size());
  return std::string(word);
}

std::int64_t seconds_of_unit(std::string_view unit) noexcept {
  if (unit == "s") return 1;
  if (unit == "m") return 60;
  if (unit == "h") return 3600;
  return unit == "d" ? 86'400 : 0;
}

}  // namespace

voice::expected<std::vector<Word>, std::string> words_of(std::string_view line) {
  std::vector<Word> words;
  if (voice::app::has_control_character(line)) {
    return unexpected(std::string("the request contains a control character"));
  }
  while (!line.empty()) {
    if (line.front() == ' ') {
      line.remove_prefix(1);
    } else if (line.front() == '"') {
      line.remove_prefix(1);
      auto word = quoted_word(line);
      if (!word) return unexpected(word.error());
      words.push_back({std::move(*word), true});
    } else {
      words.push_back({bare_word(line), false});
    }
  }
  return words;
}

std::string reason_of(std::span<const Word> words) {
  std::string text;
  for (const Word& word : words) text += (text.empty() ? "" : " ") + word.text;
  return voice::printable(text, ban_reason_bytes_max);
}

voice::expected<std::chrono::seconds, std::string> parse_span(std::string_view text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto count = voice::parse_number<std::int64_t>(text.substr(0, digits));
  const std::int64_t unit = seconds_of_unit(text.substr(digits));
  if (count && unit != 0 && *count > 0 && *count <= span_max.count() / unit) {
    return std::chrono::seconds{*count * unit};
  }
  return unexpected(voice::quoted(text) +
                    " is not a duration; use for example 90s, 10m, 2h or 7d, up to 3650d");
}

}  // namespace voiced

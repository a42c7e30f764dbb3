#include "server/app/ban_text.hpp"

#include "common/core/number.hpp"
#include "common/wire/text_message.hpp"
#include "server/host/session.hpp"
#include "server/net/address_text.hpp"

#include <optional>

namespace voiced {
namespace {

constexpr std::string_view heading =
    "# Bans, written by voiced. Fields: kind, who, until (Unix time; - means permanent), why.";
// Of older versions.
constexpr std::string_view old_heading =
    "# Who may not come in. Kept by voiced: kind, who, until (seconds since 1970, - for ever), "
    "why.";

std::string_view take_field(std::string_view& line, const char* separators) {
  const std::size_t end = std::min(line.find_first_of(separators), line.size());
  const std::string_view field = line.substr(0, end);
  line.remove_prefix(end);
  if (!line.empty()) line.remove_prefix(1);
  return field;
}

struct Line {
  std::optional<Ban> ban;
  bool is_damaged = false;  // part of it, or all
};

Ban with_reason(Ban ban, std::string_view reason) {
  ban.reason = voice::printable(reason, ban_reason_bytes_max);
  return ban;
}

/// `kind who until why`; the kind has already been taken off `rest`.
Line line_of(std::string_view kind, std::string_view rest, const char* separators) {
  const std::string_view who = take_field(rest, separators);
  const std::string until(take_field(rest, separators));
  Ban ban{std::string(who), std::nullopt, std::nullopt, ""};
  Line line;
  const auto range = parse_range(who);
  if (range && kind != "name") {
    ban.who = range->shown;
    ban.range = range->range;
    line.is_damaged = kind != "address";
  } else if (kind == "name" && !who.empty() && who == voice::printable(who, name_bytes_max)) {
    // As the session makes it: an older voiced accepted names with invisible characters.
    std::string visible = voice::visible_name(who, name_bytes_max);
    if (!visible.empty()) ban.who = std::move(visible);
  } else {
    return {std::nullopt, true};
  }
  const auto seconds = voice::parse_number<std::int64_t>(until);
  if (seconds) ban.until = std::chrono::sys_seconds{std::chrono::seconds{*seconds}};
  line.is_damaged = line.is_damaged || (!seconds && until != "-");
  line.ban = with_reason(std::move(ban), rest);
  return line;
}

Line line_of(std::string_view text) {
  std::string_view rest = text;
  if (text.find('\t') != std::string_view::npos) {
    const std::string_view kind = take_field(rest, "\t");
    return line_of(kind, rest, "\t");
  }
  const std::string_view first = take_field(rest, " ");
  if (const auto range = parse_range(first)) {
    return {with_reason({range->shown, range->range, std::nullopt, ""}, rest), false};
  }
  return line_of(first, rest, " ");
}

}  // namespace

std::string text_of(const BanList& bans) {
  std::string text(heading);
  text += '\n';
  for (const Ban* const ban : bans.all()) {
    text += ban->range ? "address\t" : "name\t";
    text += ban->who + '\t';
    text += ban->until ? std::to_string(ban->until->time_since_epoch().count()) : "-";
    text += '\t' + ban->reason + '\n';
  }
  return text;
}

BanText parse_bans(std::string_view text) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  BanText result;
  BanReading& reading = result.reading;
  reading.bytes = text.size();
  for (std::size_t number = 1; !text.empty(); ++number) {
    // A last line without an end may have lost more than its line feed: an address or a time.
    const bool is_whole = text.find('\n') != std::string_view::npos;
    std::string_view row = take_field(text, "\n");
    if (row.ends_with('\r')) row.remove_suffix(1);
    const bool is_heading = row == heading || row == old_heading;
    if (is_heading) ++reading.lines_understood;
    if (row.find_first_not_of(" \t") == std::string_view::npos || is_heading) continue;
    if (row.front() == '#') {
      ++reading.comments;
      continue;
    }
    Line line = line_of(row);
    if (line.ban) {
      ++reading.lines_understood;
      if (!result.bans.add(std::move(*line.ban))) reading.is_full = true;
    }
    if (!line.is_damaged && is_whole) continue;
    if (reading.lines_not_understood++ == 0) result.line_not_understood = number;
  }
  return result;
}

}  // namespace voiced

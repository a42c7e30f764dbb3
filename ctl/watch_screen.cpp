#include "ctl/watch_screen.hpp"

#include "common/terminal/columns.hpp"
#include "ctl/span_text.hpp"

#include <algorithm>
#include <cstdio>

namespace voicectl {
namespace {

// Two lines about the server, one of titles, one of keys.
constexpr std::size_t rows_around = 4;

std::string percent(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f %%", share * 100.0);
  return text;
}

std::string count(const Json& object, const char* key) {
  return std::to_string(count_of(object, key));
}

std::string head(const Json& status) {
  return "voiced " + text_of(status, "version") + "  " + text_of(status, "state") + "  up " +
         span_text(count_of(status, "uptime_s")) + "  load " + percent(number_of(status, "load")) +
         "  late ticks " + count(status, "late_ticks");
}

std::string second_line(const Json& status) {
  std::string text = "participants " + count(status, "participants") + " of " +
                     count(status, "participants_max") + "  talking " + count(status, "talkers") +
                     "  strangers " + count(status, "strangers");
  if (count_of(status, "bans") != 0) text += "  bans " + count(status, "bans");
  return text + "  " + count(status, "sample_rate_hz") + " Hz";
}

const char* order_name(Order order) {
  switch (order) {
    case Order::number:
      return "number";
    case Order::talking:
      return "talking";
    case Order::name:
      return "name";
  }
  return "";
}

std::string keys_line(const View& view, std::size_t shown, std::size_t people) {
  std::string text = std::string{"q quit  s sort: "} + order_name(view.order);
  if (shown == people) return text;
  return text + "  j k scroll: " + std::to_string(view.first + 1) + '-' +
         std::to_string(view.first + shown) + " of " + std::to_string(people);
}

Look look_of(const Json& participant) {
  if (is_true(participant, "talking")) return Look::talking;
  return array_of(participant, "muted").empty() ? Look::plain : Look::faint;
}

void add_people(std::vector<ScreenLine>& lines, const Json& list, const View& view,
                std::size_t& shown, std::size_t& count) {
  std::vector<const Json*> people = people_in(list, view.order);
  count = people.size();
  const bool with_identities = has_identities(people);
  const std::size_t first = std::min(view.first, count);
  shown = std::min(people_rows(view), count - first);
  const auto from = people.begin() + static_cast<std::ptrdiff_t>(first);
  people = {from, from + static_cast<std::ptrdiff_t>(shown)};
  const auto table = people_table(people, view.columns, with_identities);
  lines.push_back({voice::terminal::fitted(table.front(), view.columns), Look::title});
  for (std::size_t i = 0; i < shown; ++i) lines.push_back({table[i + 1], look_of(*people[i])});
}

}  // namespace

std::size_t people_rows(const View& view) {
  return view.rows > rows_around ? view.rows - rows_around : 1;
}

std::size_t scrolled(const View& view, std::size_t people, std::int64_t rows) {
  const std::size_t room = people_rows(view);
  const auto last = static_cast<std::int64_t>(people > room ? people - room : 0);
  const auto first = static_cast<std::int64_t>(std::min(view.first, people));
  return static_cast<std::size_t>(std::clamp<std::int64_t>(first + rows, 0, last));
}

std::vector<ScreenLine> watch_screen(const Picture& picture, const View& view) {
  std::vector<ScreenLine> lines;
  std::size_t shown = 0, people = 0;
  if (picture.trouble.empty()) {
    const bool usual = text_of(picture.status, "state") == "running";
    lines.push_back({head(picture.status), usual ? Look::plain : Look::warning});
    lines.push_back({second_line(picture.status), Look::plain});
    add_people(lines, picture.list, view, shown, people);
  } else {
    lines.push_back({"connection to voiced lost, retrying", Look::warning});
    lines.push_back({picture.trouble, Look::faint});
  }
  const std::string keys = keys_line(view, shown, people);
  // At the bottom, wherever the table ends.
  lines.resize(std::max<std::size_t>(view.rows, 1) - 1);
  lines.push_back({keys, Look::faint});
  for (ScreenLine& line : lines) {
    line.text = std::string{voice::terminal::beginning_of(line.text, view.columns)};
  }
  return lines;
}

}  // namespace voicectl

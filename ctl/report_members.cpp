#include "common/terminal/columns.hpp"
#include "common/wire/text_message.hpp"
#include "ctl/report.hpp"
#include "ctl/span_text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace voicectl {
namespace {

struct Line {
  std::string label;
  std::string value;
};

struct Unit {
  std::string_view in_key;  // with the underscore in front
  std::string_view shown;
};

constexpr std::array units{Unit{"_hz", " Hz"}, Unit{"_us", " µs"}, Unit{"_ms", " ms"}};

constexpr std::size_t key_bytes_max = 100;

std::string with_blanks(std::string_view key) {
  std::string text = voice::printable(key, key_bytes_max);
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

std::string percent(const Json& value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f %%", value.get<double>() * 100.0);
  return text;
}

/// "p50 12  p99 80": an object inside the answer, on one line.
std::string one_line(const Json& object) {
  std::string text;
  for (const auto& [key, value] : object.items()) {
    text += (text.empty() ? "" : "  ") + with_blanks(key) + ' ' + shown(value);
  }
  return text;
}

std::string value_text(const Json& value, std::string_view unit) {
  return (value.is_object() ? one_line(value) : shown(value)) + std::string{unit};
}

/// Moves the unit from the member's name to the end of its value.
Line line_of(const std::string& key, const Json& value) {
  if (key == "load" && value.is_number()) return {key, percent(value)};
  // In other members, packets are what is counted, not a unit.
  if (key == "jitter_depth_packets") return {"jitter depth", value_text(value, " packets")};
  for (const Unit& unit : units) {
    const auto at = key.find(unit.in_key);
    if (at == std::string::npos) continue;
    const auto behind = at + unit.in_key.size();
    if (behind != key.size() && key[behind] != '_') continue;
    return {with_blanks(key.substr(0, at) + key.substr(behind)), value_text(value, unit.shown)};
  }
  return {with_blanks(key), value_text(value, "")};
}

Line line_of_room(const Json& room) {
  std::string value = std::to_string(count_of(room, "participants")) + " of " +
                      std::to_string(count_of(room, "participants_max")) + " participants, " +
                      std::to_string(count_of(room, "talkers")) + " talking, " +
                      std::to_string(count_of(room, "sample_rate_hz")) + " Hz";
  // An older server does not report a limiter.
  if (const double gain_db = number_of(room, "limiter_gain_db"); gain_db < 0) {
    char text[32];
    std::snprintf(text, sizeof text, ", limited by %.1f dB", -gain_db);
    value += text;
  }
  if (const auto frames = count_of(room, "limited_frames"); frames != 0) {
    value += ", " + std::to_string(frames) + " frames limited";
  }
  return {"room " + text_of(room, "name"), std::move(value)};
}

}  // namespace

std::string report_members(const Json& answer) {
  std::vector<Line> lines;
  for (const auto& [key, value] : answer.items()) {
    if (key == "ok") continue;
    if (key == "uptime_s") {
      lines.push_back({"uptime", span_text(count_of(answer, "uptime_s"))});
      continue;
    }
    if (key == "rooms" && value.is_array()) {
      for (const Json& room : value) lines.push_back(line_of_room(room));
      continue;
    }
    if (key != "closes" || !value.is_object()) {
      lines.push_back(line_of(key, value));
      continue;
    }
    // One line each, because there are many reasons. Those that never occurred are left out.
    for (const auto& [reason, count] : value.items()) {
      if (count != 0) lines.push_back({"closed: " + with_blanks(reason), shown(count)});
    }
  }
  std::size_t widest = 0;
  for (const Line& line : lines) {
    widest = std::max(widest, voice::terminal::columns_of(line.label));
  }
  std::string text;
  for (const Line& line : lines) {
    text += voice::terminal::fitted(line.label, widest) + "  " + line.value + '\n';
  }
  return text;
}

}  // namespace voicectl

#include "ctl/people.hpp"

#include "common/terminal/meter.hpp"
#include "common/terminal/table.hpp"
#include "ctl/span_text.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace voicectl {
namespace {

using voice::terminal::Align;
using voice::terminal::Column;

constexpr double silence_dbfs = -96.0;

/// "anna"; "by XqZ…" for an invitation; "by certificate" if the certificate gave the name.
std::string user_of(const Json& participant) {
  const std::string user = text_of(participant, "user");
  const std::string invitation = text_of(participant, "invitation");
  if (!invitation.empty()) return "by " + invitation;
  return user.empty() && !text_of(participant, "certificate").empty() ? "by certificate" : user;
}

/// "TLS1.3, AES-128-GCM" → "tls 1.3".
std::string wire_of(const Json& participant) {
  const std::string text = text_of(participant, "encryption");
  if (text.empty()) return "plain";
  const std::string version = text.substr(0, text.find(','));
  return version.rfind("TLS", 0) == 0 ? "tls " + version.substr(3) : version;
}

std::vector<Column> columns(bool with_identities) {
  std::vector<Column> all = {{"ID", Align::right, 3},
                             {"NAME", Align::left, 12, 8},
                             {"ADDRESS", Align::left, 15, 0, 9},
                             {"KIND", Align::left, 7, 0, 8},
                             {"CODEC", Align::left, 5, 0, 10},
                             {"TALK", Align::left, 4, 0, 4},
                             {"LEVEL", Align::left, 17},
                             {"JITTER", Align::left, 12},
                             {"DELAY", Align::right, 6, 0, 3},
                             {"LOST", Align::right, 4, 0, 2},
                             {"QUEUE", Align::right, 6, 0, 6},
                             {"SINCE", Align::right, 7, 0, 5},
                             {"FLAGS", Align::left, 5, 0, 1}};
  if (!with_identities) return all;
  const std::vector<Column> more{{"USER", Align::left, 8, 6, 11},
                                 {"ROLE", Align::left, 8, 0, 12},
                                 {"WIRE", Align::left, 7, 0, 13}};
  all.insert(all.begin() + 2, more.begin(), more.end());
  return all;
}

std::string level_of(const Json& participant) {
  const bool talking = is_true(participant, "talking");
  const double dbfs = talking ? number_of(participant, "level_dbfs", silence_dbfs) : silence_dbfs;
  return voice::terminal::level_bar(dbfs) +
         (talking ? ' ' + voice::terminal::level_text(dbfs) : std::string{});
}

std::string jitter_of(const Json& participant) {
  const auto packets = [&](const char* key) {
    return static_cast<int>(std::clamp(number_of(participant, key), 0.0, 100'000.0));
  };
  const int fill = packets("jitter_fill_packets");
  const int depth = packets("jitter_depth_packets");
  return voice::terminal::jitter_bar(fill, depth) + ' ' + std::to_string(fill) + '/' +
         std::to_string(depth);
}

std::string milliseconds_of(const Json& participant, const char* key) {
  return std::to_string(count_of(participant, key)) + " ms";
}

}  // namespace

std::string flags_of(const Json& participant) {
  std::string flags;
  if (has_text(participant, "muted", "microphone")) flags += 'M';
  if (has_text(participant, "muted", "loudspeaker")) flags += 'L';
  if (has_text(participant, "muted", "here")) flags += 'H';
  const double gain_db = number_of(participant, "gain_db");
  const double levelling_db = number_of(participant, "levelling_db");
  char text[32];
  if (gain_db != 0.0) {
    std::snprintf(text, sizeof text, "%s%+.3g dB", flags.empty() ? "" : " ", gain_db);
    flags += text;
  } else if (std::abs(levelling_db) >= 0.5) {
    // "~": chosen by the leveller, so it may change.
    std::snprintf(text, sizeof text, "%s~%+.0f dB", flags.empty() ? "" : " ", levelling_db);
    flags += text;
  }
  return flags;
}

std::vector<const Json*> people_in(const Json& answer, Order order) {
  std::vector<const Json*> people;
  for (const Json& each : array_of(answer, "participants")) people.push_back(&each);
  const auto sort = [&](auto before) {
    std::stable_sort(people.begin(), people.end(),
                     [&](const Json* a, const Json* b) { return before(*a, *b); });
  };
  sort([](const Json& a, const Json& b) { return count_of(a, "id") < count_of(b, "id"); });
  if (order == Order::talking) {
    sort(
        [](const Json& a, const Json& b) { return is_true(a, "talking") > is_true(b, "talking"); });
  }
  if (order == Order::name) {
    sort([](const Json& a, const Json& b) { return text_of(a, "name") < text_of(b, "name"); });
  }
  return people;
}

bool has_identities(const std::vector<const Json*>& people) {
  return std::any_of(people.begin(), people.end(), [](const Json* each) {
    const std::string role = text_of(*each, "role");
    return !text_of(*each, "user").empty() || !text_of(*each, "invitation").empty() ||
           !text_of(*each, "certificate").empty() || !text_of(*each, "encryption").empty() ||
           !(role.empty() || role == "speaker");
  });
}

std::vector<std::string> people_table(const std::vector<const Json*>& people, std::size_t width,
                                      bool with_identities) {
  voice::terminal::Table table{columns(with_identities)};
  for (const Json* const each : people) {
    const char* const mark = is_true(*each, "name_doubtful") ? "? " : "";
    std::vector<std::string> cells{std::to_string(count_of(*each, "id")),
                                   mark + text_of(*each, "name")};
    if (with_identities) {
      cells.insert(cells.end(), {user_of(*each), text_of(*each, "role"), wire_of(*each)});
    }
    cells.insert(cells.end(),
                 {text_of(*each, "address"), text_of(*each, "dialect"), text_of(*each, "codec"),
                  is_true(*each, "talking") ? "yes" : "", level_of(*each), jitter_of(*each),
                  milliseconds_of(*each, "delay_ms"), std::to_string(count_of(*each, "lost")),
                  milliseconds_of(*each, "queue_age_ms"), span_text(count_of(*each, "connected_s")),
                  flags_of(*each)});
    table.add(std::move(cells));
  }
  return table.lines(width);
}

}  // namespace voicectl

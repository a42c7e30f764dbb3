// An event as a name and a few named values, for programs and for people: the only place that
// defines the words. The same data becomes a line of text or a JSON object.
#pragma once

#include "client/net/event.hpp"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace voicecli {

using EventValue = std::variant<std::string, std::int64_t, double, bool>;

struct EventField {
  std::string key;
  EventValue value;
};

struct EventLine {
  std::string name;  // snake_case: "first_audio_sent"
  std::vector<EventField> fields;
  voice::TimePoint at{};
};

[[nodiscard]] EventLine line_of(const Event& event);

}  // namespace voicecli

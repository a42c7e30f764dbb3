// Something that happened, for people and programs: a name and a few named values. Made by Client,
// shown by a Frontend; the same data becomes a line of text or a JSON object.
#pragma once

#include "common/core/time.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace voicecli {

using EventValue = std::variant<std::string, std::int64_t, double, bool>;

struct EventField {
  std::string key;
  EventValue value;
};

struct Event {
  std::string name;  // snake_case: "first_audio_sent"
  std::vector<EventField> fields;
  voice::TimePoint at{};
};

}  // namespace voicecli

// Reads voiced's answers. A member that is missing or has another type counts as absent, and never
// as an error: the server may be older or newer. text_of() and shown() clean text (printable()).
#pragma once

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace voicectl {

/// Members stay in the order of the answer.
using Json = nlohmann::ordered_json;

/// None if it is not a JSON object.
[[nodiscard]] std::optional<Json> parse_answer(std::string_view line);

[[nodiscard]] bool is_true(const Json& object, const char* key);
[[nodiscard]] double number_of(const Json& object, const char* key, double otherwise = 0.0);
/// The same, rounded to a whole number; for counters and ids.
[[nodiscard]] std::int64_t count_of(const Json& object, const char* key);
[[nodiscard]] std::string text_of(const Json& object, const char* key);
/// The same, however long it is: for settings, which are as long as a configuration may be.
[[nodiscard]] std::string whole_text_of(const Json& object, const char* key);
/// Empty when there is no such array.
[[nodiscard]] const Json& array_of(const Json& object, const char* key);
[[nodiscard]] bool has_text(const Json& object, const char* key, std::string_view text);

/// Any value as text for a table: text as it is, yes, no, 12, 0.25, `a, b`; `-` for null.
[[nodiscard]] std::string shown(const Json& value);

}  // namespace voicectl

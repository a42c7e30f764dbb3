// One JSON object, written member by member, on one line. For answers, statuses and events; reading
// JSON is left to a library.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace voice::app {

/// `text` in quotes. Control characters and invalid UTF-8 are left out, and so is what exceeds 1024
/// bytes.
[[nodiscard]] std::string json_string(std::string_view text);

class JsonObject {
 public:
  JsonObject& add(std::string_view key, std::string_view value);
  JsonObject& add(std::string_view key, const char* value);
  JsonObject& add(std::string_view key, const std::string& value);
  /// However long it is: only for text that is bounded already and that no stranger has chosen.
  JsonObject& add_whole(std::string_view key, std::string_view value);
  JsonObject& add(std::string_view key, bool value);
  JsonObject& add(std::string_view key, double value);  // three decimals
  JsonObject& add(std::string_view key, std::int64_t value);
  JsonObject& add(std::string_view key, std::uint64_t value);
  JsonObject& add(std::string_view key, int value);
  JsonObject& add_null(std::string_view key);
  /// A value that is already JSON: another object, an array.
  JsonObject& add_json(std::string_view key, std::string_view json);

  [[nodiscard]] std::string text() const { return '{' + members_ + '}'; }

 private:
  std::string members_;
};

/// Collects JSON values: [a,b,c].
class JsonArray {
 public:
  void add_json(std::string_view json);
  [[nodiscard]] std::string text() const { return '[' + values_ + ']'; }

 private:
  std::string values_;
};

}  // namespace voice::app

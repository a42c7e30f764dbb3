#include "common/app/json_object.hpp"

#include "common/wire/text_message.hpp"

#include <cstdio>

namespace voice::app {
namespace {

constexpr std::size_t string_bytes_max = 1024;

void append_string(std::string& out, std::string_view text, std::size_t bytes_max) {
  out += '"';
  // printable() leaves valid UTF-8 without control characters, so two characters remain to be
  // escaped.
  for (const char c : printable(text, bytes_max)) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

}  // namespace

std::string json_string(std::string_view text) {
  std::string result;
  append_string(result, text, string_bytes_max);
  return result;
}

JsonObject& JsonObject::add_json(std::string_view key, std::string_view json) {
  if (!members_.empty()) members_ += ',';
  append_string(members_, key, string_bytes_max);
  members_ += ':';
  members_ += json;
  return *this;
}

JsonObject& JsonObject::add(std::string_view key, std::string_view value) {
  return add_json(key, json_string(value));
}
JsonObject& JsonObject::add(std::string_view key, const char* value) {
  return add_json(key, json_string(value));
}
JsonObject& JsonObject::add(std::string_view key, const std::string& value) {
  return add_json(key, json_string(value));
}
JsonObject& JsonObject::add_whole(std::string_view key, std::string_view value) {
  std::string json;
  append_string(json, value, value.size());
  return add_json(key, json);
}
JsonObject& JsonObject::add(std::string_view key, bool value) {
  return add_json(key, value ? "true" : "false");
}
JsonObject& JsonObject::add(std::string_view key, double value) {
  char text[64];
  std::snprintf(text, sizeof text, "%.3f", value);
  return add_json(key, text);
}
JsonObject& JsonObject::add(std::string_view key, std::int64_t value) {
  return add_json(key, std::to_string(value));
}
JsonObject& JsonObject::add(std::string_view key, std::uint64_t value) {
  return add_json(key, std::to_string(value));
}
JsonObject& JsonObject::add(std::string_view key, int value) {
  return add_json(key, std::to_string(value));
}
JsonObject& JsonObject::add_null(std::string_view key) {
  return add_json(key, "null");
}

void JsonArray::add_json(std::string_view json) {
  if (!values_.empty()) values_ += ',';
  values_ += json;
}

}  // namespace voice::app

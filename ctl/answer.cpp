#include "ctl/answer.hpp"

#include "common/wire/text_message.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace voicectl {
namespace {

constexpr std::size_t text_bytes_max = 1024;

const Json* find(const Json& object, const char* key) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

}  // namespace

std::optional<Json> parse_answer(std::string_view line) {
  Json json = Json::parse(line, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  return json;
}

bool is_true(const Json& object, const char* key) {
  const Json* const value = find(object, key);
  return value != nullptr && value->is_boolean() && value->get<bool>();
}

double number_of(const Json& object, const char* key, double otherwise) {
  const Json* const value = find(object, key);
  return value != nullptr && value->is_number() ? value->get<double>() : otherwise;
}

std::int64_t count_of(const Json& object, const char* key) {
  // llround() needs a number that 64 bits can hold.
  constexpr double limit = 9e18;
  return std::llround(std::clamp(number_of(object, key), -limit, limit));
}

std::string text_of(const Json& object, const char* key) {
  const Json* const value = find(object, key);
  if (value == nullptr || !value->is_string()) return "";
  return voice::printable(value->get_ref<const std::string&>(), text_bytes_max);
}

std::string whole_text_of(const Json& object, const char* key) {
  const Json* const value = find(object, key);
  if (value == nullptr || !value->is_string()) return "";
  const auto& text = value->get_ref<const std::string&>();
  return voice::printable(text, text.size());
}

const Json& array_of(const Json& object, const char* key) {
  static const Json none = Json::array();
  const Json* const value = find(object, key);
  return value != nullptr && value->is_array() ? *value : none;
}

bool has_text(const Json& object, const char* key, std::string_view text) {
  const Json& array = array_of(object, key);
  return std::any_of(array.begin(), array.end(), [&](const Json& each) {
    return each.is_string() && each.get_ref<const std::string&>() == text;
  });
}

std::string shown(const Json& value) {
  if (value.is_string()) {
    return voice::printable(value.get_ref<const std::string&>(), text_bytes_max);
  }
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (value.is_null()) return "-";
  if (!value.is_array()) {
    return voice::printable(value.dump(-1, ' ', false, Json::error_handler_t::replace),
                            text_bytes_max);
  }
  std::string all;
  for (const Json& each : value) all += (all.empty() ? "" : ", ") + shown(each);
  return all;
}

}  // namespace voicectl

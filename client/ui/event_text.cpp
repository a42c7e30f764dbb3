#include "client/ui/event_text.hpp"

#include "client/ui/status_line.hpp"
#include "common/core/quoted.hpp"
#include "common/wire/text_message.hpp"

#include <algorithm>
#include <cstdio>

namespace voicecli {
namespace {

constexpr std::size_t value_bytes_max = 500;

std::string text_of(const std::string& value) {
  const std::string clean = voice::printable(value, value_bytes_max);
  if (!clean.empty() && clean.find_first_of(" \"=") == std::string::npos) return clean;
  return voice::quoted(clean);
}

std::string text_of(std::int64_t value) {
  return std::to_string(value);
}

std::string text_of(double value) {
  char text[64];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

std::string text_of(bool value) {
  return value ? "yes" : "no";
}

}  // namespace

std::string text_of(const EventLine& event) {
  std::string line = event.name;
  std::replace(line.begin(), line.end(), '_', ' ');
  for (const EventField& field : event.fields) {
    line += ' ' + field.key + '=';
    line += std::visit([](const auto& value) { return text_of(value); }, field.value);
  }
  return line;
}

std::string text_of(const Status& status) {
  constexpr std::size_t unlimited = 1000;
  return status_line(status, {unlimited, false});
}

}  // namespace voicecli

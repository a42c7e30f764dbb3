#include "client/ui/device_list.hpp"

#include "client/ui/json_line.hpp"
#include "common/wire/text_message.hpp"

#include <algorithm>
#include <cstdio>

namespace voicecli {
namespace {

constexpr std::size_t name_bytes_max = 200;

/// "2" or "2*" for the default, "-" for a direction the card does not have.
std::string channels(int count, bool is_default) {
  if (count == 0) return "-";
  return std::to_string(count) + (is_default ? "*" : "");
}

}  // namespace

std::string device_table(std::span<const voice::SoundCardInfo> cards) {
  if (cards.empty()) return "no sound cards\n";
  std::size_t name_width = 4;
  for (const auto& card : cards) {
    name_width = std::max(name_width, voice::printable(card.name, name_bytes_max).size());
  }
  std::string table;
  const auto row = [&](const char* index, std::string name, const std::string& in,
                       const std::string& out, const std::string& rate, const std::string& api) {
    name.resize(std::max(name.size(), name_width), ' ');
    char numbers[64];
    std::snprintf(numbers, sizeof numbers, "  %4s  %4s  %8s  ", in.c_str(), out.c_str(),
                  rate.c_str());
    char start[16];
    std::snprintf(start, sizeof start, "%5s  ", index);
    table += start + name + numbers + api + '\n';
  };
  row("index", "name", "in", "out", "rate Hz", "system");
  for (const auto& card : cards) {
    char rate[32];
    std::snprintf(rate, sizeof rate, "%.0f", card.default_rate_hz);
    row(std::to_string(card.index).c_str(), voice::printable(card.name, name_bytes_max),
        channels(card.input_channels_max, card.is_default_input),
        channels(card.output_channels_max, card.is_default_output), rate,
        voice::printable(card.host_api, name_bytes_max));
  }
  return table + "* default; --input and --output take an index, a name or a part of it\n";
}

std::string device_json(std::span<const voice::SoundCardInfo> cards) {
  std::string lines;
  for (const auto& card : cards) lines += json_of(card) + '\n';
  return lines;
}

}  // namespace voicecli

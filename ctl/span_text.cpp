#include "ctl/span_text.hpp"

#include <algorithm>

namespace voicectl {
namespace {

std::string two_digits(std::int64_t number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

}  // namespace

std::string span_text(std::int64_t seconds) {
  constexpr std::int64_t minute = 60, hour = 60 * minute, day = 24 * hour;
  seconds = std::max<std::int64_t>(seconds, 0);
  if (seconds >= day) {
    return std::to_string(seconds / day) + " d " + std::to_string(seconds % day / hour) + " h";
  }
  const std::string rest = two_digits(seconds % minute);
  if (seconds < hour) return std::to_string(seconds / minute) + ':' + rest;
  return std::to_string(seconds / hour) + ':' + two_digits(seconds % hour / minute) + ':' + rest;
}

}  // namespace voicectl

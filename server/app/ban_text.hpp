// The text of the file that keeps the bans: one line for each, with its fields separated by tabs.
#pragma once

#include "server/app/ban_reading.hpp"
#include "server/host/ban_list.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace voiced {

[[nodiscard]] std::string text_of(const BanList& bans);

struct BanText {
  BanList bans;
  BanReading reading;
  std::size_t line_not_understood = 0;  // the first, from 1
};

/// Reads what text_of() has written, and what a person may have added: an address or a range alone
/// on a line, blanks instead of tabs. If only the time is damaged, the ban is permanent.
[[nodiscard]] BanText parse_bans(std::string_view text);

}  // namespace voiced

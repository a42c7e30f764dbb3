// How far a ban file can be trusted, once it has been read line by line: whether voiced may start
// with it, and whether it may be overwritten.
#pragma once

#include <cstddef>
#include <cstdint>

namespace voiced {

struct BanReading {
  std::size_t bytes = 0;
  std::size_t lines_understood = 0;
  std::size_t lines_not_understood = 0;  // wholly or in part
  std::size_t comments = 0;              // that voiced has not written
  bool is_full = false;                  // more bans than there is room for
};

enum class BanTrust : std::uint8_t {
  whole,     // writing the bans again loses nothing
  partial,   // what was understood is in force; the text must be set aside before it is overwritten
  no_bans,   // it holds something, but no ban: the bans are unknown
  no_text,   // nothing at all, which voiced never writes
  too_many,  // some bans would not be in force
};

/// With the last three, voiced does not start.
[[nodiscard]] inline BanTrust trust_in(const BanReading& reading) noexcept {
  if (reading.bytes == 0) return BanTrust::no_text;
  if (reading.is_full) return BanTrust::too_many;
  const bool all_understood = reading.lines_not_understood == 0;
  if (!all_understood && reading.lines_understood == 0) return BanTrust::no_bans;
  return all_understood && reading.comments == 0 ? BanTrust::whole : BanTrust::partial;
}

}  // namespace voiced

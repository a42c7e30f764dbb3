// What is known about every setting besides its value, and the words that logs, manual pages and
// control answers use for it.
#pragma once

#include <cstdint>

namespace voice::app {

/// Where a value came from.
enum class Origin : std::uint8_t { preset, file, environment, flag };

/// "default", "file", "environment" or "flag".
[[nodiscard]] const char* name_of(Origin origin) noexcept;

/// When a change in the configuration file takes effect.
enum class TakesEffect : std::uint8_t {
  live,       // at a reload, also for connected peers
  newcomers,  // at a reload, for peers that connect afterwards
  restart,    // a socket, a device or memory reserved at the start depends on it
};

/// Goes behind "takes effect": "at once", "for new connections" or "at restart".
[[nodiscard]] const char* name_of(TakesEffect when) noexcept;

}  // namespace voice::app

// Which names no room that is made on demand may have, because people would take it for another
// one: those that look like the name of a room, or of one that has left the configuration. Pure.
#pragma once

#include "common/wire/name_look.hpp"

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace voiced {

/// How many names of rooms that have left the configuration are remembered; a further one replaces
/// the oldest.
inline constexpr std::size_t retired_rooms_max = 2048;

class RoomLooks {
 public:
  /// There is a room of that name. Idempotent.
  void add(std::string_view name);
  /// It has ended. Ignores a name that no room has.
  void end(std::string_view name);
  /// It has left the configuration: its name stays taken after its end, until it is added again.
  void retire(std::string_view name);
  /// Looks at all names that have not been looked at (8 µs each), which is_taken() does otherwise.
  void prepare();
  /// Whether `name` looks like one of them, or is one of them.
  /// @param name as visible_name() makes it
  [[nodiscard]] bool is_taken(std::string_view name);

 private:
  // Empty: not looked at yet.
  using Looks = std::map<std::string, voice::NameLook, std::less<>>;

  Looks rooms_;
  Looks retired_;
  std::deque<std::string> retired_names_;  // the oldest first
};

}  // namespace voiced

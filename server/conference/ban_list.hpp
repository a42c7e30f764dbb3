// Who may not come in, by address or by name, for a time or for good. Bounded; knows no clock: what
// time it is comes in with every question, as calendar time, so that a ban survives a restart.
#pragma once

#include "server/conference/doorman.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace voiced {

inline constexpr std::size_t bans_max = 4096;
inline constexpr std::size_t ban_reason_bytes_max = 200;

struct Ban {
  std::string who;                    // as it is shown: "192.0.2.7", "2001:db8::/64", or a name
  std::optional<AddressKey> address;  // nothing: who is a name
  std::optional<std::chrono::sys_seconds> until;  // nothing: until it is lifted
  std::string reason;                             // for people; may be empty
};

class BanList {
 public:
  /// Replaces a ban of the same address or name. False, and no change, when bans_max are there.
  [[nodiscard]] bool add(Ban ban);
  /// Lifts the ban that is shown as `who`; false when there is none.
  bool remove(std::string_view who);
  /// Forgets what has run out; true if there was any.
  bool expire(std::chrono::sys_seconds now);

  /// The ban in force, or nullptr. Valid until the next change.
  [[nodiscard]] const Ban* find(const AddressKey& address,
                                std::chrono::sys_seconds now) const noexcept;
  [[nodiscard]] const Ban* find(std::string_view name, std::chrono::sys_seconds now) const noexcept;

  /// Addresses first, then names. Valid until the next change.
  [[nodiscard]] std::vector<const Ban*> all() const;
  [[nodiscard]] std::size_t size() const noexcept { return addresses_.size() + names_.size(); }

 private:
  std::map<AddressKey, Ban> addresses_;
  std::map<std::string, Ban, std::less<>> names_;
};

}  // namespace voiced

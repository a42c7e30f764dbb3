// The banned addresses, ranges and names, for a time or permanently. Bounded. Has no clock: every
// query takes the time, as calendar time, so that a ban survives a restart.
#pragma once

#include "server/host/address_range.hpp"

#include <array>
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
  std::optional<AddressRange> range;  // none: `who` is a name
  std::optional<std::chrono::sys_seconds> until;  // none: until it is lifted
  std::string reason;                             // for people; may be empty
};

class BanList {
 public:
  /// Replaces a ban of the same range or name. False, without a change, if there are bans_max
  /// already.
  [[nodiscard]] bool add(Ban ban);
  /// Lifts the ban of exactly this range, or of this name; false when there is none.
  bool remove(const AddressRange& range);
  bool remove(std::string_view name);
  /// Removes the bans that have expired; true if there were any.
  bool expire(std::chrono::sys_seconds now);

  /// The ban in force, among several ranges the narrowest; or nullptr. Valid until the next change.
  [[nodiscard]] const Ban* find(const AddressKey& address,
                                std::chrono::sys_seconds now) const noexcept;
  [[nodiscard]] const Ban* find(std::string_view name, std::chrono::sys_seconds now) const noexcept;

  /// Addresses first, then names. Valid until the next change.
  [[nodiscard]] std::vector<const Ban*> all() const;
  [[nodiscard]] std::size_t size() const noexcept { return ranges_.size() + names_.size(); }

 private:
  void count_bits() noexcept;

  std::map<AddressRange, Ban> ranges_;
  std::map<std::string, Ban, std::less<>> names_;
  // How many ranges there are by AddressRange::bits(): an address is looked up once for each
  // length that occurs.
  std::array<std::uint16_t, address_bits_max + 1> ranges_by_bits_{};
};

}  // namespace voiced

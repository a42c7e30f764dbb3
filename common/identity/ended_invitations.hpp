// The invitations that are no longer valid although they have not expired: revoked, or used up.
// Bounded: each is forgotten when it would have expired. Text in, text out; pure.
#pragma once

#include "common/core/result.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace voice::identity {

inline constexpr std::size_t ended_invitations_max = 4096;

enum class EndedBy : std::uint8_t { revoked, used };

class EndedInvitations {
 public:
  /// True: it is on the list. False: there is no room for it.
  [[nodiscard]] bool add(std::string_view id, EndedBy how, std::chrono::sys_seconds until);
  [[nodiscard]] std::optional<EndedBy> find(std::string_view id) const;
  /// Makes it valid again, unless it has been revoked in the meantime. Returns whether that has
  /// changed anything.
  bool give_back(std::string_view id);
  /// Forgets those that would have expired by now. Returns whether there were any.
  bool expire(std::chrono::sys_seconds now);
  [[nodiscard]] std::size_t size() const noexcept { return by_id_.size(); }
  /// Calls `each(id, how, until)` for all, by id.
  template <class Each>
  void for_each(Each&& each) const {
    for (const auto& [id, end] : by_id_) each(id, end.how, end.until);
  }

  /// "revoked ID UNTIL" and "used ID UNTIL", one a line.
  [[nodiscard]] std::string text() const;
  /// Reads that. Fails with "LINE: reason": a damaged list must not admit anybody.
  [[nodiscard]] static expected<EndedInvitations, std::string> parse(std::string_view text);

 private:
  struct End {
    EndedBy how;
    std::chrono::sys_seconds until;
  };
  std::map<std::string, End, std::less<>> by_id_;
};

}  // namespace voice::identity

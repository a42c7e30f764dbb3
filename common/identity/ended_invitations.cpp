#include "common/identity/ended_invitations.hpp"

#include "common/core/assert.hpp"
#include "common/core/number.hpp"
#include "common/identity/invitation.hpp"

#include <algorithm>

namespace voice::identity {
namespace {

using std::chrono::sys_seconds;

constexpr std::string_view heading = "# Invitations that are no longer valid. Written by voiced.\n";

std::string_view take(std::string_view& text, char end) noexcept {
  const std::size_t at = std::min(text.find(end), text.size());
  const std::string_view part = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return part;
}

std::string_view word_of(EndedBy how) noexcept {
  return how == EndedBy::used ? "used" : "revoked";
}

}  // namespace

bool EndedInvitations::add(std::string_view id, EndedBy how, sys_seconds until) {
  VOICE_ASSERT(is_invitation_id(id));
  const auto known = by_id_.find(id);
  if (known == by_id_.end() && by_id_.size() == ended_invitations_max) return false;
  End& end = by_id_.try_emplace(std::string(id), End{how, until}).first->second;
  // A revoked invitation stays revoked, until the latest time that was given.
  if (how == EndedBy::revoked) end.how = how;
  end.until = std::max(end.until, until);
  VOICE_ASSERT(by_id_.size() <= ended_invitations_max);
  return true;
}

std::optional<EndedBy> EndedInvitations::find(std::string_view id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? std::nullopt : std::optional(found->second.how);
}

bool EndedInvitations::give_back(std::string_view id) {
  const auto found = by_id_.find(id);
  if (found == by_id_.end() || found->second.how != EndedBy::used) return false;
  by_id_.erase(found);
  return true;
}

bool EndedInvitations::expire(sys_seconds now) {
  return std::erase_if(by_id_, [now](const auto& entry) { return entry.second.until <= now; }) > 0;
}

std::string EndedInvitations::text() const {
  std::string text(heading);
  for (const auto& [id, end] : by_id_) {
    text += std::string(word_of(end.how)) + ' ' + id + ' ';
    text += std::to_string(end.until.time_since_epoch().count()) + '\n';
  }
  return text;
}

expected<EndedInvitations, std::string> EndedInvitations::parse(std::string_view text) {
  EndedInvitations all;
  // text() is never empty, and ends with a line feed. A text without one was cut off, and the
  // missing part may be an invitation, or the end of the time until which it is revoked.
  if (text.empty()) return unexpected(std::string("1: is empty, so the list was lost"));
  const bool is_cut = text.back() != '\n';
  for (std::size_t number = 1; !text.empty(); ++number) {
    if (is_cut && text.find('\n') == std::string_view::npos) {
      return unexpected(std::to_string(number) + ": has no line end, so the list was cut off");
    }
    std::string_view line = take(text, '\n');
    if (line.empty() || line.front() == '#') continue;
    const std::string_view how = take(line, ' ');
    const std::string_view id = take(line, ' ');
    const auto until = parse_number<std::int64_t>(line);
    const bool is_good = (how == "used" || how == "revoked") && is_invitation_id(id) && until &&
                         *until >= 0 && *until <= std::int64_t{1} << 40;
    if (!is_good) {
      return unexpected(std::to_string(number) +
                        ": must be `revoked ID SECONDS` or `used ID SECONDS`");
    }
    if (!all.add(id, how == "used" ? EndedBy::used : EndedBy::revoked,
                 sys_seconds(std::chrono::seconds(*until)))) {
      return unexpected(std::to_string(number) + ": is one too many; at most " +
                        std::to_string(ended_invitations_max) + " are allowed");
    }
  }
  return all;
}

}  // namespace voice::identity

// The part of Session that decides which name a peer may have. The host checks whether somebody
// else in the room has it.
#include "common/core/assert.hpp"
#include "common/wire/name_look.hpp"
#include "common/wire/text_message.hpp"
#include "server/host/session.hpp"

#include <functional>
#include <utility>

namespace voiced {

// If an invitation or a certificate gives the peer a name, it cannot take another.
std::optional<CloseReason> Session::take_name(std::string_view wanted) {
  VOICE_ASSERT(seat_.has_value());
  const std::string& given = given_name();
  const bool is_given = !given.empty();
  const std::string said = voice::visible_name(is_given ? given : wanted, name_bytes_max);
  std::string name = is_given || said.empty() ? said : shown_name(said);
  if (name.empty() || name == name_) return std::nullopt;
  const NameRule rule = lobby_.name_rule(seat_->room);
  const bool is_mixed = rule != NameRule::allow && voice::mixes_scripts(said);
  if (is_mixed && rule == NameRule::refuse && !is_given) return CloseReason::name_mixed;
  name_ = std::move(name);
  new_name_ = true;
  name_numbers_ = {};
  is_name_doubtful_ = is_mixed;
  return std::nullopt;
}

// On a server with accounts, the holder of an account is shown with its name, or with another name
// followed by that of the account. Guests are marked, whatever name they choose, so that nobody can
// find out by trying names which ones have accounts.
std::string Session::shown_name(const std::string& said) const {
  if (!lobby_.login_rules().has_accounts) return said;
  const std::string user = voice::visible_name(access().user, name_bytes_max);
  if (!user.empty() && is_alike(voice::look_of(said), voice::look_of(user))) return said;
  const std::string mark = " (" + (user.empty() ? "guest" : user) + ")";
  if (mark.size() >= name_bytes_max) return user;
  const std::string cut = voice::visible_name(said, name_bytes_max - mark.size());
  return cut.empty() ? user : cut + mark;
}

bool Session::owns_name() const {
  if (!given_name().empty()) return true;
  const std::string& user = access().user;
  return !user.empty() && is_alike(voice::look_of(name_), voice::look_of(user));
}

Session::NameNumbers Session::name_numbers() {
  if (name_numbers_.as_written == 0) {
    const voice::NameLook look = voice::look_of(name_);
    const std::hash<std::string> number;
    name_numbers_ = NameNumbers{number(look.as_written), number(look.in_lower_case)};
  }
  return name_numbers_;
}

}  // namespace voiced

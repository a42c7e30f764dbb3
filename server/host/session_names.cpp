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
  if (!said.empty()) claimed_name_ = said;
  std::string name = is_given || said.empty() ? said : shown_name(said);
  if (name.empty() || name == name_) return std::nullopt;
  const NameRule rule = lobby_.name_rule(seat_->room);
  const bool is_deceptive = rule != NameRule::allow && voice::is_deceptive(said);
  if (is_deceptive && rule == NameRule::refuse && !is_given) return CloseReason::name_mixed;
  set_name(std::move(name), is_deceptive);
  return std::nullopt;
}

void Session::set_name(std::string name, bool is_doubtful) {
  name_ = std::move(name);
  new_name_ = true;
  name_numbers_ = {};
  is_name_doubtful_ = is_doubtful;
}

// Accounts may have turned up since it took its name.
void Session::follow_accounts() {
  const bool has_chosen = has_entered_ && given_name().empty() && name_ != address_;
  if (!has_chosen || !lobby_.login_rules().has_accounts) return;
  if (name_ == visible_user() || name_.ends_with(name_mark())) return;
  const NameRule rule = lobby_.name_rule(seat_->room);
  const bool is_deceptive = rule != NameRule::allow && voice::is_deceptive(name_);
  set_name(shown_name(name_), is_deceptive);
  welcome({});
}

std::string Session::visible_user() const {
  return voice::visible_name(access().user, name_bytes_max);
}

std::string Session::name_mark() const {
  const std::string user = visible_user();
  return " (" + (user.empty() ? "guest" : user) + ")";
}

// On a server with accounts, the holder of an account is shown with its name, or with another name
// followed by that of the account, even one that looks like it: that may be the name of another
// account. Guests are marked, whatever name they choose, so that trying names does not show which
// ones have accounts.
std::string Session::shown_name(const std::string& said) const {
  if (!lobby_.login_rules().has_accounts) return said;
  const std::string user = visible_user();
  if (said == user) return user;
  const std::string mark = name_mark();
  if (mark.size() >= name_bytes_max) return user;
  const std::string cut = voice::visible_name(said, name_bytes_max - mark.size());
  return cut.empty() ? user : cut + mark;
}

bool Session::owns_name() const {
  if (!given_name().empty()) return true;
  return !access().user.empty() && name_ == visible_user();
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

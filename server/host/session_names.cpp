// The part of Session that decides what a peer may be called. Whether somebody else in the room is
// called so is the host's to find out.
#include "common/core/assert.hpp"
#include "common/wire/name_look.hpp"
#include "common/wire/text_message.hpp"
#include "server/host/session.hpp"

#include <functional>
#include <utility>

namespace voiced {

// An invitation may give one, and then no other is taken.
std::optional<CloseReason> Session::take_name(std::string_view wanted) {
  VOICE_ASSERT(seat_.has_value());
  std::string name =
      voice::visible_name(given_name_.empty() ? wanted : given_name_, name_bytes_max);
  if (name.empty() || name == name_) return std::nullopt;
  if (given_name_.empty()) {
    if (const auto reason = fault_of(name)) return reason;
  }
  name_ = std::move(name);
  new_name_ = true;
  name_numbers_.reset();
  is_name_doubtful_ =
      lobby_.name_rule(seat_->room) != NameRule::allow && voice::mixes_scripts(name_);
  return std::nullopt;
}

std::optional<CloseReason> Session::fault_of(const std::string& name) const {
  if (lobby_.has_reserved_names()) {
    const voice::NameLook look = voice::look_of(name);
    const std::string& user = access().user;
    const bool is_own = !user.empty() && is_alike(look, voice::look_of(user));
    if (!is_own && lobby_.is_reserved(look)) return CloseReason::name_reserved;
  }
  const bool refuses = lobby_.name_rule(seat_->room) == NameRule::refuse;
  if (refuses && voice::mixes_scripts(name)) return CloseReason::name_mixed;
  return std::nullopt;
}

bool Session::owns_name() const {
  if (!given_name_.empty()) return true;
  const std::string& user = access().user;
  return !user.empty() && is_alike(voice::look_of(name_), voice::look_of(user));
}

Session::NameNumbers Session::name_numbers() {
  if (!name_numbers_) {
    const voice::NameLook look = voice::look_of(name_);
    const std::hash<std::string> number;
    name_numbers_ = NameNumbers{number(look.as_written), number(look.in_lower_case)};
  }
  return *name_numbers_;
}

}  // namespace voiced

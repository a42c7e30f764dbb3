#include "server/host/login.hpp"

namespace voiced {
namespace {

struct User {
  std::string_view operator()(const claim::Invitation&) const noexcept { return {}; }
  // Failures with a certificate are not counted against an account.
  std::string_view operator()(const claim::Certificate&) const noexcept { return {}; }
  template <class Claim>
  std::string_view operator()(const Claim& claim) const noexcept {
    return claim.user;
  }
};

}  // namespace

std::string_view user_of(const Claim& claim) noexcept {
  return std::visit(User{}, claim);
}

bool is_guess(const Claim& claim) noexcept {
  return !std::holds_alternative<claim::Opening>(claim) &&
         !std::holds_alternative<claim::Certificate>(claim);
}

voice::voice1::Role word_of(Role role) noexcept {
  switch (role) {
    case Role::listener:
      return voice::voice1::Role::listener;
    case Role::speaker:
      break;
    case Role::operator_:
      return voice::voice1::Role::operator_;
  }
  return voice::voice1::Role::speaker;
}

}  // namespace voiced

#include "server/host/login.hpp"

namespace voiced {
namespace {

struct User {
  std::string_view operator()(const claim::Invitation&) const noexcept { return {}; }
  template <class Claim>
  std::string_view operator()(const Claim& claim) const noexcept {
    return claim.user;
  }
};

}  // namespace

std::string_view user_of(const Claim& claim) noexcept {
  return std::visit(User{}, claim);
}

}  // namespace voiced

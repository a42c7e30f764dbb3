// What a peer has proved about itself, and what that allows. Plain data.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace voiced {

/// Each role may do what those before it may, and more.
enum class Role : std::uint8_t {
  listener,  // hears
  speaker,   // hears, and is heard
  operator_  // may enter every room, locked ones too
};

/// "listener", "speaker", "operator".
[[nodiscard]] constexpr const char* to_string(Role role) noexcept {
  switch (role) {
    case Role::listener:
      return "listener";
    case Role::speaker:
      break;
    case Role::operator_:
      return "operator";
  }
  return "speaker";
}

/// What peers with neither an account, an invitation nor a certificate may do.
enum class Guests : std::uint8_t { speak, listen, none };

/// "speak", "listen", "no": as in the configuration.
[[nodiscard]] constexpr const char* to_string(Guests guests) noexcept {
  switch (guests) {
    case Guests::speak:
      break;
    case Guests::listen:
      return "listen";
    case Guests::none:
      return "no";
  }
  return "speak";
}

struct Access {
  bool is_guest = true;  // has proved nothing: no account, no invitation, no certificate
  Role role = Role::speaker;
  std::string user = {};         // name of its account; empty: none
  std::string invitation = {};   // id of its invitation; empty: none
  std::string certificate = {};  // name in its certificate; empty: none
  std::string room = {};         // the only room it may enter; empty: every room that is open to it
  std::optional<std::chrono::sys_seconds> until = {};  // when it ends; none: never
};

}  // namespace voiced

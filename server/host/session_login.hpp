// What a Session keeps while its peer proves who it is.
#pragma once

#include "server/host/session.hpp"

#include <string>
#include <vector>

namespace voiced {

struct Session::Login {
  std::vector<std::uint8_t> hello;  // the whole message, to enter with when it is known
  voice::TimePoint since;
  std::optional<Claim> claim = {};  // to be judged
  // Of a challenge:
  std::string user = {};
  std::string nonce = {};
  std::string room = {};                         // that it asks for
  std::optional<LoginChallenge> challenge = {};  // asked, and not answered yet
};

}  // namespace voiced

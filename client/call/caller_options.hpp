// The settings of a run of the client. Plain values.
#pragma once

#include "client/call/call.hpp"
#include "client/call/controls.hpp"
#include "client/call/redial.hpp"

#include <optional>
#include <string>

namespace voicecli {

struct CallerOptions {
  std::string server;      // host:port, for people
  CallOptions call;        // first_sequence and ssrc are drawn again for each connection
  bool can_prove = false;  // passwords, by answering challenges
  Controls controls;       // at the start
  std::optional<voice::Duration> duration;  // of the whole run; none: until told to quit
  OnLoss on_loss = OnLoss::reconnect;
  Telling telling = Telling::changes;
};

}  // namespace voicecli

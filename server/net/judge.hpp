// Checks what peers claim about themselves, such as passwords and invitations. Implemented by the
// program around a Server, which asks it at every tick.
#pragma once

#include "server/host/login.hpp"

#include <chrono>
#include <string_view>
#include <vector>

namespace voiced {

struct Judged {
  PeerId peer;
  Judgement verdict;
};

class Judge {
 public:
  virtual ~Judge() = default;

  /// Takes a claim; its verdict comes from a later take(). Never waits.
  virtual void ask(Check check, std::chrono::sys_seconds today) = 0;
  /// The peer that showed this invitation was not admitted after all: it had left, or its room
  /// refused it.
  virtual void was_not_used(std::string_view invitation) = 0;
  /// The verdicts since the last call, in no particular order.
  [[nodiscard]] virtual std::vector<Judged> take() = 0;
};

}  // namespace voiced

// Finds out whether what peers claim is true: made by the program around a Server, which asks it at
// every tick.
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
  /// Whoever showed this invitation was not admitted after all: the peer had gone, or its room did
  /// not let it in.
  virtual void was_not_used(std::string_view invitation) = 0;
  /// The verdicts since the last call, in no order.
  [[nodiscard]] virtual std::vector<Judged> take() = 0;
};

}  // namespace voiced

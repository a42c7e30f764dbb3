// For tests of behaviour that does not depend on the jitter mode.
#pragma once

#include "common/playout/playout_options.hpp"

#include "tests/support/catch.hpp"

namespace voice::test {

/// Runs the test once in each mode: adaptive, the default, and fixed with the smallest depth.
inline PlayoutOptions either_mode() {
  const auto mode = GENERATE(JitterMode::adaptive, JitterMode::fixed);
  INFO("mode " << (mode == JitterMode::adaptive ? "adaptive" : "fixed"));
  return mode == JitterMode::adaptive ? PlayoutOptions{} : fixed_playout(2);
}

}  // namespace voice::test

// Waits for another program: polls a condition, with a generous deadline, which only ends a test
// that has failed.
#pragma once

#include <chrono>
#include <thread>

namespace voice::test {

inline constexpr std::chrono::seconds patience{30};

template <class Condition>
[[nodiscard]] bool eventually(Condition condition, std::chrono::milliseconds limit = patience) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  return true;
}

}  // namespace voice::test

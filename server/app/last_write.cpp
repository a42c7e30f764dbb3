#include "server/app/last_write.hpp"

#include <thread>

namespace voiced {

void finish_writing(const WriteLedger& ledger, std::chrono::milliseconds patience,
                    const std::function<void()>& begin, const std::function<void()>& take) {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::milliseconds pause{2};
  const auto until = Clock::now() + patience;
  bool was_tried = false;
  while (Clock::now() < until) {
    if (ledger.is_writing()) {
      take();
      if (ledger.is_writing()) std::this_thread::sleep_for(pause);
      continue;
    }
    if (ledger.is_kept() || was_tried) return;
    was_tried = true;
    begin();
  }
}

}  // namespace voiced

// Whose memory is it? Every `new` in the simulator is booked on the account that is open at that
// moment, every `delete` on the one that paid. So what the server's core holds is known to the
// byte, and a tick that allocates is caught in the act. Not thread-safe: the simulator has one
// thread.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sim {

enum class Account : std::uint8_t { simulator, server, client };

struct AccountState {
  std::size_t live_bytes = 0;
  std::uint64_t allocations = 0;  // ever
};

[[nodiscard]] const AccountState& account(Account who) noexcept;

/// As long as it lives, allocations are booked on `who`.
class ChargeTo {
 public:
  explicit ChargeTo(Account who) noexcept;
  ~ChargeTo();
  ChargeTo(const ChargeTo&) = delete;
  ChargeTo& operator=(const ChargeTo&) = delete;

 private:
  Account before_;
};

}  // namespace sim

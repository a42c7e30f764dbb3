// Accounts for memory: every `new` in the simulator is charged to the account that is open at that
// moment, every `delete` credited to the one that paid. So the memory of the server's core is known
// to the byte, and a tick that allocates is detected. Not thread-safe: the simulator has one
// thread.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sim {

enum class Account : std::uint8_t { simulator, server, client };

struct AccountState {
  std::size_t live_bytes = 0;
  std::uint64_t allocations = 0;  // in total
};

[[nodiscard]] const AccountState& account(Account who) noexcept;

/// As long as this object lives, allocations are charged to `who`.
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

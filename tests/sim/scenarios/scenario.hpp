// A story with a name: its peers, what happens, and what must be true besides the permanent checks.
#pragma once

#include "tests/sim/world/random.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace sim {

struct RunOptions {
  std::uint64_t seed = 1;
  bool talkative = false;
  std::chrono::hours length{24};  // of the stories that cover a long time
};

/// The result of a run.
struct Result {
  std::uint64_t hash = 0;  // of every byte that moved
  std::uint64_t ticks = 0;
  std::uint64_t frames_sent = 0;
  std::uint64_t connections = 0;
  Duration delay_max{0};  // mouth to ear, where it was measured
};

/// Two runs combined: hashes are joined, counts added, the longer delay kept.
[[nodiscard]] Result added(const Result& first, const Result& second) noexcept;

struct Scenario {
  std::string_view name;
  std::string_view summary;
  /// Throws a Violation if a promise is broken.
  Result (*play)(const RunOptions& options);
};

/// All stories with names, the short ones first.
[[nodiscard]] std::span<const Scenario> scenarios() noexcept;

/// One of endlessly many stories: everything about it depends on the seed.
[[nodiscard]] Result play_swarm(const RunOptions& options);

// The stories (scenarios/*.cpp).
[[nodiscard]] Result play_train(const RunOptions& options);
[[nodiscard]] Result play_train_listener(const RunOptions& options);
[[nodiscard]] Result play_lumps(const RunOptions& options);
[[nodiscard]] Result play_pause(const RunOptions& options);
[[nodiscard]] Result play_spurts(const RunOptions& options);
[[nodiscard]] Result play_rush(const RunOptions& options);
[[nodiscard]] Result play_shouting(const RunOptions& options);
[[nodiscard]] Result play_siege(const RunOptions& options);
[[nodiscard]] Result play_every_byte(const RunOptions& options);
[[nodiscard]] Result play_slow_reader(const RunOptions& options);
[[nodiscard]] Result play_local(const RunOptions& options);
[[nodiscard]] Result play_packed(const RunOptions& options);
[[nodiscard]] Result play_sealed(const RunOptions& options);
[[nodiscard]] Result play_sealed_train(const RunOptions& options);
[[nodiscard]] Result play_proxied(const RunOptions& options);
[[nodiscard]] Result play_secrets(const RunOptions& options);
[[nodiscard]] Result play_hoarders(const RunOptions& options);
[[nodiscard]] Result play_adaptive_train(const RunOptions& options);
[[nodiscard]] Result play_conversation(const RunOptions& options);
[[nodiscard]] Result play_adaptive_rooms(const RunOptions& options);
[[nodiscard]] Result play_drift(const RunOptions& options);

}  // namespace sim

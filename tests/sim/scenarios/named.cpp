#include "tests/sim/scenarios/scenario.hpp"

#include <array>

namespace sim {
namespace {

constexpr std::array<Scenario, 9> all{{
    {"train", "a talker on a train: stalls of seconds, then everything at once", play_train},
    {"lumps", "a sound card that delivers 80 ms at a time", play_lumps},
    {"pause", "the server stands still for two seconds", play_pause},
    {"rush", "200 join in one tick, and leave in one", play_rush},
    {"siege", "ten people talk while forty do every mischief there is", play_siege},
    {"every-byte", "a session is cut off at every byte of its first messages", play_every_byte},
    {"slow-reader", "one listener reads 1 kB/s, another nothing at all", play_slow_reader},
    {"local", "the server's own sound card takes part, the operator mutes", play_local},
    {"drift", "clocks 200 ppm apart for a day (--hours N)", play_drift},
}};

}  // namespace

std::span<const Scenario> scenarios() noexcept {
  return all;
}

}  // namespace sim

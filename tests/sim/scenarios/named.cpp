#include "tests/sim/scenarios/scenario.hpp"
#include "tests/sim/world/byte_hash.hpp"

#include <algorithm>
#include <array>

namespace sim {
namespace {

constexpr std::array<Scenario, 21> all{{
    {"train", "a talker on a train: stalls of seconds, then everything at once", play_train},
    {"train-listener", "a listener on that train", play_train_listener},
    {"lumps", "a sound card that delivers 80 ms at a time", play_lumps},
    {"pause", "the server stands still for two seconds", play_pause},
    {"spurts", "somebody says a word now and then, into shallow and deep buffers", play_spurts},
    {"rush", "200 join in one tick, and leave in one", play_rush},
    {"shouting", "twenty shout at once in a room with a limiter", play_shouting},
    {"siege", "ten people talk while forty do every mischief there is", play_siege},
    {"every-byte", "a session is cut off at every byte of its first messages", play_every_byte},
    {"slow-reader", "one listener reads 1 kB/s, another nothing at all", play_slow_reader},
    {"local", "the server's own sound card takes part, the operator mutes", play_local},
    {"packed", "three who speak Opus take turns, a classic listener beside them", play_packed},
    {"sealed", "one call, plain, over TLS and through proxies: everybody hears the same",
     play_sealed},
    {"sealed-train", "a talker and a listener on a train, over TLS, and one that breaks off",
     play_sealed_train},
    {"proxied", "people and enemies behind proxies, headers cut anywhere, or missing",
     play_proxied},
    {"secrets", "accounts, invitations, and those that have neither, or try", play_secrets},
    {"hoarders", "logins that are never finished take all places, others guess", play_hoarders},
    {"adaptive-train", "two on that train, in mode adaptive: nothing is lost", play_adaptive_train},
    {"conversation", "two who talk in turn, and send nothing in their pauses", play_conversation},
    {"adaptive-rooms", "moves, reloads and stalls in mode adaptive, as the seed has it",
     play_adaptive_rooms},
    {"drift", "clocks 200 ppm apart for a day (--hours N)", play_drift},
}};

}  // namespace

Result added(const Result& first, const Result& second) noexcept {
  ByteHash hash;
  hash.add(first.hash);
  hash.add(second.hash);
  return {hash.value(), first.ticks + second.ticks, first.frames_sent + second.frames_sent,
          first.connections + second.connections, std::max(first.delay_max, second.delay_max)};
}

std::span<const Scenario> scenarios() noexcept {
  return all;
}

}  // namespace sim

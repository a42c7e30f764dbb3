// Runs a given number of ticks of a conference, so that callgrind can count its instructions.
// tick_instructions.sh runs it twice with different numbers, so that the start and the joins cancel
// out.
#include "server/room/mix_kernels.hpp"

#include "tests/bench/talking_room.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string_view>

static std::optional<bench::LimiterDoes> limiter_named(std::string_view word) {
  if (word == "off") return bench::LimiterDoes::nothing;
  if (word == "watches") return bench::LimiterDoes::watch;
  if (word == "limits") return bench::LimiterDoes::limit;
  return std::nullopt;
}

static std::optional<bench::Arrivals> arrivals_named(std::string_view word) {
  if (word == "even") return bench::Arrivals::even;
  if (word == "one-late") return bench::Arrivals::one_is_late;
  return std::nullopt;
}

int main(int argc, char** argv) {
  if (argc == 2 && std::strcmp(argv[1], "--identity") == 0) {
    // The processor determines which loops mix, and so the number of instructions.
    std::printf("%s %s\n", BENCH_BUILD_IDENTITY, voiced::best_mix_kernels().name);
    return 0;
  }
  const auto limiter = argc == 6 ? limiter_named(argv[3]) : std::nullopt;
  const auto arrivals = argc == 6 ? arrivals_named(argv[4]) : std::nullopt;
  if (!limiter || !arrivals) {
    std::fputs(
        "usage: tick_instructions --identity | PARTICIPANTS TALKERS LIMITER ARRIVALS TICKS\n"
        "LIMITER: off, watches (all talk softly), limits (all talk too loudly)\n"
        "ARRIVALS: even, one-late (six packets of one talker come at once, again and again)\n",
        stderr);
    return 2;
  }
  const auto number = [&](int index) { return std::strtoul(argv[index], nullptr, 10); };
  bench::TalkingRoom room(number(1), number(2), *limiter, bench::TalkingRoom::own_hz, *arrivals);
  const auto ticks = number(5);
  std::size_t messages = 0;
  for (unsigned long i = 0; i < ticks; ++i) messages += room.round();
  // Everybody must get a message at every tick, or the figure is for other work.
  return messages == number(1) * ticks ? 0 : 1;
}

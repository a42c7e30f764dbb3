// The simulator's command line: plays a story by name, a swarm by seed, or swarms for minutes. Exit
// code 0 if every promise held, 1 if one was broken (and the command that replays it is printed), 2
// for wrong options.
#include "tests/sim/scenarios/scenario.hpp"
#include "tests/sim/world/world.hpp"

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <optional>
#include <string>

// A sanitizer ends the program in its own way. GCC and clang have different macros for it.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SIM_WITH_SANITIZER
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SIM_WITH_SANITIZER
#endif
#ifdef SIM_WITH_SANITIZER
extern "C" void __sanitizer_set_death_callback(void (*callback)());
#endif

namespace {

using sim::Result;
using sim::RunOptions;

constexpr const char* usage = R"(Usage: sim [--verbose] [--twice] WHAT

  --list                       the stories that have a name
  --scenario NAME [--seed N] [--hours N]
                               plays one of them
  --seed N                     plays the swarm that has this seed
  --seeds FIRST LAST           plays these swarms
  --swarm MINUTES [--seed N]   plays swarms until the time is over, from seed N on
  --twice                      plays everything twice: both runs must move the same bytes
  --verbose                    tells the story
)";

struct Options {
  RunOptions run;
  bool list = false;
  bool seed_given = false;
  bool twice = false;
  std::optional<std::string> scenario;
  std::optional<std::uint64_t> seeds_first;
  std::uint64_t seeds_last = 0;
  std::optional<double> swarm_minutes;
};

// The text to print if an assertion in the core or a sanitizer ends the program. Prepared in
// advance, because nothing can be allocated then.
char replay[1024];
const char* program = "sim";

void say_how_to_replay() {
  // If this fails, nothing else can be done.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, replay, std::strlen(replay));
}

void on_abort(int) {
  say_how_to_replay();
  std::signal(SIGABRT, SIG_DFL);
}

void remember(const std::string& arguments) {
  std::snprintf(replay, sizeof replay, "\nreplay: %s --verbose %s\n", program, arguments.c_str());
}

std::uint64_t number(const char* text) {
  char* end = nullptr;
  const std::uint64_t value = std::strtoull(text, &end, 10);
  if (end == text || *end != '\0')
    throw std::invalid_argument(std::string("not a number: ") + text);
  return value;
}

Options parse(int count, char** arguments) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string option = arguments[i];
    const auto value = [&] {
      if (++i >= count) throw std::invalid_argument(option + " wants a value");
      return arguments[i];
    };
    if (option == "--list") {
      options.list = true;
    } else if (option == "--verbose") {
      options.run.talkative = true;
    } else if (option == "--twice") {
      options.twice = true;
    } else if (option == "--scenario") {
      options.scenario = value();
    } else if (option == "--seed") {
      options.run.seed = number(value());
      options.seed_given = true;
    } else if (option == "--seeds") {
      options.seeds_first = number(value());
      options.seeds_last = number(value());
    } else if (option == "--hours") {
      options.run.length = std::chrono::hours{static_cast<std::int64_t>(number(value()))};
    } else if (option == "--swarm") {
      options.swarm_minutes = std::strtod(value(), nullptr);
    } else {
      throw std::invalid_argument("unknown option " + option);
    }
  }
  return options;
}

Result play(Result (*story)(const RunOptions&), const RunOptions& options, bool twice) {
  const Result result = story(options);
  if (twice)
    sim::promise(story(options).hash == result.hash, "two runs of one seed move the same bytes");
  return result;
}

void print(const std::string& name, const Result& result) {
  const auto delay = std::chrono::duration_cast<std::chrono::milliseconds>(result.delay_max);
  std::printf("%-14s hash=%016llx ticks=%llu frames_sent=%llu connections=%llu", name.c_str(),
              static_cast<unsigned long long>(result.hash),
              static_cast<unsigned long long>(result.ticks),
              static_cast<unsigned long long>(result.frames_sent),
              static_cast<unsigned long long>(result.connections));
  if (delay.count() != 0) std::printf(" delay_max_ms=%lld", static_cast<long long>(delay.count()));
  std::printf("\n");
}

void play_named(const sim::Scenario& scenario, const Options& options) {
  const std::string name{scenario.name};
  remember("--scenario " + name + " --seed " + std::to_string(options.run.seed) + " --hours " +
           std::to_string(options.run.length.count()));
  print(name, play(scenario.play, options.run, options.twice));
}

void play_seed(std::uint64_t seed, const Options& options, bool quiet) {
  remember("--seed " + std::to_string(seed));
  RunOptions run = options.run;
  run.seed = seed;
  // In a long swarm, every eighth seed is played twice, which costs two minutes in sixteen.
  const Result result = play(sim::play_swarm, run, options.twice || (quiet && seed % 8 == 0));
  if (!quiet) print("seed " + std::to_string(seed), result);
}

void play_swarms(const Options& options) {
  const auto start = std::time(nullptr);
  std::uint64_t seed =
      options.seed_given ? options.run.seed : static_cast<std::uint64_t>(start) * 1000;
  const std::uint64_t first = seed;
  while (std::difftime(std::time(nullptr), start) < *options.swarm_minutes * 60)
    play_seed(seed++, options, true);
  std::printf("%llu swarms, seeds %llu to %llu: every promise held\n",
              static_cast<unsigned long long>(seed - first), static_cast<unsigned long long>(first),
              static_cast<unsigned long long>(seed - 1));
}

void run(const Options& options) {
  if (options.list) {
    for (const auto& scenario : sim::scenarios()) {
      std::printf("%-14s %s\n", std::string(scenario.name).c_str(),
                  std::string(scenario.summary).c_str());
    }
  } else if (options.scenario) {
    for (const auto& scenario : sim::scenarios()) {
      if (scenario.name == *options.scenario) return play_named(scenario, options);
    }
    throw std::invalid_argument("no scenario " + *options.scenario + " (see --list)");
  } else if (options.swarm_minutes) {
    play_swarms(options);
  } else if (options.seeds_first) {
    for (std::uint64_t seed = *options.seeds_first; seed <= options.seeds_last; ++seed)
      play_seed(seed, options, false);
  } else if (options.seed_given) {
    play_seed(options.run.seed, options, false);
  } else {
    throw std::invalid_argument("nothing to do");
  }
}

}  // namespace

int main(int count, char** arguments) {
  program = arguments[0];
  std::signal(SIGABRT, on_abort);
#ifdef SIM_WITH_SANITIZER
  __sanitizer_set_death_callback(say_how_to_replay);
#endif
  try {
    run(parse(count, arguments));
    return 0;
  } catch (const sim::Violation& violation) {
    std::fprintf(stderr, "broken promise: %s%s", violation.what(), replay);
    return 1;
  } catch (const std::invalid_argument& wrong) {
    std::fprintf(stderr, "sim: %s\n%s", wrong.what(), usage);
    return 2;
  }
}

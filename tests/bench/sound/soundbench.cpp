// Plays the same speech over the same recorded and made-up ways through the real Playout, adaptive
// beside fixed, in simulated time, and prints what was heard of it. ./bench.sh --sound.
#include "tests/bench/sound/crowd.hpp"
#include "tests/bench/sound/judge.hpp"
#include "tests/bench/sound/speech.hpp"

#include <cstdio>
#include <string>

namespace {

using bench::Arrivals;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t packets_of_two_minutes = 6000;
constexpr std::size_t packets_of_ten_minutes = 30000;
constexpr std::size_t speech_s = 64;

void print(const char* name, const char* mode, const bench::Verdict& verdict) {
  std::printf("| %-28s | %-8s | %6.0f | %6.0f | %4.0f / %4.0f | %5.1f | %7.0f | %6.0f | %4.1f |\n",
              name, mode, verdict.lost, verdict.gaps, verdict.delay_mean, verdict.delay_max,
              verdict.back / 1000, verdict.stretched, verdict.sped_up, verdict.snr_db);
}

void compare(const char* name, const Arrivals& arrivals, double listener_ppm = 0,
             int depth_packets = 6) {
  static const auto said = bench::speech(8000, speech_s);
  if (arrivals.empty()) {
    std::printf("| %-28s | no such recording\n", name);
    return;
  }
  bench::Trial trial;
  trial.listener_ppm = listener_ppm;
  trial.options = voice::fixed_playout(depth_packets);
  print(name, "fixed", bench::judge(trial, said, arrivals));
  trial.options = {};
  if (depth_packets != 6) trial.options.depth_packets = depth_packets;
  print(name, "adaptive", bench::judge(trial, said, arrivals));
}

// Peaks of -6 dBFS.
void compare_limiter(std::size_t talkers) {
  for (const bool limiter : {false, true}) {
    const auto verdict = bench::judge_crowd(talkers, -6, limiter, speech_s);
    std::printf("| %7zu | %-7s | %9.1f | %6.1f | %7.1f | %4.1f |\n", talkers,
                limiter ? "on" : "off", 100 * verdict.clipped, verdict.snr_db, verdict.gain_db,
                verdict.step_max);
  }
}

Arrivals recorded(const char* name) {
  return bench::recorded_arrivals(std::string{VOICE_TRACES_DIR "/"} + name + ".arrivals");
}

}  // namespace

int main() {
  std::puts(
      "| way | mode | lost ms | gaps ms | delay mean / max ms | back s | stretched ms | "
      "sped up ms | SNR dB |");
  std::puts("|---|---|---|---|---|---|---|---|---|");
  const Arrivals even = bench::even_arrivals(packets_of_two_minutes);
  compare("even", even);
  compare("read at every third tick", bench::in_lumps(even, 3));
  compare("lumps of 80 ms", bench::in_lumps(even, 4));
  compare("lumps of 80 ms, depth 2", bench::in_lumps(even, 4), 0, 2);
  compare("LAN, a busy machine", recorded("lan"));
  compare("TCP, 80 +- 40 ms", recorded("jitter"));
  compare("TCP, 5 % loss", recorded("loss"));
  compare("TCP, 80 +- 40 ms, 5 % loss", recorded("jitter-loss"));
  compare("pauses of 0.1 s", bench::with_stalls(even, milliseconds{100}, seconds{20}));
  compare("stalls of 0.3 s", bench::with_stalls(even, milliseconds{300}, seconds{20}));
  compare("stalls of 1 s", bench::with_stalls(even, seconds{1}, seconds{20}));
  compare("stalls of 5 s", bench::with_stalls(even, seconds{5}, seconds{20}));
  const Arrivals long_way = bench::even_arrivals(packets_of_ten_minutes);
  compare("stalls of 1 s, ten minutes", bench::with_stalls(long_way, seconds{1}, seconds{20}));
  compare("listener 500 ppm fast", long_way, 500);
  compare("listener 500 ppm slow", long_way, -500);
  compare("listener 5000 ppm fast", long_way, 5000);
  compare("listener 5000 ppm slow", long_way, -5000);
  std::puts("\n| loud talkers | limiter | frames clipped % | SNR dB | gain dB | largest step dB |");
  std::puts("|---|---|---|---|---|---|");
  for (const std::size_t talkers : {2U, 5U, 10U, 20U}) compare_limiter(talkers);
}

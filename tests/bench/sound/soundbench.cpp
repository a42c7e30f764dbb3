// Plays the same speech over the same recorded and made-up ways through the real Playout, adaptive
// beside fixed, in simulated time, and prints what was heard of it. ./bench.sh --sound.
#include "tests/bench/sound/client_ends.hpp"
#include "tests/bench/sound/crowd.hpp"
#include "tests/bench/sound/echo.hpp"
#include "tests/bench/sound/judge.hpp"
#include "tests/bench/sound/lan_call.hpp"
#include "tests/bench/sound/speech.hpp"
#include "tests/bench/sound/week.hpp"

#include <cstdio>
#include <string>

namespace {

using bench::Arrivals;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t packets_of_two_minutes = 6000;
constexpr std::size_t packets_of_ten_minutes = 30000;
constexpr std::size_t speech_s = 64;

const std::vector<std::int16_t>& said() {
  static const auto samples = bench::speech(8000, speech_s);
  return samples;
}

void print(const char* name, const char* mode, const bench::Verdict& verdict) {
  std::printf(
      "| %-28s | %-8s | %6.0f | %6.0f | %4.0f / %4.0f / %3.0f | %5.1f | %7.0f | %6.0f | %4.1f | "
      "%4.2f |\n",
      name, mode, verdict.lost, verdict.gaps, verdict.delay_mean, verdict.delay_max,
      verdict.delay_apart, verdict.back / 1000, verdict.stretched, verdict.sped_up, verdict.snr_db,
      verdict.score);
}

void compare(const char* name, const Arrivals& arrivals, bench::Trial trial = {},
             int depth_packets = 6) {
  if (arrivals.empty()) {
    std::printf("| %-28s | no such recording\n", name);
    return;
  }
  trial.options = voice::fixed_playout(depth_packets);
  print(name, "fixed", bench::judge(trial, said(), arrivals));
  trial.options = {};
  if (depth_packets != 6) trial.options.depth_packets = depth_packets;
  print(name, "adaptive", bench::judge(trial, said(), arrivals));
}

// Ten minutes of a device whose clock is inaccurate: at the talker's end, or at the listener's.
void compare_clocks() {
  const Arrivals even = bench::even_arrivals(packets_of_ten_minutes);
  for (const double ppm : {500.0, -500.0, 5000.0, -5000.0}) {
    const std::string by = std::to_string(static_cast<int>(ppm)) + " ppm";
    const auto from = [&](voice::Duration lump) {
      return bench::arrivals_from_source(packets_of_ten_minutes, ppm, lump);
    };
    bench::Trial talker;
    talker.talker_ppm = ppm;
    compare(("microphone " + by).c_str(), from(bench::card_block), talker);
    compare(("pipe to stdin " + by).c_str(), from(bench::pipe_lump), talker);
    bench::Trial listener;
    compare(("playout's clock " + by).c_str(), even, {.listener_ppm = ppm});
    listener.takes = bench::takes_of_card(std::chrono::minutes{10}, ppm);
    compare(("loudspeaker " + by).c_str(), even, listener);
  }
}

// Ten minutes of a program that reads stdout, and plays it by its own clock.
void compare_readers() {
  const Arrivals even = bench::even_arrivals(packets_of_ten_minutes);
  std::string missed;
  const auto compare_reader = [&](const char* name, const bench::Reader& reader) {
    const auto reading = bench::takes_of_reader(std::chrono::minutes{10}, reader);
    bench::Trial trial;
    trial.takes = reading.takes;
    const std::string by = std::to_string(static_cast<int>(reader.ppm)) + " ppm";
    compare((std::string{name} + " " + by).c_str(), even, trial);
    missed += " " + std::to_string(reading.missed / milliseconds{1});
  };
  for (const double ppm : {500.0, -500.0, 5000.0, -5000.0}) {
    compare_reader("stdout, 20 ms", {ppm, milliseconds{20}});
    compare_reader("stdout, 40 ms", {ppm, milliseconds{40}});
    compare_reader("stdout, ahead", {ppm, milliseconds{125}, milliseconds{500}});
  }
  std::printf("\nms that these readers of stdout missed:%s\n", missed.c_str());
}

void judge_calls() {
  std::puts(
      "\n| call over a LAN, server's phase ms | mouth to ear ms, at most | after a pause of "
      "0.1 s | back s | bit for bit % |");
  std::puts("|---|---|---|---|---|");
  for (const int phase : {0, 5, 10, 15}) {
    const auto verdict =
        bench::judge_lan_call(milliseconds{phase}, milliseconds{100}, std::chrono::minutes{10});
    std::printf("| %2d | %4.0f | %4.0f | %4.1f | %6.2f |\n", phase, verdict.delay_before,
                verdict.delay_back, verdict.back_s, 100 * verdict.heard_exactly);
  }
}

#ifdef SOUNDBENCH_WITH_VOICE
void judge_echoes() {
  std::puts(
      "\n| echo of -10 dB, rate Hz | quieter after 1 s, dB | 200 ppm apart | another loudspeaker "
      "| both talk: level dB, likeness | fan of -45 dBFS in pauses, dBFS |");
  std::puts("|---|---|---|---|---|---|");
  for (const int rate_hz : {8000, 16000, 44100, 48000}) {
    const auto verdict = bench::judge_echo(rate_hz);
    std::printf("| %5d | %4.1f | %4.1f | %4.1f | %4.1f, %4.2f | %5.1f |\n", rate_hz,
                verdict.reduction_db, verdict.drift_db, verdict.change_db, verdict.talk_db,
                verdict.talk_likeness, verdict.fan_dbfs);
  }
}
#else
void judge_echoes() {
  std::puts("\nno echo: built without voice processing");
}
#endif

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

void judge_week() {
  std::puts("| a week, listener's clock | ticks | discontinuities | oldest sample ms |");
  std::puts("|---|---|---|---|");
  for (const double ppm : {200.0, -200.0}) {
    const auto verdict = bench::judge_days(ppm, 7 * 24);
    std::printf("| %+4.0f ppm | %llu | %llu | %4.0f |\n", ppm,
                static_cast<unsigned long long>(verdict.ticks),
                static_cast<unsigned long long>(verdict.discontinuities), verdict.age_max_ms);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::string{argv[1]} == "--week") {
    judge_week();
    return 0;
  }
  if (argc != 1) {
    std::fputs("usage: soundbench [--week]\n", stderr);
    return 2;
  }
  std::puts(
      "| way | mode | lost ms | gaps ms | delay mean / max / apart ms | back s | stretched ms | "
      "sped up ms | SNR dB | score |");
  std::puts("|---|---|---|---|---|---|---|---|---|---|");
  const Arrivals even = bench::even_arrivals(packets_of_two_minutes);
  compare("even", even);
  compare("read at every third tick", bench::in_lumps(even, 3));
  compare("lumps of 80 ms", bench::in_lumps(even, 4));
  compare("lumps of 80 ms, depth 2", bench::in_lumps(even, 4), {}, 2);
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
  compare_clocks();
  compare_readers();
  judge_calls();
  judge_echoes();
  std::puts("\n| loud talkers | limiter | frames clipped % | SNR dB | gain dB | largest step dB |");
  std::puts("|---|---|---|---|---|---|");
  for (const std::size_t talkers : {2U, 5U, 10U, 20U}) compare_limiter(talkers);
  std::printf(
      "\ntalkers of -46 to -16 dBFS are heard %.1f dB apart; levelled, after ten seconds, "
      "%.1f dB\n",
      bench::judge_levels(false), bench::judge_levels(true));
}

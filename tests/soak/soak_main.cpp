// Holds a call of fifty for half an hour with a running voiced, and judges it: no frame missing, no
// growth of memory or delay. Prints a table while it runs, then a verdict for each requirement,
// then one line of JSON. Exit code 0 only if every requirement is met.
#include "tests/soak/story.hpp"

#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdio>

namespace {

using soak::MinuteReport;

void print_head() {
  std::printf("%6s %9s %4s %17s %5s %22s %9s %10s\n", "minute", "RSS KiB", "fds", "frames received",
              "gaps", "delay ms: median, max", "drifting", "underflows");
}

void print_row(const MinuteReport& row) {
  std::printf("%6d %9.0f %4zu %8llu…%-8llu %5llu %14.1f %7.1f %9.1f %10llu\n", row.minute,
              row.rss_kib, row.descriptors, static_cast<unsigned long long>(row.packets_min),
              static_cast<unsigned long long>(row.packets_max),
              static_cast<unsigned long long>(row.gaps), row.delay_median_ms, row.delay_max_ms,
              row.drifting_max_ms, static_cast<unsigned long long>(row.underflows));
  std::fflush(stdout);
}

void print_json(const soak::StorySettings& settings, const soak::Figures& figures, bool passed) {
  std::vector<double> starts;
  std::vector<double> ends;
  std::vector<double> after_pause;
  for (const auto& delay : figures.delays) {
    starts.push_back(delay.start_ms);
    ends.push_back(delay.end_ms);
    after_pause.push_back(delay.after_pause_ms);
  }
  std::vector<soak::Point> warm;
  for (const auto& point : figures.rss_kib) {
    if (point.x >= 60) warm.push_back(point);
  }
  std::printf(
      "{\"soak\":{\"minutes\":%d,\"clients\":%zu,\"ticks\":%llu,\"frames_sent\":%llu,"
      "\"frames_received\":%llu,\"sequence_gaps\":%llu,\"rss_slope_kib_per_minute\":%.3f,"
      "\"delay_start_ms\":%.1f,\"delay_end_ms\":%.1f,\"delay_after_pause_ms\":%.1f,"
      "\"passed\":%s}}\n",
      settings.minutes, settings.visitors, static_cast<unsigned long long>(figures.ticks),
      static_cast<unsigned long long>(figures.messages_sent),
      static_cast<unsigned long long>(figures.messages_received),
      static_cast<unsigned long long>(figures.sequence_gaps), soak::trend_of(warm).slope * 60,
      soak::percentile(starts, 0.5), soak::percentile(ends, 0.5),
      soak::percentile(after_pause, 0.5), passed ? "true" : "false");
}

int run(const soak::StorySettings& settings, long pid, const std::string& log) {
  const soak::ServerWatch server(pid, log);
  soak::Story story(settings, server);
  print_head();
  const soak::Figures figures = story.run(print_row);
  bool passed = true;
  for (const soak::Verdict& verdict : soak::judge(figures)) {
    std::printf("%s  %s\n", verdict.passed ? "PASS" : "FAIL", verdict.line.c_str());
    passed = passed && verdict.passed;
  }
  print_json(settings, figures, passed);
  return passed ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  CLI::App app{"Holds a call of many for long and judges what became of it"};
  soak::StorySettings settings;
  settings.host = "127.0.0.1";
  long pid = 0;
  std::string log;
  app.add_option("--port", settings.port, "of the voiced that runs already")->required();
  app.add_option("--server-pid", pid, "its process")->required();
  app.add_option("--server-log", log, "where its log is written to")->required();
  app.add_option("--minutes", settings.minutes)->check(CLI::Range(2, 100000));
  app.add_option("--clients", settings.visitors)->check(CLI::Range(25, 500));
  CLI11_PARSE(app, argc, argv);
  try {
    return run(settings, pid, log);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "soak: %s\n", error.what());
    return 1;
  }
}

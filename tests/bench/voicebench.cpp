// Load generator for our protocol: thousands of clients in one process and one thread, in bounded
// time; prints one JSON line. How it works: voicebench_crowd.hpp. What its figures mean:
// docs/benchmarks.md.
#include "tests/bench/voicebench_churn.hpp"
#include "tests/bench/voicebench_crowd.hpp"
#include "tests/bench/voicebench_handshakes.hpp"
#include "tests/bench/voicebench_latency.hpp"
#include "tests/bench/voicebench_options.hpp"
#include "tests/bench/voicebench_process.hpp"
#include "tests/bench/voicebench_report.hpp"

#include <csignal>
#include <cstdio>
#include <exception>
#include <optional>

namespace voicebench {
namespace {

/// CPU time and memory of both processes at one moment.
struct Usage {
  TimePoint at = now();
  double own_cpu_s = voicebench::own_cpu_s();
  ProcessUsage server;
};

class Run {
 public:
  explicit Run(const Options& options)
      : options_(options),
        empty_(usage()),
        encryption_(encryption_to(options.tls)),
        crowd_(options, encryption_),
        pace_(now()) {
    if (options_.churn_per_second > 0) {
      churn_.emplace(options_, encryption_, crowd_.format(), now());
    }
    if (options_.handshakes > 0) handshakes_.emplace(options_, encryption_);
    if (options_.latency) probe_.emplace(crowd_, options_.trials);
  }

  std::string measure() {
    run_for(options_.warmup_seconds);
    crowd_.open_window();
    if (handshakes_) handshakes_->open_window();
    begin_ = usage();
    pace_.forget_lateness();
    if (probe_)
      run_until([this] { return probe_->done(); });
    else
      run_for(options_.seconds);
    lateness_ = pace_.lateness();
    end_ = usage();
    crowd_.close_window();
    run_for(0.1);
    crowd_.finish();
    return report();
  }

 private:
  [[nodiscard]] Usage usage() const {
    Usage usage;
    if (options_.server_pid != 0) usage.server = read_usage(options_.server_pid);
    return usage;
  }

  template <class Done>
  void run_until(Done done) {
    while (!done()) {
      const std::size_t number = pace_.wait();
      crowd_.slot(number);
      if (churn_) churn_->slot(number);
      if (handshakes_) handshakes_->slot();
      if (probe_) probe_->slot();
    }
  }

  void run_for(double seconds) {
    const TimePoint end =
        now() + std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
    run_until([end] { return now() >= end; });
  }

  std::string report() const {
    Report report;
    add_setting(report);
    add_hearing(report);
    add_generator(report);
    if (options_.server_pid != 0) add_server(report);
    if (options_.slow > 0) {
      report.add("slow", options_.slow);
      report.add("slow_closed", crowd_.closed_slow());
    }
    if (churn_) add_churn(report);
    if (handshakes_) add_handshakes(report);
    if (probe_) add_latency(report);
    return report.line();
  }

  [[nodiscard]] double window_s() const { return to_s(end_.at - begin_.at); }

  void add_setting(Report& report) const {
    for (const std::string& tag : options_.tags) {
      const auto equals = tag.find('=');
      if (equals != std::string::npos)
        report.add(tag.substr(0, equals), std::string_view(tag).substr(equals + 1));
    }
    report.add("clients", options_.clients);
    report.add("talkers", options_.talking());
    report.add("rooms", options_.rooms);
    report.add("rate_hz", crowd_.format().rate_hz());
    report.add("seconds", window_s());
  }

  void add_hearing(Report& report) const {
    double frames = 0;
    std::size_t worst = 0;
    std::size_t disturbed = 0;
    const auto& ears = crowd_.ears();
    for (std::size_t i = 0; i < ears.size(); ++i) {
      frames += static_cast<double>(ears[i].frames());
      if (ears[i].is_disturbed()) ++disturbed;
      const bool is_worse = ears[i].frames() != ears[worst].frames()
                                ? ears[i].frames() < ears[worst].frames()
                                : ears[i].gap_max() > ears[worst].gap_max();
      if (is_worse) worst = i;
    }
    const double counted_s = to_s(crowd_.counted());
    const double fps_min = static_cast<double>(ears[worst].frames()) / counted_s;
    const double gap_p99 = crowd_.gaps().quantile_ms(0.99);
    report.add("fps_min", fps_min);
    report.add("fps_mean", frames / counted_s / static_cast<double>(ears.size()));
    report.add("gap_p50_ms", crowd_.gaps().quantile_ms(0.50));
    report.add("gap_p99_ms", gap_p99);
    report.add("gap_max_ms", crowd_.gaps().max_ms());
    report.add("worst_receiver", worst);
    report.add("worst_receiver_gap_max_ms", to_ms(ears[worst].gap_max()));
    report.add("receivers_stamped", crowd_.stamped());
    report.add("receivers_disturbed", disturbed);
    report.add("receivers_closed", crowd_.closed_receivers());
    report.add("bytes_received", crowd_.traffic().bytes_received);
    report.add("frames_received", crowd_.traffic().frames_received);
    report.add("frames_missing", crowd_.traffic().frames_missing);
    report.add("realtime",
               fps_min >= 49 && gap_p99 < to_ms(gap_late) && crowd_.closed_receivers() == 0);
  }

  void add_generator(Report& report) const {
    report.add("frames_sent", crowd_.traffic().frames_sent);
    report.add("frames_blocked", crowd_.traffic().frames_blocked);
    report.add("generator_cpu", (end_.own_cpu_s - begin_.own_cpu_s) / window_s());
    report.add("generator_late_p99_ms", lateness_.quantile_ms(0.99));
    report.add("generator_late_max_ms", lateness_.max_ms());
  }

  void add_server(Report& report) const {
    const double cpu_s = end_.server.cpu_s - begin_.server.cpu_s;
    const auto clients = static_cast<double>(options_.clients);
    report.add("server_cpu", cpu_s / window_s());
    report.add("server_us_per_client_tick",
               cpu_s * 1e6 / clients / window_s() / voice::frames_per_second);
    report.add("server_rss_empty_kib", empty_.server.rss_kib);
    report.add("server_rss_kib", end_.server.rss_kib);
    report.add("server_rss_peak_kib", end_.server.rss_peak_kib);
    report.add("server_rss_per_client_kib",
               (end_.server.rss_kib - empty_.server.rss_kib) / clients);
  }

  void add_churn(Report& report) const {
    report.add("churn_per_second", options_.churn_per_second);
    report.add("churn_joins", churn_->joins());
    report.add("churn_leaves", churn_->leaves());
    report.add("churn_failures", churn_->failures());
    report.add("join_p50_ms", churn_->join_times().quantile_ms(0.50));
    report.add("join_p99_ms", churn_->join_times().quantile_ms(0.99));
  }

  void add_handshakes(Report& report) const {
    report.add("handshakes", options_.handshakes);
    report.add("handshakes_per_second", static_cast<double>(handshakes_->done()) / window_s());
    report.add("handshake_failures", handshakes_->failures());
    report.add("handshake_p50_ms", handshakes_->times().quantile_ms(0.50));
    report.add("handshake_p99_ms", handshakes_->times().quantile_ms(0.99));
  }

  void add_latency(Report& report) const {
    report.add("trials", options_.trials);
    report.add("latency_p50_ms", probe_->each().quantile_ms(0.50));
    report.add("latency_p99_ms", probe_->each().quantile_ms(0.99));
    report.add("latency_max_ms", probe_->each().max_ms());
    report.add("latency_first_p50_ms", probe_->first().quantile_ms(0.50));
    report.add("latency_first_p99_ms", probe_->first().quantile_ms(0.99));
    report.add("latency_missed", probe_->missed());
    report.add("kernel_stamps", crowd_.kernel_stamps());
  }

  Options options_;
  Usage empty_;
  std::shared_ptr<const Encryption> encryption_;
  Crowd crowd_;
  Pace pace_;
  std::optional<Churn> churn_;
  std::optional<Handshakes> handshakes_;
  std::optional<LatencyProbe> probe_;
  Usage begin_;
  Usage end_;
  Histogram lateness_;
};

}  // namespace
}  // namespace voicebench

int main(int argc, char** argv) {
  const voicebench::Options options = voicebench::parse_options(argc, argv);
  std::signal(SIGPIPE, SIG_IGN);
  try {
    voicebench::raise_descriptor_limit(options);
    std::puts(voicebench::Run(options).measure().c_str());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "voicebench: %s\n", error.what());
    return 1;
  }
}

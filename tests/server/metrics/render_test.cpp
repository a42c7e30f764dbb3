#include "server/metrics/render.hpp"

#include "tests/server/metrics/exposition.hpp"
#include "tests/server/metrics/picture.hpp"
#include "tests/support/catch.hpp"

using namespace voiced;
using namespace voice::test;

namespace {

bool is_name(const std::string& name) {
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return c == '_' || (c >= 'a' && c <= 'z'); });
}

}  // namespace

TEST_CASE("metrics are well formed in both formats", "[metrics]") {
  const auto exposition = GENERATE(Exposition::open_metrics, Exposition::prometheus);
  const bool open_metrics = exposition == Exposition::open_metrics;

  const Metrics metrics = parse_metrics(rendered(exposition));

  CHECK(metrics.ends == open_metrics);
  for (const MetricFamily& family : metrics.families) {
    INFO(family.name);
    CHECK(is_name(family.name));
    CHECK(family.name.rfind("voiced_", 0) == 0);
    CHECK(family.help.size() > 10);
    CHECK(family.help.back() == '.');
    CHECK(family.name.ends_with(family.unit));
    const bool counts = family.type == "counter";
    CHECK(family.name.ends_with("_total") == (counts && !open_metrics));
  }
  for (const MetricSample& sample : metrics.samples) {
    INFO(sample.name);
    CHECK(is_name(sample.name));
  }
}

TEST_CASE("both formats say the same", "[metrics]") {
  const Metrics one = parse_metrics(rendered(Exposition::open_metrics));
  const Metrics other = parse_metrics(rendered(Exposition::prometheus));

  REQUIRE(one.samples.size() == other.samples.size());
  for (const MetricSample& sample : one.samples) {
    CHECK(other.value(sample.name + sample.labels) == sample.value);
  }
}

TEST_CASE("every figure of the server has its name", "[metrics]") {
  const Metrics metrics = parse_metrics(rendered(Exposition::open_metrics));

  struct Row {
    const char* series;
    double value;
  };
  const auto row = GENERATE(values<Row>({{"voiced_uptime_seconds", 90.5},
                                         {"voiced_healthy", 1},
                                         {"voiced_ready", 0},
                                         {"voiced_draining", 0},
                                         {"voiced_sample_rate_hertz", 44100},
                                         {"voiced_participants", 12},
                                         {"voiced_participants_limit", 1000},
                                         {"voiced_talkers", 3},
                                         {"voiced_strangers", 4},
                                         {"voiced_handshakes", 49},
                                         {"voiced_bans", 5},
                                         {"voiced_congested_participants", 2},
                                         {"voiced_jitter_buffers_filled", 7},
                                         {"voiced_jitter_buffered_seconds", 0.42},
                                         {"voiced_jitter_buffered_max_seconds", 0.1},
                                         {"voiced_load_ratio", 0.25},
                                         {"voiced_load_limit_ratio", 0.9},
                                         {"voiced_ticks_total", 4525},
                                         {"voiced_late_ticks_total", 8},
                                         {"voiced_skipped_ticks_total", 9},
                                         {"voiced_connections_total", 21},
                                         {"voiced_accept_pauses_total", 1},
                                         {"voiced_logins_granted_total", 50},
                                         {"voiced_handshakes_done_total", 51},
                                         {"voiced_handshakes_failed_total", 52},
                                         {"voiced_received_bytes_total", 18e18},
                                         {"voiced_sent_bytes_total", 22},
                                         {"voiced_received_frames_total", 23},
                                         {"voiced_sent_frames_total", 24},
                                         {"voiced_bad_packets_total", 25},
                                         {"voiced_excess_messages_total", 26},
                                         {"voiced_received_messages_total", 41},
                                         {"voiced_bad_texts_total", 42},
                                         {"voiced_ignored_messages_total", 43},
                                         {"voiced_outbox_dropped_messages_total", 27},
                                         {"voiced_jitter_accepted_packets_total", 31},
                                         {"voiced_jitter_duplicate_packets_total", 32},
                                         {"voiced_jitter_late_packets_total", 33},
                                         {"voiced_jitter_malformed_packets_total", 48},
                                         {"voiced_jitter_lost_packets_total", 34},
                                         {"voiced_jitter_overflows_total", 35},
                                         {"voiced_jitter_dropped_seconds_total", 0.036},
                                         {"voiced_jitter_underruns_total", 37},
                                         {"voiced_foreign_packets_total", 28},
                                         {"voiced_jitter_expired_seconds_total", 0.041},
                                         {"voiced_jitter_excess_seconds_total", 0.042},
                                         {"voiced_jitter_cut_seconds_total", 0.043},
                                         {"voiced_jitter_depth_raises_total", 44},
                                         {"voiced_jitter_stretched_seconds_total", 0.045},
                                         {"voiced_jitter_sped_up_seconds_total", 0.046},
                                         {"voiced_jitter_concealed_seconds_total", 0.047},
                                         {"voiced_log_lines_left_out_total", 39},
                                         {"voiced_http_connections", 2},
                                         {"voiced_http_requests_total", 100},
                                         {"voiced_http_bad_requests_total", 3},
                                         {"voiced_http_timeouts_total", 1},
                                         {"voiced_http_refused_connections_total", 4}}));
  INFO(row.series);
  CHECK(metrics.value(row.series) == Approx(row.value));
}

TEST_CASE("every reason to close is listed, also those that have not occurred", "[metrics]") {
  const Metrics metrics = parse_metrics(rendered(Exposition::open_metrics));

  for (std::size_t i = 0; i < close_reason_count; ++i) {
    const std::string reason = to_string(static_cast<CloseReason>(i));
    const double wanted = reason == "left" ? 2 : reason == "kicked" ? 1 : 0;
    CHECK(metrics.value("voiced_closes_total{reason=\"" + reason + "\"}") == wanted);
  }
}

TEST_CASE("buckets of a histogram add up", "[metrics]") {
  const Metrics metrics = parse_metrics(rendered(Exposition::open_metrics));
  const std::string name = "voiced_tick_lateness_seconds";

  std::vector<double> counts;
  for (const MetricSample& sample : metrics.samples) {
    if (sample.name == name + "_bucket") counts.push_back(sample.value);
  }

  CHECK(counts.size() == 17);
  CHECK(std::is_sorted(counts.begin(), counts.end()));
  CHECK(metrics.value(name + "_bucket{le=\"2e-05\"}") == 1);
  CHECK(metrics.value(name + "_bucket{le=\"0.00256\"}") == 1);
  CHECK(metrics.value(name + "_bucket{le=\"0.00512\"}") == 2);
  CHECK(metrics.value(name + "_bucket{le=\"0.65536\"}") == 2);
  CHECK(metrics.value(name + "_bucket{le=\"+Inf\"}") == 3);
  CHECK(metrics.value(name + "_count") == 3);
  CHECK(metrics.value(name + "_sum") == Approx(2.003015));
}

TEST_CASE("an edge of a bucket divides exactly", "[metrics]") {
  using namespace std::chrono_literals;
  voice::DurationHistogram durations;
  durations.add(20479us);
  durations.add(20480us);
  std::string text;
  MetricWriter writer(text, Exposition::open_metrics);
  writer.family(MetricType::histogram, "x_seconds", "seconds", "What the test measures.");

  writer.histogram(durations);

  const Metrics metrics = parse_metrics(text);
  CHECK(metrics.value("x_seconds_bucket{le=\"0.01024\"}") == 0);
  CHECK(metrics.value("x_seconds_bucket{le=\"0.02048\"}") == 1);
  CHECK(metrics.value("x_seconds_bucket{le=\"0.04096\"}") == 2);
}

TEST_CASE("a room that a client has asked for has no series of its own", "[metrics]") {
  ServerStatus status = busy_status();
  const auto series_of = [&] {
    std::string text;
    render(text, {status, true, false, {}, {}}, Exposition::prometheus);
    return text;
  };
  const std::string before = series_of();
  status.rooms.push_back({.name = "whim 4711", .is_on_demand = true, .participants = 2});

  CHECK(series_of() == before);
  CHECK(before.find("room=\"quiet\"") != std::string::npos);
}

TEST_CASE("every room has its own series", "[metrics]") {
  const Metrics metrics = parse_metrics(rendered(Exposition::open_metrics));

  CHECK(metrics.value(R"(voiced_room_participants{room="front"})") == 5);
  CHECK(metrics.value(R"(voiced_room_talkers{room="front"})") == 2);
  CHECK(metrics.value(R"(voiced_room_participants{room="quiet"})") == 1);
  CHECK(metrics.value(R"(voiced_room_talkers{room="quiet"})") == 0);
  CHECK(metrics.value(R"(voiced_room_sample_rate_hertz{room="quiet"})") == 48000);
  CHECK(metrics.value(R"(voiced_room_limiter_gain_decibels{room="front"})") == -4.5);
  CHECK(metrics.value(R"(voiced_room_limited_frames_total{room="front"})") == 48);
  CHECK(metrics.value(R"(voiced_room_limited_frames_total{room="quiet"})") == 0);
  CHECK(metrics.value(R"(voiced_room_forwarded_frames_total{room="front"})") == 77);
  CHECK(metrics.value(R"(voiced_room_forwarded_frames_total{room="quiet"})") == 0);
  CHECK(metrics.value(R"(voiced_room_howls_total{room="front"})") == 3);
  CHECK(metrics.value(R"(voiced_room_howls_total{room="quiet"})") == 0);
}

TEST_CASE("a participant may choose any name", "[metrics]") {
  const Metrics metrics = parse_metrics(rendered(Exposition::open_metrics));

  const std::string anna = R"({id="1",name="Anna",room="front"})";
  CHECK(metrics.value("voiced_participant_talking" + anna) == 1);
  CHECK(metrics.value("voiced_participant_level_decibels" + anna) == -12.5);
  CHECK(metrics.value("voiced_participant_levelling_decibels" + anna) == 3.25);
  CHECK(metrics.value("voiced_participant_howl_guard_decibels" + anna) == 0);
  CHECK(metrics.value("voiced_participant_jitter_underruns_total" + anna) == 3);
  CHECK(metrics.value("voiced_participant_jitter_buffered_seconds" + anna) == Approx(0.04));
  const std::string boris = R"({id="2",name="Bo\"ris\\\nx{} 1",room="front"})";
  CHECK(metrics.value("voiced_participant_howl_guard_decibels" + boris) == -6.25);
  CHECK(metrics.value("voiced_participant_microphone_muted" + boris) == 1);
  CHECK(metrics.value("voiced_participant_outbox_dropped_messages_total" + boris) == 4);
  CHECK(metrics.value("voiced_participant_outbox_age_seconds" + boris) == Approx(0.15));
}

TEST_CASE("participants have metrics of their own only when asked for", "[metrics]") {
  std::string text;
  render(text, {busy_status(), true, true, {}, {}}, Exposition::open_metrics);

  CHECK(text.find("voiced_participant_") == std::string::npos);
  CHECK(parse_metrics(text).ends);
}

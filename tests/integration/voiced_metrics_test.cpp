// voiced's endpoint for metrics and health, as scrapers, load balancers and strangers meet it.
#include "tests/integration/http_client.hpp"
#include "tests/integration/witnesses.hpp"
#include "tests/server/metrics/exposition.hpp"

#include <list>

using namespace voice::test;
using namespace std::chrono_literals;

namespace {

// How many connections the endpoint serves at once.
constexpr std::size_t http_connections_max = 32;

struct Observed {
  explicit Observed(const Strings& flags = {})
      : voiced([&] {
          Strings all{"--metrics-address", "127.0.0.1:0"};
          all.insert(all.end(), flags.begin(), flags.end());
          return all;
        }()) {
    const std::string marker = "metrics on=127.0.0.1:";
    const std::string log = voiced.log();
    REQUIRE(log.find(marker) != std::string::npos);
    port = static_cast<std::uint16_t>(std::stoi(log.substr(log.find(marker) + marker.size())));
  }

  HttpAnswer get(const std::string& path) const { return HttpClient(port).get(path); }
  Metrics metrics() const { return parse_metrics(get("/metrics").body); }
  // Retries, because a machine that is busy with other things makes ticks late, too.
  bool answers(const std::string& path, int status) const {
    return eventually([&] { return get(path).status == status; });
  }

  Voiced voiced;
  std::uint16_t port = 0;
};

// promtool's verdict on a text; none if it is not installed.
std::optional<int> check_metrics(const std::string& text) {
  if (std::system("command -v promtool >/dev/null 2>&1") != 0) return std::nullopt;
  const ScratchDirectory scratch;
  const std::string file = scratch.write("metrics.txt", text);
  return std::system(("promtool check metrics <" + file + " >&2").c_str());
}

}  // namespace

TEST_CASE("without metrics-address there is no metrics endpoint", "[integration][metrics]") {
  Voiced voiced;
  CHECK(voiced.log().find("metrics on=") == std::string::npos);

  CHECK_THROWS(HttpClient(9464));
}

TEST_CASE("a call shows in the metrics", "[integration][metrics][real-time]") {
  Observed server({"--metrics-participants", "10"});
  TcpPeer anna = join(server.voiced);
  TcpPeer boris = join(server.voiced);
  REQUIRE(anna.send(message("Hello\nName:An\"na")));
  std::uint16_t sequence = 0;
  in_real_time(50, [&](int) {
    (void)anna.send(rtp_message(sequence++, ByteVector(160, 0x55)));
    boris.receive();
    anna.receive();
  });

  const Metrics metrics = server.metrics();

  CHECK(metrics.value("voiced_participants") == 2);
  CHECK(metrics.value("voiced_received_frames_total") == 50);
  CHECK(metrics.value("voiced_sent_frames_total") > 40);
  CHECK(metrics.value("voiced_received_bytes_total") > 50 * 160);
  CHECK(metrics.value("voiced_sent_bytes_total") > 40 * 160);
  CHECK(metrics.value("voiced_ticks_total") > 45);
  CHECK(metrics.value("voiced_tick_work_seconds_count") > 45);
  CHECK(metrics.value("voiced_uptime_seconds") > 0.9);
  CHECK(metrics.value("voiced_participant_received_frames_total{id=\"1\",name=\"An\\\"na\","
                      "room=\"front\"}") == 50);

  boris.finish();
  CHECK(eventually(
      [&] { return server.metrics().value("voiced_closes_total{reason=\"left\"}") == 1; }));
}

TEST_CASE("promtool finds no fault with the metrics", "[integration][metrics]") {
  Observed server({"--metrics-participants", "10"});
  TcpPeer anna = join(server.voiced);
  REQUIRE(anna.send(message("Hello\nName:Anna \\ \"A\"")));
  REQUIRE(next_text(anna).rfind("Welcome", 0) == 0);

  const auto verdict = check_metrics(server.get("/metrics").body);

  if (!verdict) {
    WARN("promtool is not installed (package prometheus): its part of this test is skipped");
    return;
  }
  CHECK(*verdict == 0);
}

TEST_CASE("each of the two formats is given on request", "[integration][metrics]") {
  Observed server;
  HttpClient client(server.port);

  const HttpAnswer plain = client.get("/metrics");
  REQUIRE(
      client.send("GET /metrics HTTP/1.1\r\nAccept: application/openmetrics-text;"
                  "version=1.0.0,text/plain;version=0.0.4;q=0.5\r\n\r\n"));
  const HttpAnswer open_metrics = client.answer();

  CHECK(plain.status == 200);
  CHECK(plain.head.find("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n") !=
        std::string::npos);
  CHECK(open_metrics.status == 200);
  CHECK(open_metrics.head.find(
            "Content-Type: application/openmetrics-text; version=1.0.0; charset=utf-8\r\n") !=
        std::string::npos);
  CHECK(parse_metrics(open_metrics.body).ends);
  CHECK_FALSE(parse_metrics(plain.body).ends);
}

TEST_CASE("a healthy server is ready until it drains, is full or stops", "[integration][metrics]") {
  Observed server({"--participants-max", "1"});
  CHECK(server.answers("/healthz", 200));
  CHECK(server.answers("/readyz", 200));

  TcpPeer only = join(server.voiced);
  CHECK(server.get("/readyz").status == 503);
  CHECK(server.get("/readyz").body == "full: participants-max is 1\n");
  CHECK(server.answers("/healthz", 200));

  only.close();
  CHECK(server.answers("/readyz", 200));
}

TEST_CASE("a server that was stopped for a while says so for ten seconds",
          "[integration][metrics]") {
  Observed server;
  CHECK(server.answers("/healthz", 200));
  HttpClient waiting(server.port);

  // While nothing is mixed nobody gets an answer, good or bad.
  server.voiced.process().signal(SIGSTOP);
  REQUIRE(waiting.send("GET /healthz HTTP/1.1\r\n\r\n"));
  std::this_thread::sleep_for(1s);
  server.voiced.process().signal(SIGCONT);

  const HttpAnswer answer = waiting.answer();
  CHECK(answer.status == 503);
  CHECK(answer.body.find("ticks were skipped in the last 10 s") != std::string::npos);
  CHECK(server.metrics().value("voiced_healthy") == 0);
  CHECK(server.metrics().value("voiced_skipped_ticks_total") > 30);
  CHECK(server.answers("/healthz", 200));
}

TEST_CASE("a connection serves many requests, also those sent before the answer",
          "[integration][metrics]") {
  Observed server;
  HttpClient client(server.port);

  std::string pipeline;
  for (int i = 0; i < 20; ++i) pipeline += "GET /metrics HTTP/1.1\r\n\r\n";
  REQUIRE(client.send(pipeline + "HEAD /metrics HTTP/1.1\r\n\r\n"));
  for (int i = 0; i < 20; ++i) CHECK(client.answer().status == 200);
  const HttpAnswer head = client.answer(false);
  CHECK(head.status == 200);
  CHECK(head.head.find("Content-Length: ") != std::string::npos);
  CHECK(client.get("/nothing").status == 404);

  REQUIRE(client.send("POST /metrics HTTP/1.1\r\nConnection: close\r\n\r\n"));
  const HttpAnswer refused = client.answer();
  CHECK(refused.status == 405);
  CHECK(refused.head.find("Allow: GET, HEAD\r\n") != std::string::npos);
  CHECK(client.is_closed());
}

TEST_CASE("a client that closes its half is still answered", "[integration][metrics]") {
  Observed server;
  HttpClient client(server.port);

  REQUIRE(client.send("GET /metrics HTTP/1.1\r\n\r\n"));
  client.finish();

  CHECK(client.answer().status == 200);
  CHECK(client.is_closed());
}

TEST_CASE("an invalid request is refused and the connection closed", "[integration][metrics]") {
  Observed server;
  struct Row {
    std::string bytes;
    int status;
  };
  const std::vector<Row> rows{
      {"\x16\x03\x01\x02\x01\x01", 400},
      {"GET /metrics HTTP/1.1\r\nA: " + std::string(20'000, 'a'), 431},
      {"GET /metrics HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody", 413},
      {"GET /metrics HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 413},
  };

  for (const Row& row : rows) {
    INFO(row.bytes.substr(0, 60));
    HttpClient client(server.port);
    (void)client.send(row.bytes);
    CHECK(client.answer().status == row.status);
    CHECK(client.is_closed());
  }

  CHECK(server.metrics().value("voiced_http_bad_requests_total") == 4);
}

TEST_CASE("no more than the limit of connections are served", "[integration][metrics]") {
  Observed server;
  std::list<HttpClient> clients;
  for (std::size_t i = 0; i < http_connections_max; ++i) {
    CHECK(clients.emplace_back(server.port).get("/metrics").status == 200);
  }

  HttpClient one_too_many(server.port);
  CHECK(one_too_many.is_closed());

  const Metrics metrics = parse_metrics(clients.front().get("/metrics").body);
  CHECK(metrics.value("voiced_http_connections") == http_connections_max);
  CHECK(metrics.value("voiced_http_refused_connections_total") == 1);
  clients.pop_back();
  CHECK(eventually([&] { return server.get("/metrics").status == 200; }));
}

TEST_CASE("a slow client is closed, and the sound goes on", "[integration][metrics][real-time]") {
  Observed server(patient());
  Witnesses witnesses(server.voiced);
  // Some send a byte now and then, some send many requests and read nothing, some send nothing.
  std::list<HttpClient> drips, deaf, mute;
  for (int i = 0; i < 10; ++i) {
    drips.emplace_back(server.port);
    deaf.emplace_back(server.port);
    mute.emplace_back(server.port);
  }
  std::string requests;
  for (int i = 0; i < 50; ++i) requests += "GET /metrics HTTP/1.1\r\n\r\n";

  for (int second = 0; second < 6; ++second) {
    for (HttpClient& client : drips) (void)client.send("G");
    if (second == 0) {
      for (HttpClient& client : deaf) (void)client.send(requests);
    }
    witnesses.speak(50);
  }

  witnesses.check_nothing_is_missing();
  CHECK(eventually([&] { return server.metrics().value("voiced_http_timeouts_total") >= 20; }));
  CHECK(server.metrics().value("voiced_http_connections") <= 11);
}

TEST_CASE(
    "a metrics address that cannot be used is reported in one line, and exit 1 if it may be "
    "temporary",
    "[integration][metrics]") {
  const ScratchDirectory scratch;
  const TcpListener taken;
  const std::string address = "127.0.0.1:" + std::to_string(taken.port());
  struct Row {
    std::string address, says;
    int exit_code;
  };
  const std::vector<Row> rows{
      {address, "--metrics-address: cannot listen on " + address + ": Address already in use; ", 1},
      {"192.0.2.1:9464", "--metrics-address: cannot listen on 192.0.2.1:9464: ", 1},
      {"localhost", "--metrics-address: `localhost` is not an address and a port", 2}};

  for (const Row& row : rows) {
    Process process(voiced_command(scratch, {"--listen", "127.0.0.1", "--port", "0", "--log-level",
                                             "off", "--metrics-address", row.address}),
                    scratch.file("voiced"));
    CHECK(process.wait() == row.exit_code);
    INFO(process.err());
    CHECK(process.err().find(row.says) != std::string::npos);
    CHECK(process.err().find('\n') == process.err().size() - 1);
  }
}

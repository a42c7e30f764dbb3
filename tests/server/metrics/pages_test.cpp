#include "server/metrics/pages.hpp"

#include "tests/server/metrics/exposition.hpp"
#include "tests/server/metrics/picture.hpp"
#include "tests/support/catch.hpp"

using namespace voiced;
using namespace voice::test;
using namespace std::chrono_literals;

namespace {

struct Site {
  explicit Site(std::size_t participants_max = 0)
      : pages({[this] {
                 ++looks;
                 return status;
               },
               [] { return two_participants(); }},
              participants_max) {
    pages.ticked(now);
  }

  void tick() { pages.ticked(now += 20ms); }
  Page get(HttpPath path, bool open_metrics = true) {
    return pages.page({HttpMethod::get, path, open_metrics, true}, {});
  }

  int looks = 0;
  ServerStatus status = busy_status();
  voice::TimePoint now{1h};
  Pages pages;
};

}  // namespace

TEST_CASE("all requests within a tick get the same text, made once", "[metrics]") {
  Site site;
  site.tick();
  site.looks = 0;

  const Page first = site.get(HttpPath::metrics);
  for (int i = 0; i < 1000; ++i) CHECK(site.get(HttpPath::metrics).body == first.body);
  CHECK(site.looks == 1);

  site.tick();
  site.status.talkers = 77;
  const Page second = site.get(HttpPath::metrics);
  CHECK(second.body != first.body);
  CHECK(parse_metrics(*first.body).value("voiced_talkers") == 3);
  CHECK(parse_metrics(*second.body).value("voiced_talkers") == 77);
}

TEST_CASE("without requests the server is observed once a second", "[metrics]") {
  Site site;
  site.looks = 0;

  for (int i = 0; i < 500; ++i) site.tick();

  CHECK(site.looks == 10);
}

TEST_CASE("texts are made in memory that is reused", "[metrics]") {
  Site site;
  std::set<const std::string*> texts;

  for (int i = 0; i < 100; ++i) {
    site.tick();
    texts.insert(site.get(HttpPath::metrics).body.get());
    texts.insert(site.get(HttpPath::metrics, false).body.get());
    texts.insert(site.get(HttpPath::healthz).body.get());
  }

  CHECK(texts.size() <= 3);
}

TEST_CASE("a text that is still being sent is kept", "[metrics]") {
  Site site;
  const Page slow = site.get(HttpPath::healthz);
  const std::string text = *slow.body;

  for (int i = 0; i < 10; ++i) {
    site.tick();
    (void)site.get(HttpPath::metrics);
  }

  CHECK(text == "ok\n");
  CHECK(*slow.body == text);
}

TEST_CASE("the format is the one that was asked for", "[metrics]") {
  Site site;

  const Page open_metrics = site.get(HttpPath::metrics, true);
  const Page plain = site.get(HttpPath::metrics, false);

  CHECK(std::string(open_metrics.content_type) ==
        "application/openmetrics-text; version=1.0.0; charset=utf-8");
  CHECK(std::string(plain.content_type) == "text/plain; version=0.0.4; charset=utf-8");
  CHECK(open_metrics.body->ends_with("# EOF\n"));
  CHECK(plain.body->find("EOF") == std::string::npos);
}

TEST_CASE("as many participants as wanted have metrics of their own", "[metrics]") {
  const auto wanted = GENERATE(std::size_t{0}, std::size_t{1}, std::size_t{2}, std::size_t{9});
  Site site(wanted);

  const Metrics metrics = parse_metrics(*site.get(HttpPath::metrics).body);

  const auto count = std::count_if(
      metrics.samples.begin(), metrics.samples.end(),
      [](const MetricSample& sample) { return sample.name == "voiced_participant_talking"; });
  CHECK(count == static_cast<long>(std::min<std::size_t>(wanted, 2)));
}

TEST_CASE("health and readiness are a status for programs and a reason for people", "[metrics]") {
  Site site;
  CHECK(site.get(HttpPath::healthz).status == 200);
  CHECK(*site.get(HttpPath::readyz).body == "ready\n");

  site.status.skipped_ticks += 2;
  site.status.draining = true;
  site.tick();

  CHECK(site.get(HttpPath::healthz).status == 503);
  CHECK(*site.get(HttpPath::healthz).body == "2 ticks were skipped in the last 10 s\n");
  CHECK(site.get(HttpPath::readyz).status == 503);
  CHECK(*site.get(HttpPath::readyz).body == "draining\n");
  const Metrics metrics = parse_metrics(*site.get(HttpPath::metrics).body);
  CHECK(metrics.value("voiced_healthy") == 0);
  CHECK(metrics.value("voiced_ready") == 0);
}

TEST_CASE("what is not served is refused", "[metrics]") {
  Site site;

  CHECK(site.get(HttpPath::other).status == 404);
  for (const HttpPath path : {HttpPath::metrics, HttpPath::other}) {
    CHECK(site.pages.page({HttpMethod::other, path, false, true}, {}).status == 405);
  }
  CHECK(site.pages.page({HttpMethod::head, HttpPath::metrics, false, true}, {}).status == 200);
  CHECK(site.pages.refusal(HttpRequestReader::Reading::malformed, {}).status == 400);
  const auto with_body = [&](HttpMethod method, HttpPath path) {
    const HttpRequest request{.method = method, .path = path};
    return site.pages.refusal(HttpRequestReader::Reading::has_body, request).status;
  };
  CHECK(with_body(HttpMethod::get, HttpPath::metrics) == 413);
  CHECK(with_body(HttpMethod::other, HttpPath::metrics) == 405);
  CHECK(with_body(HttpMethod::other, HttpPath::other) == 405);
  CHECK(with_body(HttpMethod::get, HttpPath::other) == 404);
  CHECK(site.pages.refusal(HttpRequestReader::Reading::too_large, {}).status == 431);
}

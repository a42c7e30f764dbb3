// Documents, dashboards and alerts name the metrics that exist, and no others.
#include "tests/server/metrics/exposition.hpp"
#include "tests/server/metrics/picture.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/json_syntax.hpp"

#include <fstream>
#include <regex>

using namespace voice::test;

namespace {

std::string content(const std::string& path) {
  std::ifstream file(std::string(VOICE_SOURCE_DIR) + "/" + path);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

Metrics there_are() {
  return parse_metrics(rendered(voiced::Exposition::prometheus));
}

// Every metric name in a text, with the suffixes it has there.
std::set<std::string> names_in(const std::string& text) {
  static const std::regex name("voiced_[a-z_]+");
  std::set<std::string> names;
  for (std::sregex_iterator match(text.begin(), text.end(), name), end; match != end; ++match) {
    names.insert(match->str());
  }
  return names;
}

}  // namespace

TEST_CASE("docs/metrics.md lists all metrics, and their types", "[metrics]") {
  static const std::regex row(R"(\| `(voiced_[a-z_]+)`[^|]*\| ([a-z]+) \| ([^|]+) \|)");
  const std::string text = content("docs/metrics.md");
  std::map<std::string, std::string> documented;
  for (std::sregex_iterator match(text.begin(), text.end(), row), end; match != end; ++match) {
    CHECK(documented.emplace((*match)[1], (*match)[2]).second);
  }

  std::map<std::string, std::string> real;
  for (const MetricFamily& family : there_are().families) real.emplace(family.name, family.type);

  CHECK(documented == real);
}

TEST_CASE("dashboard and alerts use metrics that exist", "[metrics]") {
  const auto path = GENERATE(as<std::string>{}, "config/grafana/voiced.json",
                             "config/prometheus/voiced.rules.yml");
  const std::set<std::string> real = there_are().names();

  const std::set<std::string> asked_for = names_in(content(path));

  CHECK(asked_for.size() > 4);
  for (const std::string& name : asked_for) {
    INFO(name);
    CHECK(real.contains(name));
  }
}

TEST_CASE("the dashboard is JSON", "[metrics]") {
  const std::string text = content("config/grafana/voiced.json");

  CHECK(JsonSyntax::accepts(text));
  CHECK_FALSE(JsonSyntax::accepts(text + "}"));
  CHECK_FALSE(JsonSyntax::accepts(text.substr(0, text.size() / 2)));
}

TEST_CASE("the data source of the dashboard is chosen when it is imported", "[metrics]") {
  const std::string text = content("config/grafana/voiced.json");
  static const std::regex source(R"re("uid": "([^"]*)")re");

  int found = 0;
  for (std::sregex_iterator match(text.begin(), text.end(), source), end; match != end; ++match) {
    ++found;
    const std::string uid = (*match)[1];
    CHECK((uid == "${DS_PROMETHEUS}" || uid == "voiced"));
  }
  CHECK(found > 10);
}

// Parses metrics text, strictly: throws on anything that a scraper would refuse.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace voice::test {

struct MetricFamily {
  std::string name, type, unit, help;
};

struct MetricSample {
  std::string name;
  std::string labels;  // {a="b"}, unchanged
  double value = 0;
};

struct Metrics {
  std::vector<MetricFamily> families;
  std::vector<MetricSample> samples;
  bool ends = false;  // with # EOF

  [[nodiscard]] double value(const std::string& series) const {
    for (const MetricSample& sample : samples) {
      if (sample.name + sample.labels == series) return sample.value;
    }
    throw std::out_of_range("no series " + series);
  }
  [[nodiscard]] std::set<std::string> names() const {
    std::set<std::string> all;
    for (const MetricSample& sample : samples) all.insert(sample.name);
    return all;
  }
};

/// The labels at the front of `text`: balanced, with every quote closed.
inline std::string labels_at_front(const std::string& text) {
  if (text.empty() || text.front() != '{') return "";
  bool quoted = false;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (quoted && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && text[i] == '}') {
      return text.substr(0, i + 1);
    }
  }
  throw std::runtime_error("labels that do not end: " + text);
}

inline Metrics parse_metrics(const std::string& text) {
  Metrics all;
  std::set<std::string> families;
  std::set<std::string> series;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (all.ends) throw std::runtime_error("a line behind the end: " + line);
    if (line == "# EOF") {
      all.ends = true;
    } else if (line.rfind("# ", 0) == 0) {
      std::istringstream words(line.substr(2));
      std::string keyword, name, rest;
      words >> keyword >> name;
      std::getline(words >> std::ws, rest);
      if (keyword == "HELP") {
        if (!families.insert(name).second) throw std::runtime_error("twice: " + name);
        all.families.push_back({name, "", "", rest});
        continue;
      }
      if (all.families.empty() || all.families.back().name != name) {
        throw std::runtime_error("out of place: " + line);
      }
      (keyword == "TYPE" ? all.families.back().type : all.families.back().unit) = rest;
    } else {
      const std::size_t end = line.find_first_of("{ ");
      MetricSample sample{line.substr(0, end), labels_at_front(line.substr(end)), 0};
      const std::string rest = line.substr(end + sample.labels.size());
      if (rest.size() < 2 || rest.front() != ' ') throw std::runtime_error("no value: " + line);
      std::size_t used = 0;
      sample.value = std::stod(rest.substr(1), &used);
      if (used + 1 != rest.size()) throw std::runtime_error("no number: " + line);
      if (all.families.empty() || sample.name.rfind(all.families.back().name, 0) != 0) {
        throw std::runtime_error("not of the family above: " + line);
      }
      if (!series.insert(sample.name + sample.labels).second) {
        throw std::runtime_error("twice: " + line);
      }
      all.samples.push_back(sample);
    }
  }
  return all;
}

}  // namespace voice::test

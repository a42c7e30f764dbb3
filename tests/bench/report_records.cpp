#include "tests/bench/report_records.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace benchreport {
namespace {

// Takes a quoted string (there are no escapes: voicebench leaves such characters out) or a bare
// word.
std::optional<std::string> take_value(std::string_view& rest) {
  const bool is_quoted = rest.starts_with('"');
  if (is_quoted) rest.remove_prefix(1);
  const std::size_t end = rest.find_first_of(is_quoted ? "\"" : ",}");
  if (end == std::string_view::npos) return std::nullopt;
  std::string value(rest.substr(0, end));
  rest.remove_prefix(is_quoted ? end + 1 : end);
  return value;
}

bool take(std::string_view& rest, char expected) {
  if (!rest.starts_with(expected)) return false;
  rest.remove_prefix(1);
  return true;
}

bool agrees(const Record& record, const Results::Match& match) {
  return std::all_of(match.begin(), match.end(),
                     [&](const auto& pair) { return text(record, pair.first) == pair.second; });
}

}  // namespace

std::optional<Record> parse_record(std::string_view line) {
  Record record;
  if (!take(line, '{')) return std::nullopt;
  do {
    if (!line.starts_with('"')) return std::nullopt;
    const auto key = take_value(line);
    if (!key || !take(line, ':')) return std::nullopt;
    const auto value = take_value(line);
    if (!value) return std::nullopt;
    record[*key] = *value;
  } while (take(line, ','));
  if (line != "}") return std::nullopt;
  return record;
}

std::vector<Record> read_records(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::vector<Record> records;
  for (std::string line; std::getline(file, line);) {
    auto record = parse_record(line);
    if (!record) throw std::runtime_error(path + ": not a flat JSON object: " + line);
    records.push_back(std::move(*record));
  }
  return records;
}

std::string text(const Record& record, std::string_view key) {
  const auto found = record.find(key);
  return found == record.end() ? std::string{} : found->second;
}

double number(const Record& record, std::string_view key) {
  return std::strtod(text(record, key).c_str(), nullptr);
}

Spread spread(std::vector<double> values) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  const std::size_t count = values.size();
  const double median = (values[(count - 1) / 2] + values[count / 2]) / 2;
  return {values.front(), median, values.back(), count};
}

std::vector<Record> Results::select(const Match& match) const {
  std::vector<Record> selected;
  std::copy_if(records_.begin(), records_.end(), std::back_inserter(selected),
               [&](const Record& record) { return agrees(record, match); });
  return selected;
}

Spread Results::of(const Match& match, std::string_view key) const {
  std::vector<double> values;
  for (const Record& record : select(match)) values.push_back(number(record, key));
  return spread(values);
}

Spread Results::ratio(const Match& match, std::string_view key, const char* beside,
                      const char* server) const {
  std::vector<double> values;
  Match of_floor = match;
  of_floor["server"] = beside;
  Match of_voiced = match;
  of_voiced["server"] = server;
  for (const Record& floor : select(of_floor)) {
    of_voiced["run"] = text(floor, "run");
    for (const Record& voiced : select(of_voiced)) {
      if (number(floor, key) > 0) values.push_back(number(voiced, key) / number(floor, key));
    }
  }
  return spread(values);
}

}  // namespace benchreport

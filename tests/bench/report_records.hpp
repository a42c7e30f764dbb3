// The results of bench.sh: one flat JSON object per line, as voicebench prints it. Reads, selects
// and summarises.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace benchreport {

using Record = std::map<std::string, std::string, std::less<>>;

/// Strings without their quotes, everything else unchanged. Empty if the line is not a flat object.
[[nodiscard]] std::optional<Record> parse_record(std::string_view line);

/// Throws if the file cannot be read, or if a line is not a record.
[[nodiscard]] std::vector<Record> read_records(const std::string& path);

/// Empty or zero if there is no such key.
[[nodiscard]] std::string text(const Record& record, std::string_view key);
[[nodiscard]] double number(const Record& record, std::string_view key);

/// The smallest, the middle and the largest value of several runs.
struct Spread {
  double min = 0;
  double median = 0;
  double max = 0;
  std::size_t runs = 0;
};

[[nodiscard]] Spread spread(std::vector<double> values);

/// All records that have these values, in order.
class Results {
 public:
  explicit Results(std::vector<Record> records) : records_(std::move(records)) {}

  using Match = std::map<std::string, std::string>;
  [[nodiscard]] std::vector<Record> select(const Match& match) const;
  [[nodiscard]] Spread of(const Match& match, std::string_view key) const;
  /// voiced's value divided by floor's in the same run, or that of one server divided by that of
  /// another.
  [[nodiscard]] Spread ratio(const Match& match, std::string_view key, const char* beside = "floor",
                             const char* server = "voiced") const;

 private:
  std::vector<Record> records_;
};

}  // namespace benchreport

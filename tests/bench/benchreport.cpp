// Writes docs/benchmarks.md and docs/benchmarks/*.svg from the lines that bench.sh has collected.
#include "tests/bench/report_document.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace {

void write(const std::filesystem::path& path, const std::string& content) {
  std::ofstream file(path);
  file << content;
  file.close();
  if (!file) throw std::runtime_error("cannot write " + path.string());
}

void run(const std::string& results_path, const std::filesystem::path& output) {
  const benchreport::Results results(benchreport::read_records(results_path));
  std::filesystem::create_directories(output / "benchmarks");
  for (const auto& [file, plot] : benchreport::plots(results))
    write(output / "benchmarks" / file, benchreport::svg(plot));
  write(output / "benchmarks.md", benchreport::document(results));
}

}  // namespace

int main(int argc, char** argv) {
  std::string results = "results.jsonl";
  std::string output = "docs";
  CLI::App app{"Writes the benchmark document from the results of bench.sh."};
  app.add_option("--results", results, "file of JSON lines")->capture_default_str();
  app.add_option("--output", output, "folder of benchmarks.md")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    run(results, output);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "benchreport: %s\n", error.what());
    return 1;
  }
}

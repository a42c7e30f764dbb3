#include "tests/support/tree.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <string_view>

namespace fs = std::filesystem;

namespace voice::test {
namespace {

bool is_text(const std::string& path) {
  static constexpr std::array<std::string_view, 15> endings{
      ".cpp",  ".hpp",     ".in",     ".md",  ".sh",  ".txt",        ".cmake",       ".conf",
      ".json", ".service", ".socket", ".yml", "/run", ".clang-tidy", ".clang-format"};
  return std::any_of(endings.begin(), endings.end(),
                     [&](std::string_view ending) { return path.ends_with(ending); });
}

std::vector<std::string> lines_of(const fs::path& path) {
  std::ifstream in(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

}  // namespace

std::vector<File> tree() {
  const fs::path root = VOICE_SOURCE_DIR;
  std::vector<File> files;
  for (auto entry = fs::recursive_directory_iterator(root); entry != fs::end(entry); ++entry) {
    const std::string name = entry->path().filename().string();
    if (entry->is_directory()) {
      const bool made = name == "build" || name == "demo-out" || name == "corpus";
      if (made || (name.starts_with('.') && name != ".ci")) entry.disable_recursion_pending();
      continue;
    }
    std::string path = fs::relative(entry->path(), root).generic_string();
    if (is_text(path)) files.push_back({std::move(path), lines_of(entry->path())});
  }
  return files;
}

}  // namespace voice::test

// The repository as its authors see it: every text file and its lines, for tests about the tree.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace voice::test {

struct File {
  std::string path;  // from the repository's root, with '/'
  std::vector<std::string> lines;
};

/// All text files that people wrote: without build trees, recordings, corpora, and dot-directories
/// other than .ci.
[[nodiscard]] std::vector<File> tree();

[[nodiscard]] inline bool is_cpp(const File& file) {
  return file.path.ends_with(".cpp") || file.path.ends_with(".hpp");
}

/// One finding per line for which `bad(file, line)` returns a reason: "path:line: reason". Empty if
/// all is well.
template <class Bad>
[[nodiscard]] std::string scan(bool (*wanted)(const File&), Bad bad) {
  std::string found;
  for (const File& file : tree()) {
    if (!wanted(file)) continue;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      const std::string reason = bad(file, file.lines[i]);
      if (reason.empty()) continue;
      found += file.path + ":" + std::to_string(i + 1) + ": " + reason + "\n";
    }
  }
  return found;
}

}  // namespace voice::test

// What documents say about the tree, checked on the tree as it stands: a file or a member that has
// been renamed is still called by its old name only where nobody looks.
#include "tests/support/catch.hpp"
#include "tests/support/tree.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using voice::test::File;
using voice::test::scan;
using voice::test::tree;

bool is_document(const File& file) {
  return file.path.ends_with(".md");
}

// What a line puts in code marks.
std::vector<std::string> code_words(const std::string& line) {
  static const std::regex marked("`([^`]+)`");
  std::vector<std::string> words;
  for (auto word = std::sregex_iterator(line.begin(), line.end(), marked);
       word != std::sregex_iterator(); ++word) {
    words.push_back((*word)[1].str());
  }
  return words;
}

// A path from the root, to a folder or to a file (its ending may be left out), or the end of one.
bool is_in_tree(const std::string& path, const std::vector<File>& files) {
  if (fs::exists(fs::path(VOICE_SOURCE_DIR) / path)) return true;
  return std::any_of(files.begin(), files.end(), [&](const File& file) {
    return file.path.starts_with(path + '.') || file.path.ends_with('/' + path);
  });
}

}  // namespace

TEST_CASE("documents name files that exist", "[tidy]") {
  // Words in capitals stand for a name that the reader chooses.
  static const std::regex path(
      "(common|server|client|ctl|tests|docs|config|packaging|scripts|systemd|cmake)/[a-z0-9_./-]+"
      "|[a-z0-9_/]+[.](cpp|hpp|sh|md)");
  static const std::regex test("[a-z0-9_]+_(test|trial|fuzz|bench)");
  const std::vector<File> files = tree();

  const std::string found =
      scan(is_document, [&](const File&, const std::string& line) -> std::string {
        for (const std::string& word : code_words(line)) {
          const bool is_missing =
              (std::regex_match(word, path) && !is_in_tree(word, files)) ||
              (std::regex_match(word, test) && !is_in_tree(word + ".cpp", files) &&
               !is_in_tree(word + ".sh", files));
          if (is_missing) return word + " is not in the tree";
        }
        return "";
      });

  CHECK(found == "");
}

TEST_CASE("documents name members that exist", "[tidy]") {
  static const std::regex member("([A-Z][A-Za-z0-9]+)(::|[.])(?!txt)([a-z_0-9]+)\\b.*");
  static const std::regex identifier("[A-Za-z_][A-Za-z_0-9]*");
  std::set<std::string> known;
  for (const File& file : tree()) {
    if (!file.path.ends_with(".hpp")) continue;
    for (const std::string& line : file.lines) {
      known.insert(std::sregex_token_iterator(line.begin(), line.end(), identifier),
                   std::sregex_token_iterator());
    }
  }

  const std::string found =
      scan(is_document, [&](const File&, const std::string& line) -> std::string {
        for (const std::string& word : code_words(line)) {
          std::smatch match;
          if (!std::regex_match(word, match, member)) continue;
          const bool exists = known.contains(match[1].str()) && known.contains(match[3].str());
          if (!exists) return word + " is in no header";
        }
        return "";
      });

  CHECK(found == "");
}

TEST_CASE("the README is short enough to read", "[tidy]") {
  const std::vector<File> files = tree();
  const auto readme = std::find_if(files.begin(), files.end(),
                                   [](const File& file) { return file.path == "README.md"; });

  REQUIRE(readme != files.end());
  CHECK(readme->lines.size() <= 150);
}

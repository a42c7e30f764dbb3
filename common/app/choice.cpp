#include "common/app/choice.hpp"

#include <algorithm>

namespace voice::app {
namespace {

std::string joined(const std::vector<std::string>& words, const std::string& between) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : between) + word;
  return out;
}

}  // namespace

CLI::Validator one_of(const std::vector<std::string>& words) {
  return CLI::Validator(
      [words](std::string& text) -> std::string {
        if (std::find(words.begin(), words.end(), text) != words.end()) return {};
        return "`" + text + "` is not one of " + joined(words, ", ");
      },
      "{" + joined(words, ",") + "}");
}

}  // namespace voice::app

#include "ctl/complete.hpp"

#include <algorithm>
#include <vector>

namespace voicectl {

std::string candidates(const Json& answer, std::string_view prefix) {
  std::vector<std::string> all;
  for (const Json& each : array_of(answer, "participants")) {
    all.push_back(std::to_string(count_of(each, "id")));
    all.push_back(text_of(each, "name"));
  }
  for (const Json& each : array_of(answer, "bans")) all.push_back(text_of(each, "who"));
  std::string text;
  std::vector<std::string> given;
  for (const std::string& each : all) {
    const bool wanted = !each.empty() && std::string_view{each}.substr(0, prefix.size()) == prefix;
    if (!wanted || std::find(given.begin(), given.end(), each) != given.end()) continue;
    given.push_back(each);
    text += each + '\n';
  }
  return text;
}

}  // namespace voicectl

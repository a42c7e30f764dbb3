// docs/voicecli-json.md names every event and every member that voicecli prints, and no other.
#include "client/ui/event_line.hpp"
#include "client/ui/json_line.hpp"

#include "tests/support/catch.hpp"

#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

using namespace voicecli;
using namespace std::chrono_literals;

namespace {

using Words = std::set<std::string>;
using Events = std::map<std::string, Words>;  // the members of each

std::string text_of_file(const std::string& path) {
  std::ifstream file(std::string(VOICE_SOURCE_DIR) + "/" + path);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

Words words_in(const std::string& text, const std::regex& pattern) {
  Words words;
  for (auto word = std::sregex_iterator(text.begin(), text.end(), pattern);
       word != std::sregex_iterator(); ++word) {
    words.insert((*word)[1].str());
  }
  return words;
}

Words code_words(const std::string& text) {
  static const std::regex code("`([a-z0-9_]+)`");
  return words_in(text, code);
}

Words members_of(const std::string& json) {
  static const std::regex member("\"([a-z0-9_]+)\":");
  return words_in(json, member);
}

/// The cells of each row of the table under this heading.
std::vector<std::vector<std::string>> table(const std::string& heading) {
  const std::string document = text_of_file("docs/voicecli-json.md");
  const std::size_t begin = document.find("\n## " + heading + "\n");
  REQUIRE(begin != std::string::npos);
  std::istringstream lines(document.substr(begin, document.find("\n## ", begin + 1) - begin));
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("| `")) continue;
    std::istringstream rest(line.substr(1));
    auto& row = rows.emplace_back();
    for (std::string cell; std::getline(rest, cell, '|');) row.push_back(cell);
  }
  return rows;
}

Words documented_members(const std::string& heading) {
  Words words;
  for (const auto& row : table(heading)) words.merge(code_words(row.at(0)));
  return words;
}

Events documented_events() {
  Events events;
  for (const auto& row : table("Events")) {
    for (const std::string& name : code_words(row.at(0))) events[name] = code_words(row.at(2));
  }
  events.erase("event");  // the table's head
  return events;
}

/// One of each kind with all that it can have, and more where its name depends on its values.
template <class... Kinds>
void add(Events& events, const std::vector<std::variant<Kinds...>>& samples) {
  std::set<std::size_t> kinds;
  for (const auto& sample : samples) {
    kinds.insert(sample.index());
    const EventLine line = line_of({sample, {}});
    for (const EventField& field : line.fields) events[line.name].insert(field.key);
    events[line.name];  // also one without members
  }
  CHECK(kinds.size() == sizeof...(Kinds));
}

Events printed_events() {
  Events events;
  add(events, std::vector<CallerEvent>{
                  event::Connecting{"a"},
                  event::Connected{"a", 8000, true, "7", "b", "c", "d", voice::CodecId::pcmu, false,
                                   "e", "f", "g"},
                  event::Disconnected{"a", 1s}, event::CannotConnect{"a", 1s},
                  event::Refused{"a", "b"}, event::Bye{"a", "b"},
                  event::Moved{"a", 8000, voice::CodecId::pcmu}, event::MutedByServer{},
                  event::ServerSilent{}, event::ServerHeard{}, event::FirstAudioSent{},
                  event::FirstAudioHeard{}, event::Leaving{}, event::MicrophoneMuted{false},
                  event::MicrophoneMuted{true}, event::LoudspeakerMuted{false},
                  event::LoudspeakerMuted{true}, event::VolumeChanged{}, event::DeviceError{}});
  add(events,
      std::vector<SoundEvent>{event::DeviceChanged{}, event::FileExists{}, event::Recording{},
                              event::RecordingFailed{}, event::RecordingIncomplete{}});
  // The console's own: a name, and one member.
  static const std::regex own(R"re(EventLine\{"([a-z_]+)", \{\{"([a-z_]+)")re");
  const std::string console = text_of_file("client/ui/console.cpp");
  for (auto made = std::sregex_iterator(console.begin(), console.end(), own);
       made != std::sregex_iterator(); ++made) {
    events[(*made)[1].str()].insert((*made)[2].str());
  }
  CHECK(events.contains("lines_left_out"));
  return events;
}

}  // namespace

TEST_CASE("every event of --json and its members are documented, and no other", "[json]") {
  const Events documented = documented_events();
  const Events printed = printed_events();
  for (const auto& [name, members] : printed) {
    INFO(name);
    REQUIRE(documented.contains(name));
    CHECK(documented.at(name) == members);
  }
  CHECK(documented.size() == printed.size());
  CHECK(members_of(json_of(EventLine{"volume", {}, {}})) == Words{"event", "monotonic_ms", "type"});
}

TEST_CASE("every figure of --json is documented, and no other", "[json]") {
  CHECK(documented_members("Statistics") == members_of(json_of(Status{}, {})));
  CHECK(documented_members("Sound cards") == members_of(json_of(voice::SoundCardInfo{})));
}

#include "server/host/close_reason.hpp"

#include "tests/support/catch.hpp"

#include <fstream>
#include <set>
#include <sstream>
#include <string>

using voiced::CloseCounters;
using voiced::CloseReason;

TEST_CASE("every reason to close has a name of its own, fit for a log line", "[close_reason]") {
  std::set<std::string> names;
  for (std::size_t i = 0; i < voiced::close_reason_count; ++i) {
    const std::string name = to_string(static_cast<CloseReason>(i));
    INFO(name);
    CHECK(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string::npos);
    CHECK(name != "unknown");
    names.insert(name);
  }
  CHECK(names.size() == voiced::close_reason_count);
}

TEST_CASE("a number that is not a reason is called unknown", "[close_reason]") {
  CHECK(std::string(to_string(static_cast<CloseReason>(voiced::close_reason_count))) == "unknown");
}

TEST_CASE("the reasons that somebody is to blame for are those that fail2ban looks for",
          "[close_reason]") {
  std::ifstream filter(VOICE_SOURCE_DIR "/config/fail2ban/filter.d/voiced.conf");
  REQUIRE(filter);
  std::set<std::string> sought;
  for (std::string line; std::getline(filter, line);) {
    if (line.find("_reasons =") != 0 && line.find("_logins =") != 0 &&
        line.find("_framing =") != 0 && line.find("_failed =") != 0) {
      continue;
    }
    for (char& c : line) {
      if (c != '_' && (c < 'a' || c > 'z')) c = ' ';
    }
    std::istringstream words(line);
    for (std::string word; words >> word;) sought.insert(word);
  }

  for (std::size_t i = 0; i < voiced::close_reason_count; ++i) {
    const auto reason = static_cast<CloseReason>(i);
    INFO(to_string(reason));
    CHECK((blame_of(reason) != voiced::Blame::none) == (sought.count(to_string(reason)) == 1));
  }
  CHECK(sought.count("refused_limit") == 1);
}

TEST_CASE("each reason has its own counter", "[close_reason]") {
  CloseCounters counters;
  for (std::size_t i = 0; i < voiced::close_reason_count; ++i) {
    for (std::size_t n = 0; n <= i; ++n) counters.count(static_cast<CloseReason>(i));
  }

  for (std::size_t i = 0; i < voiced::close_reason_count; ++i) {
    CHECK(counters.of(static_cast<CloseReason>(i)) == i + 1);
  }
}

TEST_CASE("closes are listed by reason, those that occurred", "[close_reason]") {
  CloseCounters counters;
  CHECK(to_string(counters) == "none");

  for (int i = 0; i < 12; ++i) counters.count(CloseReason::left);
  counters.count(CloseReason::framing_too_long);

  CHECK(to_string(counters) == "left:12,framing_too_long:1");
}

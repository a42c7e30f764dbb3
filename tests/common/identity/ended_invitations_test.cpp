// The list of invitations that have ended, compared with a plain one, and as a file.
#include "common/identity/ended_invitations.hpp"

#include "tests/sim/world/random.hpp"
#include "tests/support/catch.hpp"

#include <map>
#include <string>
#include <utility>

using namespace voice::identity;
using std::chrono::seconds;
using std::chrono::sys_seconds;

namespace {

constexpr sys_seconds start{seconds{1'800'000'000}};

std::string id_of(std::uint64_t number) {
  std::string text = std::to_string(number);
  return std::string(12 - text.size(), 'A') + text;
}

struct End {
  EndedBy how;
  sys_seconds until;
  friend bool operator==(const End&, const End&) = default;
};
using Ends = std::map<std::string, End>;

Ends all_of(const EndedInvitations& ended) {
  Ends all;
  ended.for_each([&](const std::string& id, EndedBy how, sys_seconds until) {
    all.emplace(id, End{how, until});
  });
  return all;
}

void add(Ends& ends, const std::string& id, const End& end) {
  const auto [place, is_new] = ends.emplace(id, end);
  if (is_new) return;
  // Revoked is revoked, and the later time counts.
  if (end.how == EndedBy::revoked) place->second.how = EndedBy::revoked;
  if (end.until > place->second.until) place->second.until = end.until;
}

}  // namespace

TEST_CASE("whatever happens to invitations, the list and its text say the same",
          "[invitation][model]") {
  const auto seed = GENERATE(range(std::uint64_t{1}, std::uint64_t{6}));
  CAPTURE(seed);
  sim::Random random(seed);
  EndedInvitations ended;
  Ends model;
  sys_seconds now = start;
  for (int step = 0; step < 500; ++step) {
    now += seconds{random.below(20)};
    const std::string id = id_of(random.below(30));
    const auto what = random.below(10);
    if (what < 6) {
      const End end{random.percent(50) ? EndedBy::revoked : EndedBy::used,
                    now + seconds{random.below(200)}};
      REQUIRE(ended.add(id, end.how, end.until));
      add(model, id, end);
    } else if (what < 8) {
      const auto found = model.find(id);
      const bool is_used = found != model.end() && found->second.how == EndedBy::used;
      REQUIRE(ended.give_back(id) == is_used);
      if (is_used) model.erase(found);
    } else {
      const auto gone =
          std::erase_if(model, [now](const auto& entry) { return entry.second.until <= now; });
      REQUIRE(ended.expire(now) == (gone != 0));
    }
    REQUIRE(all_of(ended) == model);
    const auto read = EndedInvitations::parse(ended.text());
    REQUIRE(read.has_value());
    REQUIRE(all_of(*read) == model);
  }
}

TEST_CASE("an invitation that let nobody in is valid again, unless it was revoked",
          "[invitation]") {
  EndedInvitations ended;
  REQUIRE(ended.add(id_of(1), EndedBy::used, start));
  REQUIRE(ended.add(id_of(2), EndedBy::used, start));
  REQUIRE(ended.add(id_of(2), EndedBy::revoked, start));

  CHECK(ended.give_back(id_of(1)));
  CHECK_FALSE(ended.find(id_of(1)));
  CHECK_FALSE(ended.give_back(id_of(1)));
  CHECK_FALSE(ended.give_back(id_of(2)));
  CHECK(ended.find(id_of(2)) == EndedBy::revoked);
  CHECK_FALSE(ended.give_back(id_of(3)));
}

TEST_CASE("one that is revoked twice stays on the list until the later time", "[invitation]") {
  EndedInvitations ended;
  REQUIRE(ended.add(id_of(1), EndedBy::revoked, start + seconds{20}));
  REQUIRE(ended.add(id_of(1), EndedBy::revoked, start + seconds{10}));

  CHECK_FALSE(ended.expire(start + seconds{19}));
  CHECK(ended.expire(start + seconds{20}));
  CHECK(ended.size() == 0);
}

TEST_CASE(
    "comments and empty lines may be in the file, and a line that repeats an id counts as one",
    "[invitation]") {
  const auto read = EndedInvitations::parse("# by hand\n\nused " + id_of(1) + " 5\n#\nrevoked " +
                                            id_of(1) + " 3\n");
  REQUIRE(read.has_value());
  CHECK(all_of(*read) == Ends{{id_of(1), {EndedBy::revoked, sys_seconds{seconds{5}}}}});
}

TEST_CASE("a time is accepted from 1970 to the year 36812, and nothing else is", "[invitation]") {
  struct Row {
    const char* text;
    bool is_read;
  };
  const Row rows[] = {{"0", true},
                      {"1099511627776", true},
                      {"1099511627777", false},
                      {"-1", false},
                      {"", false},
                      {"1 ", false},
                      {" 1", false},
                      {"1.5", false},
                      {"0x10", false},
                      {"9223372036854775808", false}};
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const auto read = EndedInvitations::parse("used " + id_of(1) + ' ' + row.text + '\n');
    CHECK(read.has_value() == row.is_read);
    if (!read) CHECK(read.error() == "1: must be `revoked ID SECONDS` or `used ID SECONDS`");
  }
}

TEST_CASE("a file with more invitations than there may be is refused at the first too many",
          "[invitation]") {
  std::string text;
  for (std::uint64_t i = 0; i < ended_invitations_max; ++i) {
    text += "used " + id_of(i) + " 1\n";
  }
  REQUIRE(EndedInvitations::parse(text).has_value());
  // One that is known is not one more.
  REQUIRE(EndedInvitations::parse(text + "revoked " + id_of(0) + " 1\n").has_value());
  const auto read = EndedInvitations::parse(text + "used " + id_of(ended_invitations_max) + " 1\n");
  REQUIRE_FALSE(read.has_value());
  CHECK(read.error() == "4097: is one too many; at most 4096 are allowed");
}

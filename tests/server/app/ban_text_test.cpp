#include "server/app/ban_text.hpp"

#include "tests/support/catch.hpp"

#include <string>

using voiced::BanText;
using voiced::BanTrust;
using voiced::parse_bans;

namespace {

// The bans in force: "kind who until reason", one per line.
std::string in_force(const BanText& text) {
  std::string all;
  for (const voiced::Ban* const ban : text.bans.all()) {
    all += ban->range ? "address " : "name ";
    all += ban->who + ' ';
    all += ban->until ? std::to_string(ban->until->time_since_epoch().count()) : "-";
    all += ' ' + ban->reason + '\n';
  }
  return all;
}

}  // namespace

TEST_CASE("a written list is read back unchanged", "[ban_text]") {
  const BanText first = parse_bans(
      "name\tEve \"the\" Adams\t1800000000\t\\\naddress\t192.0.2.7\t-\ttoo loud\n"
      "address\t192.0.2.0/24\t-\t\naddress\t2001:db8::/32\t-\t\n");
  const std::string text = voiced::text_of(first.bans);

  const BanText again = parse_bans(text);

  CHECK(first.bans.size() == 4);
  CHECK(voiced::text_of(again.bans) == text);
  CHECK(voiced::trust_in(again.reading) == BanTrust::whole);
  CHECK(again.reading.lines_understood == 5);
  CHECK(voiced::trust_in(parse_bans(voiced::text_of({})).reading) == BanTrust::whole);
}

TEST_CASE("a line written by a person is a ban", "[ban_text]") {
  struct Row {
    const char* line;
    const char* ban;
  };
  const auto row = GENERATE(values<Row>(
      {{"192.0.2.9", "address 192.0.2.9 - \n"},
       {"192.0.2.9 too loud", "address 192.0.2.9 - too loud\n"},
       {"192.0.2.9/24", "address 192.0.2.0/24 - \n"},
       {"2001:db8::5", "address 2001:db8::/64 - \n"},
       {"address 192.0.2.9 1800000000 too loud", "address 192.0.2.9 1800000000 too loud\n"},
       {"name Eve -", "name Eve - \n"},
       {"address\t192.0.2.9\t-\twhy\r", "address 192.0.2.9 - why\n"},
       {"\xEF\xBB\xBF"
        "address\t192.0.2.9\t-\t",
        "address 192.0.2.9 - \n"},
       {"name\tAn\xE2\x80\x8Bna\t-\t", "name Anna - \n"}}));
  CAPTURE(row.line);

  const BanText text = parse_bans(std::string(row.line) + '\n');

  CHECK(in_force(text) == row.ban);
  CHECK(voiced::trust_in(text.reading) == BanTrust::whole);
}

TEST_CASE("if the address is readable and the rest is damaged, the ban is permanent",
          "[ban_text]") {
  const auto* const line =
      GENERATE("address\t192.0.2.9", "address\t192.0.2.9\t\t", "address\t192.0.2.9\t18x\t",
               "place\t192.0.2.9\t-\t", "\t192.0.2.9\t-\t");
  CAPTURE(line);

  const BanText text = parse_bans(std::string(line) + '\n');

  CHECK(in_force(text) == "address 192.0.2.9 - \n");
  CHECK(text.reading.lines_not_understood == 1);
  CHECK(voiced::trust_in(text.reading) == BanTrust::partial);
}

TEST_CASE("a line that is not a ban is counted, and the others hold", "[ban_text]") {
  using namespace std::string_literals;
  const auto line =
      GENERATE("Eve"s, "name\t\t-\t"s, "address\tEve\t-\t"s, "address\t192.0.2.300\t-\t"s,
               "rhubarb\tX\t-\t"s, "name\tA\x1b[2J\t-\t"s, "address\t192.0.2\0.7\t-\t"s,
               std::string(100, '\0'), "\xFF\xFE"s);
  CAPTURE(line);

  const BanText text = parse_bans("address\t192.0.2.7\t99\t\n" + line + "\nname\tCarl\t-\t\n");

  CHECK(in_force(text) == "address 192.0.2.7 99 \nname Carl - \n");
  CHECK(text.reading.lines_not_understood == 1);
  CHECK(text.line_not_understood == 2);
  CHECK(voiced::trust_in(text.reading) == BanTrust::partial);
}

TEST_CASE("writing would lose a comment, but not a line of ours", "[ban_text]") {
  const std::string ours = voiced::text_of({});

  CHECK(parse_bans(ours + "\n\n").reading.comments == 0);
  CHECK(parse_bans(ours + "# a line of mine\n").reading.comments == 1);
  CHECK(voiced::trust_in(parse_bans(ours + "# a line of mine\n").reading) == BanTrust::partial);
}

TEST_CASE("a file of an older voiced, with its heading, is wholly voiced's own", "[ban_text]") {
  const BanText text = parse_bans(
      "# Who may not come in. Kept by voiced: kind, who, until (seconds since 1970, - for ever), "
      "why.\nname\tEve\t-\t\n");

  CHECK(in_force(text) == "name Eve - \n");
  CHECK(text.reading.comments == 0);
  CHECK(text.reading.lines_understood == 2);
  CHECK(voiced::trust_in(text.reading) == BanTrust::whole);
}

TEST_CASE("a last line without its end is in force and counts as damaged", "[ban_text]") {
  const BanText text = parse_bans("name\tEve\t-\t\naddress\t192.0.2.1");

  CHECK(in_force(text) == "address 192.0.2.1 - \nname Eve - \n");
  CHECK(text.reading.lines_not_understood == 1);
  CHECK(text.line_not_understood == 2);
}

TEST_CASE("too many bans are noticed", "[ban_text]") {
  std::string text;
  for (std::size_t i = 0; i <= voiced::bans_max; ++i)
    text +=
        "name\t"
        "E" +
        std::to_string(i) + "\t-\t\n";

  CHECK(parse_bans(text).reading.is_full);
  CHECK_FALSE(parse_bans(text.substr(text.find('\n') + 1)).reading.is_full);
}

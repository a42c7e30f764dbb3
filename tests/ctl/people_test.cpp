// The table of participants: which columns there are, what is in them, and in which order.
#include "ctl/people.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>
#include <string>
#include <vector>

using namespace voicectl;

namespace {

Json answer_of(const std::string& participants) {
  const auto answer = parse_answer("{\"ok\":true,\"participants\":[" + participants + "]}");
  REQUIRE(answer);
  return *answer;
}

std::vector<std::string> table_of(const std::string& participants, std::size_t width = 0) {
  const Json answer = answer_of(participants);
  const auto people = people_in(answer, Order::number);
  return people_table(people, width, has_identities(people));
}

std::string ids_of(const Json& answer, Order order) {
  std::string ids;
  for (const Json* const each : people_in(answer, order)) {
    ids += std::to_string(count_of(*each, "id"));
  }
  return ids;
}

/// The cell of the only participant under that title.
std::string cell_of(const std::string& participant, const std::string& title) {
  const auto lines = table_of(participant);
  REQUIRE(lines.size() == 2);
  const std::size_t at = lines[0].find(title);
  if (at == std::string::npos) return "(no such column)";
  std::string cell = lines[1].substr(std::min(at, lines[1].size()));
  const std::size_t end = cell.find("  ");
  return cell.substr(0, end);
}

}  // namespace

TEST_CASE("participants are in the order that was chosen, and equal ones by number", "[voicectl]") {
  const Json answer =
      answer_of(R"({"id":10,"name":"b","talking":true},{"id":2,"name":"a"},{"id":1,"name":"b"},)"
                R"({"id":3,"name":"B","talking":true},{"id":4})");
  CHECK(ids_of(answer, Order::number) == "123410");
  CHECK(ids_of(answer, Order::talking) == "310124");
  CHECK(ids_of(answer, Order::name) == "432110");
}

TEST_CASE("an answer without participants has a line of titles only", "[voicectl]") {
  CHECK(table_of("").size() == 1);
  CHECK(people_in(*parse_answer("{}"), Order::talking).empty());
  CHECK(people_in(*parse_answer(R"({"participants":3})"), Order::name).empty());
}

TEST_CASE("account, role and wire are shown where anybody has any", "[voicectl]") {
  struct Row {
    const char *participant, *user, *role, *wire;
  };
  const char* const none = "(no such column)";
  const Row rows[] = {
      {R"({"id":1,"name":"A","role":"speaker"})", none, none, none},
      {R"({"id":1,"name":"A"})", none, none, none},
      {R"({"id":1,"name":"A","role":"listener"})", "", "listener", "plain"},
      {R"({"id":1,"name":"A","user":"anna","role":"operator"})", "anna", "operator", "plain"},
      {R"({"id":1,"name":"A","invitation":"XqZ","user":"anna"})", "by XqZ", "", "plain"},
      {R"({"id":1,"name":"A","certificate":"pi","role":"speaker"})", "by certificate", "speaker",
       "plain"},
      {R"({"id":1,"name":"A","certificate":"pi","user":"anna","role":"speaker"})", "anna",
       "speaker", "plain"},
      {R"({"id":1,"name":"A","role":"speaker","encryption":"TLS1.3, AES-128-GCM"})", "", "speaker",
       "tls 1.3"},
      {R"({"id":1,"name":"A","role":"speaker","encryption":"TLS1.2"})", "", "speaker", "tls 1.2"},
      {R"({"id":1,"name":"A","role":"speaker","encryption":"QUIC, x"})", "", "speaker", "QUIC"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.participant);
    CHECK(cell_of(row.participant, "USER").starts_with(row.user));
    CHECK(cell_of(row.participant, "ROLE").starts_with(row.role));
    CHECK(cell_of(row.participant, "WIRE") == row.wire);
  }
}

TEST_CASE("a doubtful name is marked, and no name can add a line or a column", "[voicectl]") {
  CHECK(cell_of(R"({"id":1,"name":"Anna","name_doubtful":true})", "NAME") == "? Anna");
  CHECK(cell_of(R"({"id":1,"name":"Anna","name_doubtful":false})", "NAME") == "Anna");
  const auto lines = table_of(R"({"id":1,"name":"a\nb\u001b[2Jc"})");
  REQUIRE(lines.size() == 2);
  CHECK(lines[1].find('\n') == std::string::npos);
  CHECK(lines[1].find('\x1b') == std::string::npos);
}

TEST_CASE("the level of a participant that is silent is not shown", "[voicectl]") {
  const auto shows_level = [](const char* participant) {
    return table_of(participant)[1].find("-6") != std::string::npos;
  };
  CHECK(shows_level(R"({"id":1,"talking":true,"level_dbfs":-6})"));
  CHECK_FALSE(shows_level(R"({"id":1,"talking":false,"level_dbfs":-6})"));
  CHECK_FALSE(shows_level(R"({"id":1,"level_dbfs":-6})"));
  CHECK(cell_of(R"({"id":1,"talking":true})", "TALK") == "yes");
}

TEST_CASE("numbers that no jitter buffer has do no harm to the table", "[voicectl]") {
  for (const char* const number : {"-1", "0", "1e300", "-1e300", "\"6\"", "null", "100000"}) {
    CAPTURE(number);
    const std::string n = number;
    const auto lines = table_of("{\"id\":" + n + ",\"jitter_fill_packets\":" + n +
                                ",\"jitter_depth_packets\":" + n + ",\"delay_ms\":" + n +
                                ",\"lost\":" + n + ",\"connected_s\":" + n + '}');
    CHECK(lines.size() == 2);
  }
  const auto lines = table_of(R"({"id":1,"jitter_fill_packets":3,"jitter_depth_packets":6})");
  CHECK(lines[1].find(" 3/6 ") != std::string::npos);
}

TEST_CASE("however narrow the terminal, number and name stay, and no line is wider", "[voicectl]") {
  const std::string participants =
      R"({"id":12,"name":"Anna","address":"192.0.2.1:50000","dialect":"voice/1","codec":"opus",)"
      R"("talking":true,"level_dbfs":-20,"muted":["microphone"],"user":"anna","role":"operator",)"
      R"("encryption":"TLS1.3, AES-128-GCM","connected_s":3723,"lost":4}, {"id":3,"name":"Bob"})";
  std::size_t before = 0;
  for (std::size_t width = 40; width <= 200; ++width) {
    CAPTURE(width);
    const auto lines = table_of(participants, width);
    REQUIRE(lines.size() == 3);
    CHECK(lines[0].find("ID") != std::string::npos);
    CHECK(lines[0].find("NAME") != std::string::npos);
    CHECK(lines[1].find("Bob") != std::string::npos);
    CHECK(lines[2].find("Anna") != std::string::npos);
    // A wider terminal never shows fewer columns.
    const auto columns = static_cast<std::size_t>(
        std::count_if(lines[0].begin(), lines[0].end(), [](char c) { return c != ' '; }));
    CHECK(columns >= before);
    before = columns;
  }
  CHECK(table_of(participants, 200)[0] == table_of(participants, 0)[0]);
}

TEST_CASE("the operator's gain is shown with its sign, after what is muted", "[voicectl]") {
  struct Row {
    const char *participant, *flags;
  };
  const Row rows[] = {
      {R"({"muted":["here","loudspeaker","microphone"]})", "MLH"},
      {R"({"muted":["microphone"],"gain_db":3})", "M +3 dB"},
      {R"({"muted":[],"gain_db":-0.5})", "-0.5 dB"},
      {R"({"gain_db":20,"levelling_db":-6})", "+20 dB"},
      {R"({"levelling_db":0.49})", ""},
      {R"({"levelling_db":0.5})", "~+0 dB"},
      {R"({"levelling_db":-0.6})", "~-1 dB"},
      {R"({"muted":["nose"]})", ""},
      {R"({"muted":"microphone"})", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.participant);
    CHECK(flags_of(*parse_answer(row.participant)) == row.flags);
  }
}

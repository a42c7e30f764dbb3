#include "ctl/report.hpp"

#include "ctl/span_text.hpp"

#include "tests/support/catch.hpp"

using namespace voicectl;

namespace {

std::string told(const std::string& command, const std::string& answer,
                 const Reading& reading = {}) {
  const auto json = parse_answer(answer);
  REQUIRE(json);
  return report(command, *json, reading);
}

}  // namespace

TEST_CASE("what was done to a participant is one line", "[voicectl]") {
  CHECK(told("mute", R"({"ok":true,"id":3,"name":"Anna","muted":["microphone","here"]})") ==
        "Anna (3) is muted: microphone, here\n");
  CHECK(told("unmute", R"({"ok":true,"id":3,"name":"Anna","muted":[]})") ==
        "Anna (3) is not muted\n");
  CHECK(told("gain", R"({"ok":true,"id":3,"name":"Anna","gain_db":-6.000})") ==
        "Anna (3): -6 dB\n");
  CHECK(told("kick", R"({"ok":true,"id":3,"name":"Anna"})") == "Anna (3) is disconnected\n");
  CHECK(told("ban", R"({"ok":true,"banned":"192.0.2.7","sent_away":2})") ==
        "192.0.2.7 is banned; disconnected: 2\n");
  CHECK(told("ban", R"({"ok":true,"banned":"192.0.2.7","kind":"address","id":3,"name":"Anna",
                        "sent_away":1,"kept":true})") ==
        "192.0.2.7, the address of Anna (3), is banned; disconnected: 1\n");
  CHECK(told("ban", R"({"ok":true,"banned":"Anna","kind":"name","sent_away":1,"kept":true})") ==
        "the name Anna is banned; disconnected: 1\n");
  CHECK(told("unban", R"({"ok":true,"unbanned":"192.0.2.7"})") ==
        "192.0.2.7 is no longer banned\n");
  CHECK(told("log-level", R"({"ok":true,"log_level":"debug"})") == "log level: debug\n");
  CHECK(told("drain", R"({"ok":true,"draining":false})") == "newcomers are let in\n");
}

TEST_CASE("a ban that is not saved causes a warning, with the reason", "[voicectl]") {
  const auto warned = [](const char* command, const char* answer) {
    return warning(command, *parse_answer(answer));
  };

  CHECK(warned("ban", R"({"ok":true,"kept":false,"keep_error":"no space"})") ==
        "the ban is in force, but was not saved and will be lost when voiced restarts: no space");
  CHECK(warned("ban", R"({"ok":true,"kept":false})") ==
        "the ban is in force, but was not saved and will be lost when voiced restarts");
  CHECK(warned("unban", R"({"ok":true,"kept":false,"keep_error":"no space"})") ==
        "the ban is lifted, but this was not saved, so it will return when voiced restarts: no "
        "space");
  CHECK(warned("ban", R"({"ok":true,"kept":true})").empty());
  CHECK(warned("ban", R"({"ok":true})").empty());
  CHECK(warned("kick", R"({"ok":true,"kept":false})").empty());
}

TEST_CASE("an invitation to a room that does not exist causes a warning", "[voicectl]") {
  const auto told = [](const std::string& answer) {
    return warning("invite", *parse_answer(answer));
  };
  CHECK(told(R"({"ok":true,"room_exists":false})").find("there is no such room yet") == 0);
  CHECK(told(R"({"ok":true,"id":"x"})").empty());
}

TEST_CASE("a reload tells what changed and what waits", "[voicectl]") {
  CHECK(told("reload", R"({"ok":true,"changed":[
            {"name":"jitter-depth","from":"6","to":"10","takes_effect":"at once"},
            {"name":"strangers-max","from":"9","to":"8","takes_effect":"for new connections"}],
          "pending":[
            {"name":"port","from":"7000","to":"7001","takes_effect":"at restart"}]})") ==
        "jitter-depth: 6 -> 10\n"
        "strangers-max: 9 -> 8, takes effect for new connections\n"
        "port: 7000 -> 7001, takes effect at restart\n");
  CHECK(told("reload", R"({"ok":true,"changed":[],"pending":[]})") ==
        "configuration reloaded; nothing has changed\n");
}

TEST_CASE("bans are a table with the time that is left", "[voicectl]") {
  const char* const answer = R"({"ok":true,"bans":[
      {"who":"192.0.2.7","kind":"address","until":1600,"reason":"too loud"},
      {"who":"Boris","kind":"name","until":null,"reason":""}]})";

  CHECK(told("bans", answer, {.width = 0, .now_unix_s = 1000}) ==
        "WHO        KIND     LEFT      REASON\n"
        "192.0.2.7  address  10:00     too loud\n"
        "Boris      name     for good\n");
  CHECK(told("bans", answer, {.width = 37, .now_unix_s = 1000}) ==
        "WHO        KIND     LEFT      REASON\n"
        "192.0.2.7  address  10:00     too lo~\n"
        "Boris      name     for good\n");
  CHECK(told("bans", R"({"ok":true,"bans":[]})") == "no bans\n");
}

TEST_CASE("invitations are a table with the time that is left", "[voicectl]") {
  const char* const answer = R"({"ok":true,"invitations":[
      {"id":"AAAAAAAAAAAA","state":"valid","until":1600,"room":"attic","name":"Guest",
       "role":"listener","once":true,"participants":[3,7]},
      {"id":"BBBBBBBBBBBB","state":"revoked","until":1060,"participants":[]}]})";
  CHECK(told("invite", answer, {.width = 0, .now_unix_s = 1000}) ==
        "ID            STATE    LEFT   ROOM   NAME   NOTES\n"
        "AAAAAAAAAAAA  valid    10:00  attic  Guest  listen only, once, in use by 3 7\n"
        "BBBBBBBBBBBB  revoked  1:00\n");
  CHECK(told("invite", R"({"ok":true,"invitations":[]})") == "no invitations are known\n");
}

TEST_CASE("the configuration reads like the file", "[voicectl]") {
  CHECK(told("config", R"({"ok":true,"settings":[
            {"name":"port","value":"7000","origin":"default"},
            {"name":"listen","value":"[\"::1\"]","origin":"file"}]})") ==
        "port = 7000  # default\n"
        "listen = [\"::1\"]  # file\n");
}

TEST_CASE("a setting is shown whole, however long it is", "[voicectl]") {
  const std::string value(5000, 'x');
  CHECK(told("config", R"({"ok":true,"settings":[{"name":"deny-from","value":")" + value +
                           R"(","origin":"file"}]})") == "deny-from = " + value + "  # file\n");
  CHECK(told("reload", R"({"ok":true,"changed":[{"name":"deny-from","from":"[]","to":")" + value +
                           R"(","takes_effect":"at once"}]})") ==
        "deny-from: [] -> " + value + '\n');
}

TEST_CASE("status and statistics are aligned, with units behind the values", "[voicectl]") {
  CHECK(told("status", R"({"ok":true,"version":"0.1.0","uptime_s":3723.5,"silent":true,
                          "endpoints":["0.0.0.0:7000","[::]:7000"],"sample_rate_hz":8000,
                          "load":0.041,"jitter_depth_packets":6,"bad_packets":2,
                          "tick_lateness_us_p99":85})") ==
        "version            0.1.0\n"
        "uptime             1:02:04\n"
        "silent             yes\n"
        "endpoints          0.0.0.0:7000, [::]:7000\n"
        "sample rate        8000 Hz\n"
        "load               4.1 %\n"
        "jitter depth       6 packets\n"
        "bad packets        2\n"
        "tick lateness p99  85 µs\n");
  CHECK(told("stats", R"({"ok":true,"tick_work_us":{"p50":12,"max":900},
                         "closes":{"bye":3,"kicked":0},"unheard_of":null})") ==
        "tick work    p50 12  max 900 µs\n"
        "closed: bye  3\n"
        "unheard of   -\n");
}

TEST_CASE("nothing in an answer reaches the terminal but text", "[voicectl]") {
  const std::string text =
      told("kick", R"({"ok":true,"id":3,"name":"\u001b[2JAnna\u0007\n"})") +
      told("status", R"({"ok":true,"a\u001b_b":"x\u001b]0;y\u0007","c":["\r\u009b"]})");

  for (const char c : text) CHECK((c == '\n' || static_cast<unsigned char>(c) >= 0x20));
  CHECK(text.find("\xc2\x9b") == std::string::npos);
}

TEST_CASE("an answer with members of other types is read as far as possible", "[voicectl]") {
  CHECK(told("kick", R"({"ok":true,"id":"3","name":7})") == " (0) is disconnected\n");
  CHECK(told("list", R"({"ok":true,"participants":{"a":1}})") == "no participants\n");
  CHECK(told("list", R"({"ok":true,"participants":[1,null,"x"]})").find("ID") != std::string::npos);
  CHECK_FALSE(parse_answer("[1]"));
  CHECK_FALSE(parse_answer("{\"ok\":"));
  CHECK_FALSE(parse_answer(""));
}

TEST_CASE("durations fit a narrow column", "[voicectl]") {
  CHECK(span_text(-5) == "0:00");
  CHECK(span_text(42) == "0:42");
  CHECK(span_text(725) == "12:05");
  CHECK(span_text(7391) == "2:03:11");
  CHECK(span_text(86'399) == "23:59:59");
  CHECK(span_text(3 * 86'400 + 4 * 3600 + 59) == "3 d 4 h");
}

TEST_CASE("a shell is offered numbers and names, each once", "[voicectl]") {
  const auto list = parse_answer(R"({"ok":true,"participants":[
      {"id":1,"name":"Anna"},{"id":12,"name":"Anna"},{"id":2,"name":"Boris"}]})");
  const auto bans = parse_answer(R"({"ok":true,"bans":[{"who":"192.0.2.7"},{"who":"Anna"}]})");
  const auto refused = parse_answer(R"({"ok":false,"error":"no"})");

  CHECK(candidates(*list, "") == "1\nAnna\n12\n2\nBoris\n");
  CHECK(candidates(*list, "1") == "1\n12\n");
  CHECK(candidates(*list, "An") == "Anna\n");
  CHECK(candidates(*bans, "19") == "192.0.2.7\n");
  CHECK(candidates(*refused, "") == "");
}

TEST_CASE("a room tells how far its limiter turns it down", "[voicectl]") {
  CHECK(told("status", R"({"ok":true,"rooms":[{"name":"front","sample_rate_hz":8000,
                           "participants":3,"participants_max":9,"talkers":2,"limiter":true,
                           "limiter_gain_db":-4.52,"limited_frames":50}]})") ==
        "room front  3 of 9 participants, 2 talking, 8000 Hz, limited by 4.5 dB, 50 frames "
        "limited\n");
  CHECK(told("status", R"({"ok":true,"rooms":[{"name":"front","sample_rate_hz":8000,
                           "participants":3,"participants_max":9,"talkers":2,"limiter":true,
                           "limiter_gain_db":0,"limited_frames":0}]})") ==
        "room front  3 of 9 participants, 2 talking, 8000 Hz\n");
}

TEST_CASE("a list says who joined with a certificate, and with which account", "[voicectl]") {
  const std::string machine = told("list", R"({"ok":true,"participants":[
      {"id":1,"name":"machine-7","certificate":"machine-7","role":"speaker"}]})");
  CHECK(machine.find("by certificate") != std::string::npos);
  const std::string anna = told("list", R"({"ok":true,"participants":[
      {"id":1,"name":"Ada","user":"anna","certificate":"anna","role":"operator"}]})");
  CHECK(anna.find("anna") != std::string::npos);
  CHECK(anna.find("by certificate") == std::string::npos);
}

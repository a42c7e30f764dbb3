#include "ctl/request.hpp"

#include "tests/support/catch.hpp"

using namespace voicectl;
using Strings = std::vector<std::string>;

namespace {

/// The line that is sent for a command line, or "!" and the reason why none is.
std::string sent_for(Strings words) {
  words.insert(words.begin(), "voicectl");
  std::vector<const char*> argv;
  for (const std::string& word : words) argv.push_back(word.c_str());
  Arguments arguments;
  const auto app = declare_commands(arguments);
  const auto command = parse(*app, static_cast<int>(argv.size()), argv.data());
  if (!command) return "!" + command.error().text;
  const auto request = request_of(*command, arguments);
  return request ? *request : "!" + request.error();
}

}  // namespace

TEST_CASE("each command line makes its request", "[voicectl]") {
  struct Row {
    Strings typed;
    std::string sent;
  };
  const std::vector<Row> rows{
      {{"status"}, "status"},
      {{"list", "--json"}, "list"},
      {{"mute", "Anna"}, "mute Anna"},
      {{"mute", "3", "--microphone"}, "mute 3 microphone"},
      {{"mute", "--here", "Anna", "--loudspeaker"}, "mute Anna loudspeaker here"},
      {{"unmute", "Anna"}, "unmute Anna"},
      {{"unmute", "Anna", "--microphone"}, "unmute Anna microphone"},
      {{"invite", "--list"}, "invitations"},
      {{"gain", "Anna", "-6"}, "gain Anna -6"},
      {{"gain", "Anna", "-0.5"}, "gain Anna -0.5"},
      {{"gain", "Anna", "3.5"}, "gain Anna 3.5"},
      {{"gain", "Anna", "+6"}, "gain Anna +6"},
      {{"gain", "Anna", "-.5"}, "gain Anna -0.5"},
      {{"gain", "--json", "Anna", "-.5"}, "gain Anna -0.5"},
      {{"gain", "--", "-.5", ".5"}, "gain -.5 .5"},
      {{"kick", "Anna B"}, "kick \"Anna B\""},
      {{"kick", "Anna", "--reason", "too loud"}, "kick Anna \"too loud\""},
      {{"kick", "list"}, "kick list"},
      {{"kick", "--", "-x"}, "kick -x"},
      {{"kick", "say \"hi\" \\"}, "kick \"say \\\"hi\\\" \\\\\""},
      {{"ban", "192.0.2.7"}, "ban 192.0.2.7"},
      {{"ban", "2001:db8::1", "--for", "10m"}, "ban 2001:db8::1 for 10m"},
      {{"ban", "Anna", "--for", "7d", "--reason", "spam"}, "ban Anna for 7d spam"},
      {{"ban", "Anna", "--reason", "for"}, "ban Anna \"for\""},
      {{"ban", "for", "--for", "7d", "--reason", "for"}, "ban for for 7d \"for\""},
      {{"ban", "3", "--name", "--for", "7d"}, "ban-name 3 for 7d"},
      {{"ban", "192.0.2.0/24"}, "ban 192.0.2.0/24"},
      {{"unban", "Anna"}, "unban Anna"},
      {{"bans"}, "bans"},
      {{"drain"}, "drain"},
      {{"drain", "--cancel"}, "drain off"},
      {{"reload"}, "reload"},
      {{"config"}, "config"},
      {{"stats"}, "stats"},
      {{"log-level", "debug"}, "log-level debug"},
      {{"--json", "list"}, "list"},
      {{"kick", ""}, "kick \"\""},
  };
  for (const Row& row : rows) {
    INFO(row.sent);
    CHECK(sent_for(row.typed) == row.sent);
  }
}

TEST_CASE("an option that a shell has left empty is not taken for one that was left out",
          "[voicectl]") {
  for (const Strings& words :
       {Strings{"--socket", "", "list"}, Strings{"--instance", "", "drain"},
        Strings{"invite", "--for", "2h", "--room", ""},
        Strings{"invite", "--for", "2h", "--name", ""}, Strings{"invite", "--revoke", ""},
        Strings{"ban", "192.0.2.7", "--for", ""}, Strings{"invite", "--for", ""},
        Strings{"user", "list", "--users-file", ""},
        Strings{"user", "add", "anna", "--password-file", ""}}) {
    const std::string sent = sent_for(words);
    INFO(sent);
    CHECK(sent.front() == '!');
    CHECK(sent.find("is empty; give it a value, or leave it out") != std::string::npos);
  }
}

TEST_CASE("an invalid command line is reported, and nothing is sent", "[voicectl]") {
  CHECK(sent_for({}) == "!A subcommand is required (see --help)");
  CHECK(sent_for({"mtue", "Anna"}) == "!`mtue` is not a command or an option (see --help)");
  CHECK(sent_for({"--jsno"}) == "!`--jsno` is not a command or an option (see --help)");
  CHECK(sent_for({"mute"}).rfind("!WHO is required", 0) == 0);
  CHECK(sent_for({"gain", "Anna", "loud"}) ==
        "!DB: `loud` is not a number of decibels; use for example 6 or -6 (see --help)");
  CHECK(sent_for({"gain", "Anna", "+-6"}).starts_with("!DB: `+-6` is not a number of decibels"));
  CHECK(sent_for({"gain", "Anna", "-.x"}).front() == '!');
  CHECK(sent_for({"list", "--nonsense"}) ==
        "!The following argument was not expected: --nonsense (see --help)");
  CHECK(sent_for({"list", "Anna"}) ==
        "!The following argument was not expected: Anna (see --help)");
  CHECK(sent_for({"--socket", "a", "--instance", "b", "list"}).front() == '!');
}

TEST_CASE("an option that its command would not use is refused", "[voicectl]") {
  const std::string end = " (see --help)";
  CHECK(sent_for({"user", "passwd", "anna", "--role", "operator"}) ==
        "!--role: passwd changes only the password; to change a role, remove the account, then add "
        "it again" +
            end);
  for (const char* const action : {"list", "remove"}) {
    CHECK(sent_for({"user", action, "anna", "--role", "operator"}) ==
          "!--role is only for add; leave it out" + end);
    CHECK(sent_for({"user", action, "anna", "--password-file", "f"}) ==
          "!--password-file is only for add and passwd; leave it out" + end);
  }
  CHECK(sent_for({"user", "add", "anna", "--role", "operator", "--password-file", "f"}).front() !=
        '!');
  CHECK(sent_for({"user", "passwd", "anna", "--password-file", "f"}).front() != '!');
  CHECK(sent_for({"user", "list", "--json"}) == "!--json: user prints no JSON; leave it out" + end);

  for (const Strings& about_new :
       {Strings{"--for", "2h"}, Strings{"--room", "studio"}, Strings{"--name", "Bob"},
        Strings{"--listen-only"}, Strings{"--once"}}) {
    for (const Strings& instead : {Strings{"--list"}, Strings{"--revoke", "id"}}) {
      Strings words{"invite"};
      words.insert(words.end(), instead.begin(), instead.end());
      words.insert(words.end(), about_new.begin(), about_new.end());
      CAPTURE(words);
      CHECK(sent_for(words).find(" excludes ") != std::string::npos);
    }
  }
  CHECK(sent_for({"invite", "--list", "--revoke", "id"}).find(" excludes ") != std::string::npos);
  CHECK(sent_for({"invite", "--revoke", "id"}) == "revoke id");
}

TEST_CASE("no word can become a second request", "[voicectl]") {
  CHECK(sent_for({"kick", "Anna\nkick Boris"}) ==
        "!names and reasons must not contain control characters");
  CHECK(sent_for({"kick", "Anna", "--reason", "a\rb"}) ==
        "!names and reasons must not contain control characters");
}

TEST_CASE("a request is no longer than voiced reads", "[voicectl]") {
  const std::string longest(1024 - 5, 'x');

  CHECK(sent_for({"kick", longest}) == "kick " + longest);
  CHECK(sent_for({"kick", longest + "x"}) ==
        "!the request is too long: 1025 bytes; use at most 1024");
}

TEST_CASE("help lists the commands for users and gives examples", "[voicectl]") {
  const std::string help = sent_for({"--help"});

  for (const char* const command :
       {"status", "list", "watch", "mute", "unmute", "gain", "kick", "ban", "unban", "bans",
        "drain", "reload", "config", "stats", "log-level", "voicectl gain 3 -6"}) {
    INFO(command);
    CHECK(help.find(command) != std::string::npos);
  }
  CHECK(help.find("complete") == std::string::npos);
}

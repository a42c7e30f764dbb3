// The settings of voiced: which values each of them takes, and what they become in the server.
#include "server/app/config.hpp"

#include "tests/server/app/settings_file.hpp"
#include "tests/support/catch.hpp"

#include <memory>
#include <string>
#include <vector>

using namespace voiced;
using voiced::test::complaint;
using namespace std::chrono_literals;

namespace {

HostOptions host_of(const std::string& content) {
  Settings settings;
  REQUIRE(complaint(content, settings).empty());
  return host_options(settings.config, 0);
}

}  // namespace

TEST_CASE("each number is accepted within its limits and refused just beyond them", "[config]") {
  // As config/voiced.conf and the manual page say.
  struct Row {
    const char* name;
    int first, last;
    bool or_zero = false;
  };
  const auto row = GENERATE(values<Row>({{"port", 0, 65'535},
                                         {"sample-rate", 5000, 48'000},
                                         {"classic-sample-rate", 5000, 48'000, true},
                                         {"jitter-depth", 2, 1000, true},
                                         {"opus-bitrate", 16, 128, true},
                                         {"catch-up-max-ms", 100, 20'000},
                                         {"participants-max", 1, 4096},
                                         {"outbox-age-ms", 20, 10'000},
                                         {"stall-limit-s", 1, 3600},
                                         {"rooms-on-demand-max", 0, 1024},
                                         {"strangers-max", 1, 4096},
                                         {"strangers-per-address-max", 1, 4096},
                                         {"participants-per-address-max", 0, 4096},
                                         {"joins-per-address-s", 1, 100'000},
                                         {"load-max-percent", 10, 1000},
                                         {"drain-limit-s", 1, 604'800},
                                         {"metrics-participants", 0, 500}}));
  CAPTURE(row.name);
  const auto says = [&](const std::string& value) { return complaint(row.name + (" = " + value)); };
  CHECK(says(std::to_string(row.first)).empty());
  CHECK(says(std::to_string(row.last)).empty());
  CHECK(says("0").empty() == (row.or_zero || row.first == 0));
  const std::string place = "1: " + std::string(row.name) + ": ";
  for (const int beyond : {row.first - 1, row.last + 1}) {
    if (beyond == 0 && row.or_zero) continue;
    CHECK(says(std::to_string(beyond)).starts_with(place));
  }
  for (const char* const word : {"many", "\"\"", "1.5", "2147483648", "99999999999999999999"}) {
    CAPTURE(word);
    CHECK(says(word).starts_with(place));
  }
}

TEST_CASE("each word is one of a few, in lower case", "[config]") {
  struct Row {
    const char* name;
    std::vector<std::string> words;
  };
  const Row rows[] = {{"jitter-mode", {"adaptive", "fixed"}},
                      {"client-certificates", {"required", "accepted"}},
                      {"tls-version-min", {"1.2", "1.3"}},
                      {"confusable-names", {"allow", "mark", "refuse"}},
                      {"guests", {"speak", "listen", "no"}},
                      {"allow-plaintext-secrets", {"yes", "loopback", "no"}},
                      {"log-format", {"auto", "text", "journal", "json"}},
                      {"limiter", {"true", "false"}},
                      {"codecs", {"pcmu", "l16", "opus", "\"opus,pcmu\"", "\"l16,opus,pcmu\""}}};
  for (const Row& row : rows) {
    for (const std::string& word : row.words) {
      CAPTURE(row.name, word);
      CHECK(complaint(row.name + (" = " + word)).empty());
    }
    for (const char* const word : {"Fixed", "allow ,", "maybe", "no,yes", "1.1", "g722"}) {
      CAPTURE(row.name, word);
      CHECK_FALSE(complaint(row.name + (" = \"" + std::string(word) + '"')).empty());
    }
  }
}

TEST_CASE("the mode of the control socket is octal, and has no bits but permissions", "[config]") {
  struct Row {
    const char* text;
    unsigned mode;
    bool is_valid = true;
  };
  const Row rows[] = {{"0660", 0660},   {"660", 0660},       {"0600", 0600},     {"0777", 0777},
                      {"0", 0},         {"01777", 0, false}, {"0888", 0, false}, {"rw-", 0, false},
                      {"-1", 0, false}, {"0x1b0", 0, false}};
  for (const Row& row : rows) {
    CAPTURE(row.text);
    Settings settings;
    const std::string why = complaint("control-mode = \"" + std::string(row.text) + '"', settings);
    CHECK(why.empty() == row.is_valid);
    if (row.is_valid) CHECK(control_mode(settings.config) == row.mode);
  }
}

TEST_CASE("what nobody has set is as documented", "[config]") {
  const HostOptions host = host_of("");
  CHECK(host.front_room.format.rate_hz() == 8000);
  CHECK_FALSE(host.front_room.other_format);
  CHECK(host.front_room.playout.mode == voice::JitterMode::adaptive);
  CHECK(host.front_room.playout.depth_packets == 25);
  CHECK(host.front_room.participants_max == 1000);
  CHECK(host.front_room.limiter);
  CHECK(host.front_room.howl_guard);
  CHECK_FALSE(host.front_room.level_talkers);
  CHECK_FALSE(host.front_room.silent_when_empty);
  CHECK(host.outbox_age_max == 200ms);
  CHECK(host.stall_limit == 30s);
  CHECK(host.drain_limit == 1h);
  CHECK(host.door.strangers_max == 512);
  CHECK(host.door.strangers_per_address_max == 64);
  CHECK(host.door.participants_per_address_max == 256);
  CHECK(host.door.joins_per_address_per_s == 100.0);
  CHECK(host.door.joins_per_address_burst == 1000.0);
  CHECK(host.load_max == Approx(0.9));
  CHECK(host.login.guests == Guests::speak);
  CHECK(host.login.plain_secrets == PlainSecrets::loopback);
  CHECK_FALSE(host.login.has_accounts);
  CHECK(host.names == NameRule::allow);
  CHECK_FALSE(host.require_hello);
  CHECK(host.rooms.empty());
  CHECK(host.rooms_on_demand_max == 0);
}

TEST_CASE("each setting of the door and the queues reaches the server", "[config]") {
  const HostOptions host = host_of(
      "strangers-max = 3\nstrangers-per-address-max = 2\nparticipants-per-address-max = 0\n"
      "joins-per-address-s = 7\nload-max-percent = 150\ndrain-limit-s = 60\noutbox-age-ms = 500\n"
      "stall-limit-s = 9\nrequire-hello = true\nguests = no\nconfusable-names = refuse\n"
      "allow-plaintext-secrets = no\nrooms-on-demand-max = 5\nparticipants-max = 12\n");
  CHECK(host.door.strangers_max == 3);
  CHECK(host.door.strangers_per_address_max == 2);
  CHECK(host.door.participants_per_address_max == 0);
  CHECK(host.door.joins_per_address_per_s == 7.0);
  CHECK(host.door.joins_per_address_burst == 70.0);
  CHECK(host.load_max == Approx(1.5));
  CHECK(host.drain_limit == 1min);
  CHECK(host.outbox_age_max == 500ms);
  CHECK(host.stall_limit == 9s);
  CHECK(host.require_hello);
  CHECK(host.login.guests == Guests::none);
  CHECK(host.names == NameRule::refuse);
  CHECK(host.login.plain_secrets == PlainSecrets::none);
  CHECK(host.rooms_on_demand_max == 5);
  CHECK(host.front_room.participants_max == 12);
}

TEST_CASE("each setting of the sound reaches the front room", "[config]") {
  const RoomOptions room = host_of(
                               "sample-rate = 48000\nclassic-sample-rate = 11025\n"
                               "jitter-mode = fixed\ncatch-up-max-ms = 1000\nlimiter = false\n"
                               "level-talkers = true\nhowl-guard = false\n"
                               "silent-when-empty = true\ncodecs = opus\nopus-bitrate = 24\n")
                               .front_room;
  CHECK(room.format.rate_hz() == 48'000);
  REQUIRE(room.other_format);
  CHECK(room.other_format->rate_hz() == 11'025);
  CHECK(room.playout.mode == voice::JitterMode::fixed);
  CHECK(room.playout.depth_packets == 6);
  CHECK(room.playout.catch_up_max == 1s);
  CHECK_FALSE(room.limiter);
  CHECK(room.level_talkers);
  CHECK_FALSE(room.howl_guard);
  CHECK(room.silent_when_empty);
  CHECK(room.opus_kbits == 24);
}

TEST_CASE("plain TCP is switched off by the word none alone", "[config]") {
  struct Row {
    const char* listen;
    bool is_plain;
  };
  const Row rows[] = {{"", true},
                      {"listen = none\n", false},
                      {"listen = [\"none\"]\n", false},
                      {"listen = \"127.0.0.1\"\n", true},
                      {"listen = []\n", true}};
  for (const Row& row : rows) {
    CAPTURE(row.listen);
    Settings settings;
    REQUIRE(complaint(row.listen, settings).empty());
    CHECK(listens_plain(settings.config) == row.is_plain);
    CHECK(server_options(settings.config, 0).listens_plain == row.is_plain);
  }
}

TEST_CASE("a variable that is empty does not open what it was meant to close", "[config]") {
  for (const char* const name : {"certificate", "certificate-key", "client-ca", "password-file",
                                 "rooms", "state-directory", "users-file"}) {
    const std::string flag = "--" + std::string(name);
    CAPTURE(flag);
    Settings settings;
    const std::vector<const char*> argv{"voiced", "--config", "/dev/null", flag.c_str(), ""};
    const auto parsed = settings.options->parse(static_cast<int>(argv.size()), argv.data());
    REQUIRE_FALSE(parsed.has_value());
    CHECK(parsed.error().code == voice::app::ExitCode::usage);
    CHECK(parsed.error().text.find(flag) != std::string::npos);
  }
}

#include "server/app/validator.hpp"

#include "common/identity/crypto.hpp"
#include "common/tls/certificate.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/scratch_directory.hpp"

#include <filesystem>

using namespace voiced;
using voice::app::Pipes;
using voice::test::ScratchDirectory;

namespace {

// Why a server with this file would not start on this machine; empty if it would.
std::string complaint(const ScratchDirectory& scratch, const std::string& content,
                      Sockets sockets = Sockets::own, const char* action = nullptr) {
  const std::string path = scratch.write("voiced.conf", content);
  std::vector<const char*> argv{"voiced", "--config", path.c_str()};
  if (action != nullptr) argv.push_back(action);
  Settings settings;
  REQUIRE(settings.options->parse(static_cast<int>(argv.size()), argv.data()));
  const auto completed = complete(settings, Pipes::allowed, sockets);
  if (completed) return {};
  REQUIRE(completed.error().starts_with(path + ":"));
  return completed.error().substr(path.size() + 1);
}

std::string many(int addresses) {
  std::string list;
  for (int i = 0; i < addresses; ++i) {
    list += "\"10.0." + std::to_string(i / 256) + '.' + std::to_string(i % 256) + "\", ";
  }
  return list + "\"10.0.0.1\"";
}

}  // namespace

TEST_CASE("settings that this machine supports are valid", "[validator]") {
  const ScratchDirectory scratch;
  const std::string folder = scratch.file("");

  CHECK(complaint(scratch, "").empty());
  CHECK(complaint(scratch, "listen = [\"127.0.0.1\", \"127.0.0.2\"]\nport = 0\n").empty());
  CHECK(complaint(scratch, "state-directory = " + folder).empty());
  CHECK(complaint(scratch, "control-socket = " + scratch.file("control.sock")).empty());
  CHECK(complaint(scratch, "metrics-address = 127.0.0.1:9464").empty());
  CHECK(complaint(scratch, "listen = none\nlisten-proxy = 7001\nproxy-from = ::1\n").empty());
  CHECK(complaint(scratch, "deny-from = [" + many(4095) + "]").empty());
  CHECK(complaint(scratch, "metrics-address = 127.0.0.1:0\nport = 0\n").empty());
  CHECK(complaint(scratch, "input-device = tone:99999\n").empty());  // silent: not opened
  // An address that may appear after voiced has started, or is in use for a moment, is waited for.
  CHECK(complaint(scratch, "listen = 192.0.2.1").empty());
}

TEST_CASE("what startup would refuse is reported with its line, its key, the reason and the remedy",
          "[validator]") {
  struct Row {
    std::string text, complaint;
  };
  const ScratchDirectory scratch;
  const std::string file = scratch.write("file", "not a sound");
  const std::string here = scratch.file("");
  std::filesystem::create_directories(scratch.file("state/bans"));
  std::filesystem::create_directory(scratch.file("folder.wav"));
  const std::vector<Row> rows{
      {"listen = localhost", "1: listen: `localhost` is not an IP address"},
      {"\nlisten = [\"127.0.0.1\", \"::1 \"]", "2: listen: `::1 ` is not an IP address"},
      {"listen = [\"0.0.0.0\", \"127.0.0.1\"]", "1: listen: `0.0.0.0` and `127.0.0.1` overlap"},
      {"listen = fe80::1", "1: listen: `fe80::1` is a link-local address and needs its interface"},
      {"port = 7001\nmetrics-address = \"127.0.0.1:7001\"",
       "2: metrics-address: `127.0.0.1:7001` is where the conference listens"},
      {"listen-proxy = 7000\nproxy-from = ::1",
       "1: listen-proxy: `7000` overlaps with `listen`, port 7000"},
      {"listen-proxy = 7001", "1: listen-proxy: needs proxy-from, the addresses of the proxies"},
      {"deny-from = [" + many(4096) + "]",
       "1: deny-from: too many addresses and ranges: 4097 (at most 4096); merge some"},
      {"state-directory = /nowhere", "1: state-directory: the folder /nowhere does not exist"},
      {"state-directory = " + file, "1: state-directory: " + file + " is not a folder"},
      {"state-directory = " + here + "state",
       "1: state-directory: " + here + "state/bans is not a regular file"},
      {"password-file = " + here, "1: password-file: " + here + ": cannot be read"},
      {"password-file = " + here + "nowhere",
       "1: password-file: " + here + "nowhere: cannot be read"},
#ifndef _WIN32
      {"control-socket = /nowhere/x", "1: control-socket: the folder /nowhere does not exist"},
      {"control-socket = " + file, "1: control-socket: " + file + " exists and is not a socket"},
      {"control-socket = " + file + "/x", "1: control-socket: " + file + " is not a folder"},
      {"control-socket = /" + std::string(107, 'x'), "1: control-socket: /xxx"},
      {"control-group = no-such-group", "1: control-group: there is no group `no-such-group`"},
#endif
#ifdef VOICE_WITH_SOUND
      {"silent = false\ninput-device = tone:4000", "2: input-device: input 'tone:4000': a tone"},
      {"silent = false\ninput-device = " + here + "no.wav",
       "2: input-device: input: cannot read '"},
      {"silent = false\ninput-device = " + file + "\noutput-device = \"null\"",
       "2: input-device: input: cannot read '"},
      {"silent = false\ninput-device = \"null\"\noutput-device = tone:400",
       "3: output-device: output 'tone:400': a tone can only be an input"},
      {"silent = false\ninput-device = \"null\"\noutput-device = /nowhere/a.wav",
       "3: output-device: cannot write '/nowhere/a.wav': No such file or directory"},
      {"silent = false\ninput-device = \"null\"\noutput-device = " + here + "folder.wav",
       "3: output-device: cannot write '" + here + "folder.wav': it is a folder"},
#endif
  };
  for (const Row& row : rows) {
    INFO(row.text);
    const std::string found = complaint(scratch, row.text);
    INFO(found);
    CHECK(found.starts_with(row.complaint));
  }
}

#ifndef _WIN32
TEST_CASE("a check by hand does not miss the runtime directory of a unit that does not run",
          "[validator]") {
  const ScratchDirectory scratch;
  const auto check = [&](const std::string& folder) {
    return complaint(scratch, "control-socket = " + folder + "/control.sock", Sockets::own,
                     "--check-config");
  };
  CHECK(check("/run/voiced").empty());
  CHECK(check("/run/voiced-no-such-instance").empty());
  CHECK(check("/run/voicedx").starts_with("1: control-socket: the folder /run/voicedx does not"));
}
#endif

TEST_CASE("a bad listening address for TLS is reported like one for plain connections",
          "[validator]") {
  if (!voice::tls::is_available()) return;
  struct Row {
    const char* text;
    const char* complaint;
  };
  const auto row = GENERATE(values<Row>(
      {{"port = 7443\nlisten-tls = 7443",
        "2: listen-tls: `7443` overlaps with `listen`, port 7443"},
       {"listen = none\nlisten-tls = [\"7443\", \"127.0.0.1:7443\"]",
        "2: listen-tls: `127.0.0.1:7443` overlaps with `listen-tls`, port 7443"},
       {"listen-tls = \"[fe80::1]:7443\"",
        "1: listen-tls: `fe80::1` is a link-local address and needs its interface"},
       {"listen-tls = 7443\nmetrics-address = \"127.0.0.1:7443\"",
        "2: metrics-address: `127.0.0.1:7443` is where the conference listens (`listen-tls`)"},
       {"listen = 127.0.0.1\nport = 7443\nlisten-tls = \"[::1]:7443\"", ""}}));
  INFO(row.text);
  const ScratchDirectory scratch;
  std::filesystem::create_directory(scratch.file("state"));  // where a certificate can be made

  const std::string found =
      complaint(scratch, std::string(row.text) + "\nstate-directory = " + scratch.file("state"));

  INFO(found);
  CHECK(found.starts_with(row.complaint));
  CHECK(found.empty() == (*row.complaint == '\0'));
}

TEST_CASE("a folder that is a dangling link does not exist", "[validator]") {
  const ScratchDirectory scratch;
#ifndef _WIN32
  std::filesystem::create_symlink("nowhere", scratch.file("state"));
  CHECK_FALSE(complaint(scratch, "state-directory = " + scratch.file("state")).empty());
  std::filesystem::remove(scratch.file("state"));
  std::filesystem::create_directory(scratch.file("state"));
  std::filesystem::create_symlink("nowhere", scratch.file("state/bans"));
  CHECK_FALSE(complaint(scratch, "state-directory = " + scratch.file("state")).empty());
#endif
}

TEST_CASE("inherited sockets make listen and port meaningless", "[validator]") {
  const ScratchDirectory scratch;

  CHECK(complaint(scratch, "listen = localhost\nport = 1\n", Sockets::inherited).empty());
  CHECK_FALSE(complaint(scratch, "state-directory = /nowhere", Sockets::inherited).empty());
}

TEST_CASE("a state directory with a damaged file is refused by the check as by startup",
          "[validator]") {
  struct Row {
    const char* file;
    const char* content;
    const char* complaint;
  };
  const auto row = GENERATE(values<Row>(
      {{"bans", "", "state/bans is empty, and voiced never leaves it empty"},
       {"bans", "\x01\x02\n", "state/bans has no line that is a ban"},
       {"invitations-ended", "", "state/invitations-ended:1: is empty, so the list was lost"},
       {"invitations-ended", "revoked ABCD", "state/invitations-ended:1: has no line end"},
       {"invitations-ended", "nonsense\n", "state/invitations-ended:1: must be `revoked ID"},
       {"invitation-key", "", "state/invitation-key: is not a key"},
       {"invitation-key", "short\n", "state/invitation-key: is not a key"}}));
  INFO(row.file << ": " << row.content);
  if (!voice::identity::is_available() && std::string(row.file) == "invitation-key") return;
  const ScratchDirectory scratch;
  std::filesystem::create_directory(scratch.file("state"));
  const std::string line = "state-directory = " + scratch.file("state");
  REQUIRE(complaint(scratch, line).empty());
  (void)scratch.write(std::string("state/") + row.file, row.content);

  const std::string found = complaint(scratch, line);

  INFO(found);
  CHECK(found.starts_with("1: state-directory: "));
  CHECK(found.find(row.complaint) != std::string::npos);
  // The check changes nothing.
  CHECK(voice::test::content_of(scratch.file(std::string("state/") + row.file)) == row.content);
}

TEST_CASE("a check makes no key and no certificate", "[validator]") {
  const ScratchDirectory scratch;
  std::filesystem::create_directory(scratch.file("state"));
  const bool speaks_tls = voice::tls::is_available();
  const std::string tls = speaks_tls ? "listen-tls = 0\n" : "";

  CHECK(complaint(scratch, tls + "state-directory = " + scratch.file("state")).empty());

  CHECK(std::filesystem::is_empty(scratch.file("state")));
  if (!speaks_tls) return;
  // A key alone: at a start, voiced could make neither a certificate for it nor another pair.
  (void)scratch.write("state/certificate-key.pem", "key");
  CHECK(complaint(scratch, tls + "state-directory = " + scratch.file("state"))
            .starts_with("1: listen-tls: "));
}

#include "server/app/validator.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/scratch_directory.hpp"

#include <filesystem>

using namespace voiced;
using voice::app::Pipes;
using voice::test::ScratchDirectory;

namespace {

// Empty when a server with this file would start, as far as this machine is concerned.
std::string complaint(const ScratchDirectory& scratch, const std::string& content,
                      Sockets sockets = Sockets::own) {
  const std::string path = scratch.write("voiced.conf", content);
  const std::vector<const char*> argv{"voiced", "--config", path.c_str()};
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
  // What comes later than voiced, or is in use for a moment, is waited for.
  CHECK(complaint(scratch, "listen = 192.0.2.1").empty());
}

TEST_CASE("what a start would refuse is told with its line, its key, the reason and the remedy",
          "[validator]") {
  struct Row {
    std::string text, complaint;
  };
  const ScratchDirectory scratch;
  const std::string file = scratch.write("file", "not a sound");
  const std::string here = scratch.file("");
  std::filesystem::create_directories(scratch.file("state/bans"));
  const std::vector<Row> rows{
      {"listen = localhost", "1: listen: `localhost` is not an IP address"},
      {"\nlisten = [\"127.0.0.1\", \"::1 \"]", "2: listen: `::1 ` is not an IP address"},
      {"listen = [\"0.0.0.0\", \"127.0.0.1\"]", "1: listen: `0.0.0.0` and `127.0.0.1` overlap"},
      {"listen = fe80::1", "1: listen: `fe80::1` is a link-local address and needs its interface"},
      {"port = 7001\nmetrics-address = \"127.0.0.1:7001\"",
       "2: metrics-address: `127.0.0.1:7001` is where the conference listens"},
      {"listen-proxy = 7001", "1: listen-proxy: needs proxy-from, the addresses of the proxies"},
      {"deny-from = [" + many(4096) + "]",
       "1: deny-from: 4097 addresses and ranges are too many; 4096 are possible"},
      {"state-directory = /nowhere", "1: state-directory: the folder /nowhere does not exist"},
      {"state-directory = " + file, "1: state-directory: " + file + " is not a folder"},
      {"state-directory = " + here + "state",
       "1: state-directory: " + here + "state/bans cannot be read"},
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
       "3: output-device: the folder /nowhere does not exist"},
#endif
  };
  for (const Row& row : rows) {
    INFO(row.text);
    const std::string found = complaint(scratch, row.text);
    INFO(found);
    CHECK(found.starts_with(row.complaint));
  }
}

TEST_CASE("a folder that is a link to nowhere is not there", "[validator]") {
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

TEST_CASE("sockets that are handed over make listen and port meaningless", "[validator]") {
  const ScratchDirectory scratch;

  CHECK(complaint(scratch, "listen = localhost\nport = 1\n", Sockets::inherited).empty());
  CHECK_FALSE(complaint(scratch, "state-directory = /nowhere", Sockets::inherited).empty());
}

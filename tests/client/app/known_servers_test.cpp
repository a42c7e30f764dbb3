// The file of servers that a user has trusted.
#include "client/app/known_servers.hpp"

#include "client/app/config.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/scratch_directory.hpp"

#include <filesystem>

using namespace voicecli;
using voice::test::ScratchDirectory;
using voice::tls::Fingerprint;

namespace {

Fingerprint fingerprint_of(std::uint8_t byte) {
  Fingerprint fingerprint{};
  fingerprint.fill(byte);
  return fingerprint;
}

}  // namespace

TEST_CASE("a server is known after it has been added, and no other", "[known_servers]") {
  ScratchDirectory scratch;
  const std::string file = scratch.file("a/b/known");
  CHECK(find_known(file, "host:7443")->has_value() == false);
  REQUIRE(add_known(file, "Host:7443", fingerprint_of(1)));
  REQUIRE(add_known(file, "[2001:db8::1]:7443", fingerprint_of(2)));
  CHECK(*find_known(file, "host:7443") == fingerprint_of(1));
  CHECK(*find_known(file, "HOST:7443") == fingerprint_of(1));
  CHECK(*find_known(file, "[2001:DB8::1]:7443") == fingerprint_of(2));
  CHECK(find_known(file, "host:7444")->has_value() == false);
  CHECK(find_known(file, "host")->has_value() == false);
}

TEST_CASE("of two lines about a server the last one counts", "[known_servers]") {
  ScratchDirectory scratch;
  const std::string file = scratch.file("known");
  REQUIRE(add_known(file, "host:1", fingerprint_of(1)));
  REQUIRE(add_known(file, "host:1", fingerprint_of(2)));
  CHECK(*find_known(file, "host:1") == fingerprint_of(2));
}

TEST_CASE("a line that is not understood makes no server trusted", "[known_servers]") {
  ScratchDirectory scratch;
  for (const std::string line : {"host:1", "host:1 sha256:12", "host:1 md5:00", "x\ty"}) {
    const auto found = find_known(scratch.write("known", "# one\n" + line + "\n"), "other:1");
    REQUIRE_FALSE(found);
    CHECK(found.error().find("known:2: must be HOST:PORT") != std::string::npos);
  }
}

TEST_CASE("a file that cannot be read, or is a folder, makes no server trusted",
          "[known_servers]") {
  ScratchDirectory scratch;
  std::filesystem::create_directory(scratch.file("folder"));
  CHECK_FALSE(find_known(scratch.file("folder"), "host:1"));
  std::filesystem::create_symlink("nowhere", scratch.file("dangling"));
  CHECK_FALSE(find_known(scratch.file("dangling"), "host:1"));
}

TEST_CASE("without a file of the user's own, the one beside the configuration counts",
          "[known_servers]") {
  const std::string beside = known_servers_file("");
  const std::string configuration = default_config_file();

  CHECK(known_servers_file("/elsewhere/known") == "/elsewhere/known");
  CHECK(beside.empty() == configuration.empty());
  CHECK((beside.empty() || beside.ends_with("known_servers")));
}

TEST_CASE("a failed write is reported", "[known_servers]") {
  ScratchDirectory scratch;
  std::filesystem::create_directory(scratch.file("folder"));
  CHECK_FALSE(add_known(scratch.file("folder"), "host:1", fingerprint_of(1)));
  CHECK_FALSE(add_known("", "host:1", fingerprint_of(1)));
}

TEST_CASE("a line that an editor left without its end is not joined with the next",
          "[known_servers]") {
  ScratchDirectory scratch;
  const std::string line = "host:1 " + voice::tls::to_string(fingerprint_of(1));
  const std::string file = scratch.write("known", "# mine\n" + line);

  REQUIRE(add_known(file, "other:2", fingerprint_of(2)));

  CHECK(*find_known(file, "host:1") == fingerprint_of(1));
  CHECK(*find_known(file, "other:2") == fingerprint_of(2));
}

// The file of servers that a user has trusted.
#include "client/app/known_servers.hpp"

#include "client/app/config.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/full_disk.hpp"
#include "tests/support/scratch_directory.hpp"

#include <filesystem>
#ifndef _WIN32
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <string_view>
#include <thread>
#endif

using namespace voicecli;
using voice::test::content_of;
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

TEST_CASE("while a line is invalid, no server is trusted", "[known_servers]") {
  ScratchDirectory scratch;
  for (const std::string line : {"host:1", "host:1 sha256:12", "host:1 md5:00", "x\ty"}) {
    const auto found = find_known(scratch.write("known", "# one\n" + line + "\n"), "other:1");
    REQUIRE_FALSE(found);
    CHECK(found.error().find("known:2: must be HOST:PORT") != std::string::npos);
  }
}

TEST_CASE("while the file cannot be read, or is a folder, no server is trusted",
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

#ifndef _WIN32

TEST_CASE("what another voicecli writes at the same time stays", "[known_servers]") {
  ScratchDirectory scratch;
  const std::string file = scratch.write("known", "# mine\n");
  const int other = ::open(file.c_str(), O_WRONLY | O_APPEND);
  REQUIRE(other >= 0);
  REQUIRE(::flock(other, LOCK_EX) == 0);
  std::atomic<bool> is_added = false;
  std::atomic<bool> is_over = false;
  std::thread ours([&] {
    is_added = add_known(file, "other:2", fingerprint_of(2)).has_value();
    is_over = true;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds{200});
  const bool has_waited = !is_over;
  const std::string line = "host:1 " + voice::tls::to_string(fingerprint_of(1)) + "\n";
  const std::string_view half = std::string_view(line).substr(0, 20);
  const std::string_view rest = std::string_view(line).substr(20);
  CHECK(::write(other, half.data(), half.size()) == static_cast<ssize_t>(half.size()));
  CHECK(::write(other, rest.data(), rest.size()) == static_cast<ssize_t>(rest.size()));
  ::close(other);
  ours.join();
  CHECK(has_waited);
  CHECK(is_added);
  CHECK(content_of(file) ==
        "# mine\n" + line + "other:2 " + voice::tls::to_string(fingerprint_of(2)) + "\n");
}

TEST_CASE("a line that fits on the disk only in part is removed again, and that is reported",
          "[known_servers]") {
  ScratchDirectory scratch;
  const std::string before =
      GENERATE(std::string(), "host:1 " + voice::tls::to_string(fingerprint_of(1)) + "\n",
               "host:1 " + voice::tls::to_string(fingerprint_of(1)));
  const std::string file = scratch.write("known", before);
  const auto added = [&] {
    const voice::test::FullDisk disk(before.size() + 20);
    return add_known(file, "other:2", fingerprint_of(2));
  }();

  REQUIRE_FALSE(added);
  CHECK(added.error().find(file + ": cannot be written: ") == 0);
  CHECK(content_of(file) == before);
  CHECK(find_known(file, "other:2")->has_value() == false);
  CHECK(find_known(file, "host:1")->has_value() == !before.empty());
}

#endif

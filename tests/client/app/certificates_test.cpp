// Which servers voicecli trusts, and that it never calls in the clear by oversight.
#include "client/app/certificates.hpp"

#include "client/app/known_servers.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/scratch_directory.hpp"

#include <memory>
#include <string>
#include <vector>

using namespace voicecli;
using voice::test::ScratchDirectory;

namespace {

voice::tls::Fingerprint fingerprint_of(std::uint8_t byte) {
  voice::tls::Fingerprint fingerprint{};
  fingerprint.fill(byte);
  return fingerprint;
}

/// voicecli that was started with these flags, to call example.org:7443.
struct Program {
  explicit Program(std::vector<std::string> flags, const std::string& file = {}) {
    flags.insert(flags.begin(), {"voicecli", "--config", scratch.write("voicecli.conf", file)});
    std::vector<const char*> argv;
    for (const std::string& flag : flags) argv.push_back(flag.c_str());
    REQUIRE(options->parse(static_cast<int>(argv.size()), argv.data()));
    client.host = "example.org";
    client.caller.server = "example.org:7443";
  }
  /// Why the settings are refused; empty: they are not.
  std::string complaint() {
    const auto prepared = prepare_tls(client, config, *options);
    if (prepared) return {};
    CHECK(prepared.error().code == voice::app::ExitCode::usage);
    return prepared.error().text;
  }

  ScratchDirectory scratch;
  Config config;
  std::unique_ptr<voice::app::Options> options = declare_options(config);
  ClientOptions client;
};

}  // namespace

TEST_CASE("a user who names a certificate does not call in the clear by oversight", "[tls]") {
  const std::string fingerprint = voice::tls::to_string(fingerprint_of(1));
  for (const std::string name : {"tls-ca", "tls-fingerprint", "tls-certificate", "tls-key"}) {
    const std::string value = name == "tls-fingerprint" ? fingerprint : "/some/file";
    CAPTURE(name);
    Program forgetful({"--" + name, value});
    CHECK(forgetful.complaint() ==
          "--" + name + ": is set, but the call would not be encrypted; set tls as well");
    Program from_file({}, name + " = \"" + value + "\"\n");
    CHECK(from_file.complaint().find(":1: " + name + ": is set, but") != std::string::npos);
    // Who says so in as many words gets it.
    Program deliberate({"--no-tls", "--" + name, value});
    CHECK(deliberate.complaint().empty());
    CHECK(deliberate.client.tls == nullptr);
  }
  Program plain({});
  CHECK(plain.complaint().empty());
  CHECK(plain.client.tls == nullptr);
}

TEST_CASE("a fingerprint that is given is the only one trusted, whatever is known", "[tls]") {
  if (!voice::tls::is_available()) return;
  const ScratchDirectory scratch;
  const std::string known = scratch.file("known_servers");
  REQUIRE(add_known(known, "example.org:7443", fingerprint_of(2)));

  Program pinned({"--tls", "--known-servers", known, "--tls-fingerprint",
                  voice::tls::to_string(fingerprint_of(1))});
  REQUIRE(pinned.complaint().empty());
  CHECK(pinned.client.tls != nullptr);
  CHECK(pinned.client.identity.known == fingerprint_of(1));
  CHECK(pinned.client.identity.only_known);
  CHECK(pinned.client.identity.host == "example.org");

  Program usual({"--tls", "--known-servers", known});
  REQUIRE(usual.complaint().empty());
  CHECK(usual.client.identity.known == fingerprint_of(2));
  CHECK_FALSE(usual.client.identity.only_known);
}

TEST_CASE("a server that nobody has confirmed is unknown, and a damaged list is an error",
          "[tls]") {
  if (!voice::tls::is_available()) return;
  const ScratchDirectory scratch;
  Program first({"--tls", "--known-servers", scratch.file("none")});
  CHECK(first.complaint().empty());
  CHECK_FALSE(first.client.identity.known);

  const std::string damaged = scratch.write("known_servers", "example.org:7443 sha256:zz\n");
  Program careful({"--tls", "--known-servers", damaged});
  CHECK(careful.complaint().starts_with("--known-servers: " + damaged));
}

TEST_CASE("files of certificates that are missing or invalid are named with their setting",
          "[tls]") {
  if (!voice::tls::is_available()) return;
  const ScratchDirectory scratch;
  const std::string junk = scratch.write("junk.pem", "not a certificate\n");
  struct Row {
    std::vector<std::string> flags;
    std::string complaint;
  };
  const Row rows[] = {
      {{"--tls-ca", "/nowhere/at/all"}, "--tls-ca: /nowhere/at/all: "},
      {{"--tls-ca", junk}, "--tls-ca: "},
      {{"--tls-certificate", junk}, "tls-certificate and tls-key belong together; set both"},
      {{"--tls-key", junk}, "tls-certificate and tls-key belong together; set both"},
      {{"--tls-certificate", junk, "--tls-key", "/nowhere/at/all"}, "--tls-key: /nowhere/at/all: "},
      {{"--tls-certificate", junk, "--tls-key", junk}, "--tls-certificate: "},
      {{"--tls-ca", scratch.write("long.pem", std::string(1024 * 1024 + 1, 'x'))},
       "--tls-ca: " + scratch.file("long.pem") + ": is longer than 1 MiB"},
  };
  for (Row row : rows) {
    CAPTURE(row.complaint);
    row.flags.insert(row.flags.begin(), "--tls");
    Program program(row.flags);
    CHECK(program.complaint().starts_with(row.complaint));
    CHECK(program.client.tls == nullptr);
  }
}

// The password and the invitation, from the settings and the files that they name.
#include "client/app/secrets.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/scratch_directory.hpp"

#include <string>
#include <utility>
#include <vector>

using namespace voicecli;
using voice::test::ScratchDirectory;

namespace {

/// voicecli that was started with these flags.
struct Program {
  explicit Program(std::vector<std::string> flags, std::string host = "192.0.2.1") {
    flags.insert(flags.begin(), {"voicecli", "--config", "/dev/null"});
    std::vector<const char*> argv;
    for (const std::string& flag : flags) argv.push_back(flag.c_str());
    REQUIRE(options->parse(static_cast<int>(argv.size()), argv.data()));
    client.host = std::move(host);
  }
  /// Why the secrets are refused; empty: they are not.
  std::string complaint() {
    const auto read = read_secrets(client, config, *options);
    if (read) return {};
    CHECK(read.error().code == voice::app::ExitCode::usage);
    return read.error().text;
  }
  [[nodiscard]] const CallOptions& call() const { return client.caller.call; }

  Config config;
  std::unique_ptr<voice::app::Options> options = declare_options(config);
  ClientOptions client;
};

}  // namespace

TEST_CASE("a password is read from its file, for the conference or for an account", "[login]") {
  const ScratchDirectory scratch;
  const std::string file = scratch.write("password", "open sesame\n");
  Program guest({"--password-file", file});
  CHECK(guest.complaint().empty());
  CHECK(guest.call().password == "open sesame");
  CHECK(guest.call().user.empty());

  Program anna({"--user", "anna", "--password-file", file});
  CHECK(anna.complaint().empty());
  CHECK(anna.call().user == "anna");
  CHECK(anna.call().password == "open sesame");
}

TEST_CASE("an invitation is given as it is, or in a file", "[login]") {
  const ScratchDirectory scratch;
  Program direct({"--token", "vi1.a.b"});
  CHECK(direct.complaint().empty());
  CHECK(direct.call().token == "vi1.a.b");
  Program from_file({"--token-file", scratch.write("token", "vi1.c.d\r\nmore\n")});
  CHECK(from_file.complaint().empty());
  CHECK(from_file.call().token == "vi1.c.d");
}

TEST_CASE("settings that exclude each other, or lack another one, are refused", "[login]") {
  const ScratchDirectory scratch;
  const std::string password = scratch.write("password", "secret\n");
  const std::string token = scratch.write("token", "vi1.a.b\n");
  struct Row {
    std::vector<std::string> flags;
    std::string complaint;
  };
  const Row rows[] = {
      {{"--user", "anna"}, "--user: needs the account's password; set password-file"},
      {{"--user", "anna", "--password-file", password, "--token", "vi1.a.b"},
       "--user: an account and an invitation exclude each other; leave out one"},
      {{"--user", "anna", "--token-file", token},
       "--user: an account and an invitation exclude each other; leave out one"},
      {{"--token", "vi1.a.b", "--token-file", token},
       "--token-file: `token` is set as well; leave out one"},
      {{"--token", std::string(513, 'x')}, "--token: is too long for an invitation"},
      {{"--password-file", "/nowhere/at/all"}, "--password-file: /nowhere/at/all: "},
      {{"--token-file", scratch.write("empty", "\n")}, "--token-file: "},
      {{"--token-file", scratch.write("long", std::string(513, 'x'))}, "--token-file: "},
  };
  for (const Row& row : rows) {
    CAPTURE(row.complaint);
    Program program(row.flags);
    CHECK(program.complaint().starts_with(row.complaint));
  }
  Program longest({"--token", std::string(512, 'x')});
  CHECK(longest.complaint().empty());
}

TEST_CASE("secrets may cross a plain connection only to this machine, or if the user says so",
          "[login]") {
  struct Row {
    const char* host;
    bool is_here;
  };
  const Row rows[] = {{"127.0.0.1", true},
                      {"127.200.0.9", true},
                      {"::1", true},
                      {"localhost", true},
                      {"192.0.2.1", false},
                      {"::2", false},
                      {"localhost.example", false},
                      {"127.0.0.1.example", false},
                      {"0.0.0.0", false},
                      {"128.0.0.1", false},
                      {"", false}};
  for (const Row& row : rows) {
    CAPTURE(row.host);
    Program wary({}, row.host);
    CHECK(wary.complaint().empty());
    CHECK(wary.call().may_send_plainly == row.is_here);
    Program bold({"--allow-plaintext-secrets"}, row.host);
    CHECK(bold.complaint().empty());
    CHECK(bold.call().may_send_plainly);
  }
}

TEST_CASE("a proof costs at least what voiced and voicectl ask for", "[login]") {
  // docs/protocol.md §7: 19456 KiB and 2 passes.
  Program program({});
  CHECK(program.complaint().empty());
  CHECK(program.call().proof_cost_min.memory_kib == 19'456);
  CHECK(program.call().proof_cost_min.passes == 2);
}

// Every option that prints and exits, of all three programs, when standard output is a full disk.
#include "tests/integration/voiced_program.hpp"

#include <filesystem>

using namespace voice::test;

namespace {

struct Ended {
  int exit_code = -1;
  std::string err;
};

Ended into_full_disk(const ScratchDirectory& scratch, const std::string& program,
                     const Strings& words) {
  Strings command{"/bin/sh", "-c", "exec \"$@\" >/dev/full", "sh", program};
  command.insert(command.end(), words.begin(), words.end());
  Process process(command, scratch.file("output"));
  return {process.wait().value_or(-1), process.err()};
}

}  // namespace

TEST_CASE("what cannot be printed is not a success", "[integration]") {
  struct Row {
    std::string name, program;
    Strings words;
  };
  const ScratchDirectory scratch;
  const std::string config = scratch.write("voiced.conf", "");
  std::vector<Row> rows{{"voiced", VOICED_PROGRAM, {"--config", config, "--print-config"}},
                        {"voiced", VOICED_PROGRAM, {"--config", config, "--check-config"}},
                        {"voiced", VOICED_PROGRAM, {"--help"}},
                        {"voiced", VOICED_PROGRAM, {"--version"}},
                        {"voicectl", VOICECTL_PROGRAM, {"--help"}},
                        {"voicectl", VOICECTL_PROGRAM, {"--version"}}};
#ifdef VOICECLI_PROGRAM
  rows.push_back({"voicecli", VOICECLI_PROGRAM, {"--print-config"}});
  rows.push_back({"voicecli", VOICECLI_PROGRAM, {"--help"}});
  rows.push_back({"voicecli", VOICECLI_PROGRAM, {"--version"}});
#endif

  for (const Row& row : rows) {
    CAPTURE(row.name, row.words);
    const Ended ended = into_full_disk(scratch, row.program, row.words);
    CHECK(ended.exit_code == 1);
    CHECK(ended.err == row.name + ": cannot write to standard output: No space left on device\n");
  }
}

TEST_CASE("a certificate whose description cannot be printed is made, and exit 1",
          "[integration]") {
  const ScratchDirectory scratch;
  const std::string certificate = scratch.file("c.pem");

  const Ended ended = into_full_disk(
      scratch, VOICED_PROGRAM,
      {"--config", scratch.write("voiced.conf", ""), "--certificate", certificate,
       "--certificate-key", scratch.file("k.pem"), "--make-certificate", "localhost"});

  CHECK(ended.exit_code == 1);
  CAPTURE(ended.err);
  CHECK((std::filesystem::exists(certificate) ||
         ended.err.find("built without TLS") != std::string::npos));
}

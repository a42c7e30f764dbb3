// voicecli with mistakes in what it is told: one line that says where and why, exit 2, and no
// connection made.
#include "tests/integration/voicecli_program.hpp"

using namespace voice::test;

TEST_CASE("a wrong setting of voicecli is reported in one line with its place, and exit 2",
          "[integration][voicecli][config]") {
  const ScratchDirectory scratch;
  const std::string file = scratch.write("bad.conf", "\nvolume = loud\n");
  struct Row {
    Strings flags;
    std::string complaint;
  };
  const std::vector<Row> rows{
      {{"--record", "/nonexistent/a.wav"}, "--record: cannot write '/nonexistent/a.wav'"},
      {{"--output", "/nonexistent/b.wav"}, "--output: cannot write '/nonexistent/b.wav'"},
      {{"--input", "/nonexistent/c.wav"}, "--input: cannot read '/nonexistent/c.wav'"},
      {{"--jitter-depth", "1"}, "--jitter-depth: 1 is out of range; use 0, 2…1000"},
      {{"--config", file}, file + ":2: volume: `loud` is not a number"},
      {{"http://host:7000/"}, "server `http://host:7000/`: this is a URL"},
      {{"user@host"}, "server `user@host`: a host name has only letters"},
      {{"7000"}, "server `7000`: this is a number, not a host"},
      {{"--nonsense"}, "The following argument was not expected: --nonsense"},
  };
  Voiced voiced;
  for (const Row& row : rows) {
    INFO(row.complaint);
    Voicecli client(voiced.port(), row.flags);

    CHECK(client.process().wait() == 2);
    const std::string told = client.process().err();
    CHECK(told.rfind("voicecli: " + row.complaint, 0) == 0);
    CHECK(told.find('\n') == told.size() - 1);
    CHECK(client.process().out().empty());
  }
  CHECK(voiced.log().find("participant joined") == std::string::npos);
}

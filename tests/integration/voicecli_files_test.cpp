// Files that voicecli reads and writes: it never touches one that it has not made, and a named pipe
// is a source like stdin.
#include "tests/integration/voicecli_program.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

using namespace voice::test;

namespace {

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("one file for two purposes is refused before the call, and left as it is",
          "[integration][voicecli]") {
  const ScratchDirectory scratch;
  const std::string speech = scratch.file("speech.wav");
  std::filesystem::copy_file(VOICE_SOURCE_DIR "/tests/demo/speech/anna.wav", speech);
  std::filesystem::create_symlink("speech.wav", scratch.file("soft.wav"));
  std::filesystem::create_hard_link(speech, scratch.file("hard.wav"));
  const std::string before = text_of(speech);
  const std::string both = scratch.file("both.wav");
  const std::vector<Strings> rows{
      {"--input", speech, "--record", speech},
      {"--input", speech, "--record", scratch.file("soft.wav")},
      {"--input", speech, "--record", scratch.file("hard.wav")},
      {"--input", speech, "--output", scratch.file("soft.wav")},
      {"--input", "null", "--output", both, "--record", both},
  };
  Voiced voiced;
  for (const Strings& row : rows) {
    INFO(row.back());
    Voicecli client(voiced.port(), row);

    CHECK(client.process().wait() == 2);
    CHECK(client.process().err().find("; give another path") != std::string::npos);
  }
  CHECK(text_of(speech) == before);
  CHECK_FALSE(std::filesystem::exists(both));
}

TEST_CASE("a server that comes back at another rate loses nothing of the recording",
          "[integration][voicecli]") {
  const ScratchDirectory scratch;
  const std::string record = scratch.file("CALL.WAV");
  const std::string precious = scratch.write("CALL-2.WAV", "precious");
  const std::uint16_t port = quiet_port();
  auto voiced = std::make_unique<Voiced>(Strings{}, port);
  Voicecli client(port, {"--input", "null", "--output", "null", "--record", record});
  REQUIRE(client.connects());
  REQUIRE(client.goes_on());

  const std::size_t before = client.process().out().size();
  CHECK(voiced->stop(SIGTERM) == 0);
  voiced.reset();
  voiced = std::make_unique<Voiced>(Strings{"--sample-rate", "16000"}, port);
  CHECK(client.process().prints(R"("event":"recording")", before));
  CHECK(client.goes_on());
  CHECK(client.quit() == 0);

  const Wav first = read_wav(record);
  CHECK(first.rate_hz == 8000);
  CHECK(first.samples.size() >= 1600);
  const Wav second = read_wav(scratch.file("CALL-3.WAV"));
  CHECK(second.rate_hz == 16000);
  CHECK_FALSE(second.samples.empty());
  CHECK(text_of(precious) == "precious");
}

TEST_CASE(
    "a named pipe is heard like stdin: its writer may come during the call, and its end does not "
    "end the call",
    "[integration][voicecli]") {
  const ScratchDirectory scratch;
  const std::string pipe = scratch.file("pipe.wav");
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  Voiced voiced;
  Voicecli client(voiced.port(), {"--input", pipe, "--output", "null"});
  REQUIRE(client.connects());
  REQUIRE(client.goes_on());
  CHECK(client.statistic("frames_sent") == 0);

  const int writer = open(pipe.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
  REQUIRE(writer >= 0);  // there is a reader already
  const std::array<std::int16_t, 8000> second{};
  REQUIRE(write(writer, second.data(), sizeof second) == static_cast<ssize_t>(sizeof second));
  close(writer);

  CHECK(client.process().prints(R"("state":"ended")"));
  CHECK(client.goes_on());
  // What the pipe held is sent at the pace of a microphone.
  CHECK(client.goes_on());
  CHECK(client.statistic("frames_sent") == 50);
  CHECK(client.quit() == 0);
}

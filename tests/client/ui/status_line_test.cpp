#include "client/ui/status_line.hpp"

#include "tests/support/catch.hpp"

using namespace voicecli;
using namespace std::chrono_literals;

namespace {

Status talking() {
  Status status;
  status.connected = true;
  status.server = "example.org:7000";
  status.rate_hz = 8000;
  status.voice1 = true;
  status.microphone_open = true;
  status.call.microphone_dbfs = -18.0;
  status.call.loudspeaker_dbfs = -30.0;
  status.call.jitter_fill_packets = 3;
  status.call.jitter_depth_packets = 8;
  status.call.round_trip = 12ms;
  status.delay.server = 30ms;
  status.delay.loudspeaker = 44ms;
  return status;
}

std::string line(const Status& status, std::size_t width) {
  return status_line(status, {width, false});
}

}  // namespace

TEST_CASE("on a common terminal the line is as documented", "[status_line]") {
  CHECK(line(talking(), 80) ==
        "mic [#####   ] -18 dB  jitter [###|  ] 3/8  rtt 12 ms  delay 74 ms  lost 0");
}

TEST_CASE("for an adaptive playout the line shows what is held, and what is wanted",
          "[status_line]") {
  Status status = talking();
  status.call.jitter_mode = voice::JitterMode::adaptive;
  status.call.jitter_fill = 42ms;
  status.call.jitter_target = 40ms;

  CHECK(line(status, 120) ==
        "mic [#####   ] -18 dB  spk [###     ] -30 dB  playout 42/40 ms  rtt 12 ms  "
        "delay 74 ms  lost 0");
}

TEST_CASE("a wide terminal also shows the loudspeaker", "[status_line]") {
  CHECK(line(talking(), 120) ==
        "mic [#####   ] -18 dB  spk [###     ] -30 dB  jitter [###|  ] 3/8  rtt 12 ms  "
        "delay 74 ms  lost 0");
}

TEST_CASE("where there is room the line shows how much of the echo is removed", "[status_line]") {
  Status status = talking();
  status.echo_reduction_db = 31.4;
  CHECK(line(status, 120) ==
        "mic [#####   ] -18 dB  spk [###     ] -30 dB  echo -31 dB  jitter [###|  ] 3/8  "
        "rtt 12 ms  delay 74 ms  lost 0");
  CHECK(line(status, 80).find("echo") == std::string::npos);
  status.echo_reduction_db = -3;
  CHECK(line(status, 120).find("echo -0 dB") != std::string::npos);
}

TEST_CASE("no delay is shown while nothing waits to be played", "[status_line]") {
  Status status = talking();
  status.call.jitter_fill_packets = 0;
  CHECK(line(status, 80).find("delay") == std::string::npos);
}

TEST_CASE("a narrow terminal leaves out what matters least and never wraps", "[status_line]") {
  struct Row {
    std::size_t width;
    const char* line;
  };
  const auto row = GENERATE(values<Row>(
      {{75, "mic [#####   ] -18 dB  jitter [###|  ] 3/8  rtt 12 ms  delay 74 ms  lost 0"},
       {74, "mic [#####   ] -18 dB  jitter [###|  ] 3/8  rtt 12 ms  delay 74 ms"},
       {60, "mic [#####   ] -18 dB  jitter [###|  ] 3/8  delay 74 ms"},
       {50, "mic [#####   ] -18 dB  jitter [###|  ] 3/8"},
       {40, "mic [#####   ] -18 dB"},
       {10, "mic [####"},
       {1, ""},
       {0, ""}}));
  INFO(row.width);
  CHECK(line(talking(), row.width) == row.line);
}

TEST_CASE("no width makes the line longer than the terminal", "[status_line]") {
  Status status = talking();
  status.muted_by_server = {true, true};
  status.controls.volume_db = -6;
  const bool connected = GENERATE(true, false);
  status.connected = connected;

  for (std::size_t width = 1; width < 200; ++width) {
    INFO(width);
    CHECK(line(status, width).size() < width);
  }
}

TEST_CASE("a closed microphone says why, and its level is still shown", "[status_line]") {
  Status status = talking();
  status.microphone_open = false;

  status.controls.push_to_talk = true;
  CHECK(line(status, 40) == "mic [hold sp] -18 dB");
  status.controls.microphone_muted = true;
  CHECK(line(status, 40) == "mic [ muted  ] -18 dB");
}

TEST_CASE("what the user must know is shown before anything else", "[status_line]") {
  Status status = talking();
  status.controls.loudspeaker_muted = true;
  CHECK(line(status, 40) == "mic [#####   ] -18 dB  deaf");

  status.muted_by_server.microphone = true;
  CHECK(line(status, 60) == "mic [#####   ] -18 dB  muted by server  deaf");
  status.controls.loudspeaker_muted = false;
  status.muted_by_server = {false, true};
  CHECK(line(status, 40) == "mic [#####   ] -18 dB  deaf by server");
}

TEST_CASE("without a connection the line names the server", "[status_line]") {
  Status status = talking();
  status.connected = false;
  CHECK(line(status, 80) ==
        "mic [#####   ] -18 dB  spk [###     ] -30 dB  not connected to example.org:7000");
}

TEST_CASE("a classic server has neither round trip nor losses", "[status_line]") {
  Status status = talking();
  status.voice1 = false;
  status.call.round_trip.reset();
  CHECK(line(status, 75) == "mic [#####   ] -18 dB  jitter [###|  ] 3/8  delay 74 ms");
}

TEST_CASE("a round trip below a millisecond and a changed volume are shown", "[status_line]") {
  Status status = talking();
  status.call.round_trip = 200us;
  status.controls.volume_db = 6;
  CHECK(line(status, 90) ==
        "mic [#####   ] -18 dB  vol +6  jitter [###|  ] 3/8  rtt <1 ms  delay 74 ms  lost 0");
}

TEST_CASE("colour adds escapes and not a column", "[status_line]") {
  const Status status = talking();

  std::string colored = status_line(status, {80, true});
  CHECK(colored.starts_with("\x1b[32mmic [#####   ] -18 dB\x1b[0m"));
  for (std::size_t at = 0; (at = colored.find('\x1b')) != std::string::npos;) {
    colored.erase(at, colored.find('m', at) - at + 1);
  }
  CHECK(colored == line(status, 80));
}

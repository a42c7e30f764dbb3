// Events and statistics as text and as JSON.
#include "client/ui/device_list.hpp"
#include "client/ui/event_text.hpp"
#include "client/ui/json_line.hpp"

#include "tests/support/catch.hpp"

using namespace voicecli;
using namespace std::chrono_literals;

namespace {

EventLine connected() {
  return {"connected",
          {{"server", std::string{"host:7000"}},
           {"rate_hz", std::int64_t{8000}},
           {"name", std::string{"Anna B"}},
           {"gain", 1.5},
           {"muted", true}},
          voice::TimePoint{1234567us}};
}

}  // namespace

TEST_CASE("an event is one JSON object with its time in milliseconds", "[json]") {
  CHECK(json_of(connected()) ==
        R"({"event":"connected","type":"event","monotonic_ms":1234.567,"server":"host:7000",)"
        R"("rate_hz":8000,"name":"Anna B","gain":1.500,"muted":true})");
}

TEST_CASE("whatever a server sends, JSON stays JSON", "[json]") {
  const EventLine event{"bye", {{"reason", std::string{"a\"b\\c\nd\x01\xff\xc3\xa4"}}}, {}};
  CHECK(json_of(event) ==
        "{\"event\":\"bye\",\"type\":\"event\",\"monotonic_ms\":0.000,"
        "\"reason\":\"a\\\"b\\\\cd\xc3\xa4\"}");
}

TEST_CASE("statistics name every figure, with null for a round trip that is not known", "[json]") {
  Status status;
  status.connected = true;
  status.server = "host:7000";
  status.voice1 = true;
  status.call.jitter_fill_packets = 3;
  status.call.jitter_depth_packets = 6;
  status.call.playout.lost = 7;
  status.call.jitter_target = 40ms;
  status.call.playout_times.concealed = 12500us;
  status.delay = {1ms, 2ms, 3ms, 4ms, 12ms, 21ms, 10ms, 15ms, 6500us, true};

  std::string json = json_of(status, voice::TimePoint{2s});
  CHECK(json.starts_with(R"({"type":"stats","monotonic_ms":2000.000,"state":"connected",)"));
  CHECK(json.find(R"("rtt_ms":null,"delay_ms":74.500,"delay_microphone_ms":1.000,)"
                  R"("delay_voice_ms":2.000,"delay_smoother_ms":3.000,"delay_outbox_ms":4.000,)"
                  R"("delay_network_ms":12.000,"delay_server_ms":21.000,"delay_server_told":true,)"
                  R"("delay_tick_ms":10.000,"delay_playout_ms":15.000,)"
                  R"("delay_loudspeaker_ms":6.500,)") != std::string::npos);
  CHECK(json.find(R"("jitter_fill_packets":3,"jitter_depth_packets":6,)") != std::string::npos);
  CHECK(json.find(R"("lost":7,)") != std::string::npos);
  CHECK(json.find(R"("playout_target_ms":40.000,)") != std::string::npos);
  CHECK(json.find(R"("concealed_ms":12.500,)") != std::string::npos);

  status.call.round_trip = 250us;
  json = json_of(status, voice::TimePoint{2s});
  CHECK(json.find(R"("rtt_ms":0.250,)") != std::string::npos);
}

TEST_CASE("statistics show what is done to the voice, and how much of the echo is gone", "[json]") {
  Status status;
  CHECK(json_of(status, {}).find(R"("noise_suppression":false,"auto_gain":false,"erle_db":null)") !=
        std::string::npos);
  status.echo_cancel = status.noise_suppression = true;
  status.echo_reduction_db = 31.5;
  const std::string json = json_of(status, {});
  CHECK(json.find(R"("echo_cancel":true,"noise_suppression":true,"auto_gain":false,)") !=
        std::string::npos);
  CHECK(json.find(R"("erle_db":31.5)") != std::string::npos);
}

TEST_CASE("statistics name the codec and its bit rate, and the line only a codec other than µ-law",
          "[json]") {
  Status status;
  status.connected = true;
  std::string json = json_of(status, voice::TimePoint{2s});
  CHECK(json.find(R"("codec":"pcmu","bitrate_kbits":null,)") != std::string::npos);
  CHECK(text_of(status).find("pcmu") == std::string::npos);

  status.call.codec = voice::CodecId::opus;
  status.call.opus_kbits = 24;
  json = json_of(status, voice::TimePoint{2s});
  CHECK(json.find(R"("codec":"opus","bitrate_kbits":24,)") != std::string::npos);
  CHECK(text_of(status).find("opus 24 kbit/s") != std::string::npos);

  status.call.codec = voice::CodecId::l16;
  status.call.opus_kbits = 0;
  CHECK(text_of(status).find("l16") != std::string::npos);
  CHECK(text_of(status).find("kbit/s") == std::string::npos);
}

TEST_CASE("the longest statistics fit into what a pipe takes at once", "[json]") {
  Status status;
  status.server = std::string(255, 'x') + ":65535";
  status.name = std::string(200, '"');
  status.call.frames_sent = UINT64_MAX;
  status.call.playout.lost = UINT64_MAX;
  CHECK(json_of(status, voice::TimePoint::max()).size() < 4096);
}

TEST_CASE("an event is one line of text", "[event_text]") {
  CHECK(text_of(connected()) ==
        "connected server=host:7000 rate_hz=8000 name=\"Anna B\" gain=1.5 muted=yes");
  CHECK(text_of(EventLine{"first_audio_sent", {}, {}}) == "first audio sent");
  CHECK(text_of(line_of({event::ServerSilent{}, {}})) == "server silent");
  CHECK(text_of(line_of({event::ServerHeard{}, {}})) == "server heard");
}

TEST_CASE("whatever a server sends, a line stays one harmless line", "[event_text]") {
  const EventLine event{
      "bye", {{"reason", std::string{"x\x1b[2J\r\ny\"z"}}, {"code", std::string{}}}, {}};
  CHECK(text_of(event) == R"(bye reason="x[2Jy\"z" code="")");
}

TEST_CASE("sound cards are listed for people and for programs", "[device_list]") {
  const std::vector<voice::SoundCardInfo> cards{
      {0, "HDA Intel", "ALSA", 2, 8, 44100.0, true, false},
      {1, "Pulse", "ALSA", 0, 32, 48000.0, false, true, "sink.1"}};

  CHECK(device_table(cards) ==
        "index  name         in   out   rate Hz  system\n"
        "    0  HDA Intel    2*     8     44100  ALSA\n"
        "    1  Pulse         -   32*     48000  ALSA\n"
        "* default; --input and --output take an index, a name or a part of it\n");
  CHECK(device_json(cards).starts_with(
      R"({"index":0,"name":"HDA Intel","host_api":"ALSA","input_channels_max":2,)"));
  CHECK(device_json(cards).ends_with(R"("is_default_output":true,"id":"sink.1"})"
                                     "\n"));
  CHECK(device_table({}) == "no sound cards\n");
  CHECK(device_json({}).empty());
}

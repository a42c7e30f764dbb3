#include "tests/support/pulse_audio.hpp"

#include "tests/support/shell.hpp"

#include <cstdlib>
#include <fstream>
#include <stdexcept>

#ifdef __SANITIZE_THREAD__
// The sound libraries are not built with ThreadSanitizer, so it does not see how they synchronise
// their threads. fake_card_tests checks what the callback itself shares with the call, without
// them.
#define SUPPRESSED_RACES "race:libpulse\nrace:libasound\nrace:libportaudio\n"
extern "C" const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions() {
  return SUPPRESSED_RACES;
}
#endif

namespace voice::test {
namespace {

const std::string script = std::string(VOICE_SOURCE_DIR) + "/tests/support/pulse_audio.sh";

std::string raw_format(AudioFormat format) {
  return " --raw --format=s16le --channels=1 --rate=" + std::to_string(format.rate_hz()) + " ";
}

}  // namespace

std::string PulseAudio::missing() {
  const Output output = output_of(script + " check 2>&1");
  if (output.exit_code == 0) return "";
  constexpr int skipped = 77;
  if (output.exit_code == skipped) return output.text;
  throw std::runtime_error(output.text);
}

PulseAudio::PulseAudio(AudioFormat format) : format_(format) {
  start();
  const std::string lines = output_of(script + " env " + folder_.file("pulse")).text;
  for (std::size_t at = 0; at < lines.size();) {
    const std::size_t end = lines.find('\n', at);
    const std::string line = lines.substr(at, end - at);
    const std::size_t equals = line.find('=');
    setenv(line.substr(0, equals).c_str(), line.substr(equals + 1).c_str(), 1);
    at = end + 1;
  }
#ifdef SUPPRESSED_RACES
  // The same for programs that the test starts.
  const std::string file = folder_.file("suppressions");
  std::ofstream(file) << SUPPRESSED_RACES;
  setenv("TSAN_OPTIONS", ("suppressions=" + file).c_str(), 1);
#endif
}

PulseAudio::~PulseAudio() {
  static_cast<void>(output_of(script + " stop " + folder_.file("pulse")));
}

void PulseAudio::run(const std::string& verb, const std::string& arguments) {
  const Output output =
      output_of(script + " " + verb + " " + folder_.file("pulse") + " " + arguments + " 2>&1");
  if (output.exit_code != 0) throw std::runtime_error(output.text);
}

void PulseAudio::start() {
  run("start", std::to_string(format_.rate_hz()));
}
void PulseAudio::kill() {
  run("kill");
}
void PulseAudio::plug(const std::string& sink) {
  run("plug", sink);
}
void PulseAudio::unplug(const std::string& sink) {
  run("unplug", sink);
}
void PulseAudio::prefer(const std::string& source) {
  run("prefer", source);
}
void PulseAudio::stall() {
  run("stall");
}
void PulseAudio::resume() {
  run("resume");
}

std::future<void> PulseAudio::speak(std::vector<std::int16_t> pcm) {
  const std::string file = folder_.file("speech.raw");
  std::ofstream out(file, std::ios::binary);
  out.write(reinterpret_cast<const char*>(pcm.data()),
            static_cast<std::streamsize>(pcm.size() * 2));
  out.close();
  const std::string command = "paplay -d mic" + raw_format(format_) + file;
  return std::async(std::launch::async, [command] { static_cast<void>(output_of(command)); });
}

std::future<std::vector<std::int16_t>> PulseAudio::listen(std::size_t samples) {
  const std::string command = "parec -d spk.monitor --latency-msec=50" + raw_format(format_) +
                              "2>/dev/null | head -c " + std::to_string(samples * 2);
  return std::async(std::launch::async, [command] {
    const std::string bytes = output_of(command).text;
    std::vector<std::int16_t> pcm;
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
      const auto low = static_cast<std::uint8_t>(bytes[i]);
      const auto high = static_cast<std::uint8_t>(bytes[i + 1]);
      pcm.push_back(static_cast<std::int16_t>(static_cast<std::uint16_t>(low | (high << 8))));
    }
    return pcm;
  });
}

}  // namespace voice::test

// call_report: checks the recordings of a call, and prints what it found. Reads SPEECH/NAME.wav
// (what NAME said), CALL/NAME.wav (what NAME heard) and CALL/NAME.jsonl (its `voicecli --json`
// events, for the delay). Exit 0: everyone heard everyone but themselves, complete and on time. 1:
// not so. 2: wrong usage or unreadable files.
#include "tests/demo/call_report.hpp"
#include "tests/demo/events.hpp"
#include "tests/demo/waveform_picture.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>

namespace {

using voice::demo::Recording;
using voice::demo::Sound;
using voice::demo::Speech;

struct Arguments {
  std::string speech_dir;
  std::string call_dir;
  std::vector<std::string> speakers;
  std::vector<std::string> listeners;
  voice::demo::Limits limits;
  bool needs_delay = false;
};

Sound read_or_exit(const std::string& path) {
  auto sound = voice::demo::read_sound(path);
  if (sound && !sound->samples.empty()) return std::move(*sound);
  std::cerr << "call_report: " << (sound ? path + ": holds no sound" : sound.error()) << '\n';
  std::exit(2);
}

std::optional<double> event_ms(const Arguments& arguments, const std::string& name,
                               std::string_view event) {
  std::ostringstream text;
  text << std::ifstream(arguments.call_dir + "/" + name + ".jsonl").rdbuf();
  return voice::demo::monotonic_ms_of(text.str(), event);
}

// Draws what the last of them heard, a pure listener if there is one; lanes end with a name.
void draw(const std::vector<Speech>& speeches, const Recording& recording,
          const std::vector<voice::demo::Pair>& pairs) {
  voice::demo::Paper paper = voice::demo::paper_of_this_terminal();
  std::size_t longest = 0;
  for (const Speech& speech : speeches) longest = std::max(longest, speech.name.size());
  paper.columns = std::max(20, paper.columns - static_cast<int>(longest) - 1);

  const std::size_t length = recording.sound.samples.size();
  std::cout << "\nWhat " << recording.name << " heard in "
            << std::lround(static_cast<double>(length) / recording.sound.rate_hz)
            << " s, and who spoke when:\n"
            << voice::demo::draw_envelope(recording.sound.samples, paper, 3);
  for (std::size_t i = 0; i < speeches.size(); ++i) {
    if (!pairs[i].heard.present) continue;
    std::cout << voice::demo::draw_lane(speeches[i].sound.samples, pairs[i].heard.lag, length,
                                        paper)
              << ' ' << speeches[i].name << '\n';
  }
}

int report(const Arguments& arguments) {
  std::vector<Speech> speeches;
  std::vector<Recording> recordings;
  voice::demo::SentTimes sent;
  for (const std::string& name : arguments.speakers) {
    speeches.push_back({name, read_or_exit(arguments.speech_dir + "/" + name + ".wav")});
    sent.push_back(event_ms(arguments, name, "first_audio_sent"));
  }
  std::vector<std::string> everyone = arguments.speakers;
  everyone.insert(everyone.end(), arguments.listeners.begin(), arguments.listeners.end());
  for (const std::string& name : everyone) {
    recordings.push_back({name, read_or_exit(arguments.call_dir + "/" + name + ".wav"),
                          event_ms(arguments, name, "first_audio_heard")});
    if (recordings.back().sound.rate_hz == speeches.front().sound.rate_hz) continue;
    std::cerr << "call_report: " << name << ".wav has another rate than the speech\n";
    return 2;
  }

  auto verdict = voice::demo::judge_call(speeches, sent, recordings, arguments.limits);
  std::cout << voice::demo::table(verdict, speeches, recordings);
  draw(speeches, recordings.back(), verdict.pairs.back());
  std::cout << '\n';
  if (verdict.delay_ms) {
    std::cout << "Added delay, first sample sent to first sample heard: "
              << std::lround(*verdict.delay_ms) << " ms (median; limit "
              << arguments.limits.delay_ms_max << " ms)\n";
  } else if (arguments.needs_delay) {
    verdict.complaints.emplace_back("no delay could be measured: events are missing");
  }
  for (const std::string& complaint : verdict.complaints)
    std::cout << "NOT OK: " << complaint << '\n';
  if (verdict.complaints.empty())
    std::cout << "OK: everyone heard everyone, and nobody themselves.\n";
  return verdict.complaints.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app(
      "Checks the recordings of a call: who was heard by whom, how loud, how late, how whole.");
  app.add_option("--speech", arguments.speech_dir,
                 "directory with NAME.wav, what each speaker said")
      ->required();
  app.add_option("--call", arguments.call_dir,
                 "directory with NAME.wav, heard, and NAME.jsonl, events")
      ->required();
  app.add_option("--speaker", arguments.speakers, "a speaker's name; repeat")->required();
  app.add_option("--listener", arguments.listeners, "one who only listens; repeat");
  app.add_option("--delay-ms-max", arguments.limits.delay_ms_max, "longest delay that is fine")
      ->capture_default_str();
  app.add_flag("--needs-delay", arguments.needs_delay,
               "a delay that cannot be measured is a fault");
  app.add_option("--gap-ms-max", arguments.limits.gap_ms_max, "longest sum of gaps that is fine")
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  return report(arguments);
}

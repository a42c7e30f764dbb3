// What the machine does to its programs: the sound server dies, the disk is full, somebody sets the
// clock.
#include "tests/integration/faults.hpp"
#include "tests/support/mount_namespace.hpp"
#include "tests/support/pulse_audio.hpp"
#include "tests/support/shell.hpp"

#include <cstdlib>
#include <ctime>
#include <iomanip>
#include <memory>
#include <optional>

using namespace voice::test;

namespace {

/// The wall clock of the programs that are started while this exists
/// (tests/support/clock_shim.cpp).
class WallClock {
 public:
  WallClock() {
    set_off_by(std::chrono::hours{0});
    ::setenv("VOICE_TEST_CLOCK", file_.c_str(), 1);
#ifdef VOICE_CLOCK_SHIM
    ::setenv("LD_PRELOAD", VOICE_CLOCK_SHIM, 1);
#endif
  }
  ~WallClock() {
    started();
  }
  WallClock(const WallClock&) = delete;
  WallClock& operator=(const WallClock&) = delete;

  /// Programs started from now on keep the real time of day.
  void started() {
    ::unsetenv("LD_PRELOAD");
    ::unsetenv("VOICE_TEST_CLOCK");
  }

  /// Makes the clocks of the programs jump now.
  void set_off_by(std::chrono::seconds offset) {
    // In place: the programs have mapped this very file.
    std::fstream file(file_, std::ios::binary | std::ios::in | std::ios::out);
    if (!file) file.open(file_, std::ios::binary | std::ios::out);
    const std::int64_t seconds = offset.count();
    file.write(reinterpret_cast<const char*>(&seconds), sizeof seconds);
    file.close();
    REQUIRE(file);
  }

 private:
  ScratchDirectory scratch_;
  std::string file_ = scratch_.file("offset");
};

#ifdef VOICE_CLOCK_SHIM
/// The time of day with which the server logs something now, in seconds.
std::time_t time_in_log(Voiced& voiced) {
  const std::size_t before = voiced.log().size();
  REQUIRE(voiced.statistic("participants") >= 0);
  const std::string log = voiced.log();
  const auto line = log.rfind('\n', log.find("statistics participants=", before)) + 1;
  std::tm time{};
  std::istringstream text(log.substr(line, 19));
  text >> std::get_time(&time, "%Y-%m-%dT%H:%M:%S");
  REQUIRE(text);
  return ::timegm(&time);
}
#endif

/// Words that run the command after them with a disk of 64 KiB at `folder`, which nobody else sees.
Strings on_a_small_disk(const std::string& folder) {
  return in_own_mounts("mount -t tmpfs -o size=64k none \"$0\"", {folder});
}

}  // namespace

TEST_CASE("a sound server that dies and comes back is noticed by its own listener only",
          "[integration][faults][sound]") {
  if (const std::string why = PulseAudio::missing(); !why.empty()) {
    WARN(why);
    return;
  }
  PulseAudio pulse(*voice::AudioFormat::from_rate(8000));
  Voiced voiced(patient_in());
  // The microphone of this sound server is silent.
  Voicecli caller(voiced.port(), {"--name", "Caller"});
  REQUIRE(caller.connects());
  CHECK(caller.process().prints(R"("device":"input","state":"running")"));
  CHECK(caller.process().prints(R"("device":"output","state":"running")"));
  Witnesses witnesses(voiced);
  witnesses.speak(100);
  HeldBy server("voiced", voiced.process()), client("voicecli", caller.process());
  const auto says = [&](const std::string& text, std::size_t from) {
    return witnesses.speak_until(
        [&] { return caller.process().out().find(text, from) != std::string::npos; });
  };

  const int deaths = full_faults() ? 5 : 1;
  double noticed_ms = 0, running_ms = 0;
  for (int i = 0; i < deaths; ++i) {
    const std::size_t before = caller.process().out().size();
    const double killed_ms = monotonic_ms();
    pulse.kill();
    CHECK(says(R"("state":"waiting")", before));
    noticed_ms = std::max(noticed_ms, monotonic_ms() - killed_ms);
    const std::size_t gone = caller.process().out().size();
    pulse.start();
    const double started_ms = monotonic_ms();
    CHECK(says(R"("device":"input","state":"running")", gone));
    CHECK(says(R"("device":"output","state":"running")", gone));
    running_ms = std::max(running_ms, monotonic_ms() - started_ms);
    CHECK_FALSE(caller.event_ms("disconnected", before));
  }
  witnesses.speak(100);

  CHECK(voiced.statistic("participants") == 3);
  witnesses.check_nothing_is_missing();
  server.check_is_as_before();
  client.check_is_as_before();
  report("sound server killed under voicecli, " + std::to_string(deaths) + " times",
         "noticed after " + std::to_string(std::lround(noticed_ms)) + " ms, both devices running " +
             std::to_string(std::lround(running_ms)) +
             " ms after it was back, at most; others: " + std::to_string(witnesses.said().size()) +
             " frames, none missing; " + server.told() + "; " + client.told());
  CHECK(caller.quit() == 0);
}

TEST_CASE("a full disk ends a recording, which is reported, and not the call",
          "[integration][faults]") {
  const ScratchDirectory scratch, folder;
  const std::string disk = folder.file("");
  if (const std::string why = why_no_own_mounts(disk); !why.empty()) {
    WARN(why);
    return;
  }
  const std::uint16_t port = quiet_port();
  auto voiced = std::make_unique<Voiced>(patient_in(), port);
  Voicecli client(port,
                  {"--input", file_of_silence(scratch, 200), "--output", "null", "--record",
                   folder.file("call.wav")},
                  on_a_small_disk(disk));
  REQUIRE(client.connects());
  Witnesses witnesses(*voiced);
  witnesses.speak(60);
  HeldBy server("voiced", voiced->process());

  // 64 KiB hold four seconds.
  CHECK(witnesses.speak_until([&] { return client.event_ms("recording_failed", 0).has_value(); }));
  const long received = client.statistic("packets_received");
  CHECK(witnesses.speak_until(
      [&] { return client.statistic("packets_received") >= received + 100; }));
  CHECK(client.told().find("No space left on device") != std::string::npos);
  CHECK_FALSE(client.event_ms("disconnected", 0));
  CHECK(voiced->statistic("participants") == 3);
  witnesses.check_nothing_is_missing();
  server.check_is_as_before();
  const Wav recorded = read_wav("/proc/" + std::to_string(client.process().pid()) + "/root" +
                                folder.file("call.wav"));
  CHECK(recorded.samples.size() > 3 * 8000);
  CHECK(holds(recorded, witnesses, 0));
  const std::string others =
      std::to_string(witnesses.said().size()) + " frames, none missing; " + server.told();

  // Another rate needs another file, for which there is no room either.
  const std::size_t before = client.process().out().size();
  CHECK(voiced->stop(SIGTERM) == 0);
  voiced.reset();
  voiced = std::make_unique<Voiced>(patient_in({"--sample-rate", "16000"}), port);
  CHECK(client.process().prints(R"("event":"connected")", before));
  CHECK(client.process().prints(R"("event":"recording_failed")", before));
  CHECK(client.goes_on());
  CHECK(voiced->statistic("participants") == 1);

  CHECK(client.quit() == 1);
  report("disk full under --record",
         "told, call went on, also over a reconnect at another rate; the file holds the first " +
             std::to_string(recorded.samples.size() / 8) + " ms; exit code 1; others: " + others);
}

TEST_CASE("a loudspeaker that is a file on a full disk ends with exit code 5, for its owner alone",
          "[integration][faults]") {
  const ScratchDirectory folder;
  if (const std::string why = why_no_own_mounts(folder.file("")); !why.empty()) {
    WARN(why);
    return;
  }
  Voiced voiced(patient_in());
  Voicecli client(voiced.port(), {"--input", "null", "--output", folder.file("call.wav")},
                  on_a_small_disk(folder.file("")));
  REQUIRE(client.connects());
  Witnesses witnesses(voiced);
  witnesses.speak(60);
  HeldBy server("voiced", voiced.process());

  CHECK(witnesses.speak_until([&] { return client.process().exit_code().has_value(); }));

  CHECK(client.process().exit_code() == 5);
  CHECK(client.told().find("No space left on device") != std::string::npos);
  witnesses.check_nothing_is_missing();
  CHECK(voiced.log().find("reason=bye") != std::string::npos);
}

#ifdef VOICE_CLOCK_SHIM
TEST_CASE("a clock set back and forward changes nothing but the times in the log",
          "[integration][faults]") {
  constexpr std::chrono::seconds timed_duration{6};
  const ScratchDirectory scratch;
  // With sound cards, where there are any: they have clocks of their own.
  std::optional<PulseAudio> pulse;
  if (PulseAudio::missing().empty()) pulse.emplace(*voice::AudioFormat::from_rate(8000));
  const Strings devices{"--input", file_of_silence(scratch, 200), "--output", "null"};
  WallClock clock;
  Voiced voiced(patient_in({"--stall-limit-s", "2"}));
  Voicecli client(voiced.port(), pulse ? Strings{} : devices);
  REQUIRE(client.connects());
  CHECK(client.process().prints(R"("device":"input","state":"running")"));
  CHECK(client.process().prints(R"("device":"output","state":"running")"));
  const std::size_t running = client.process().out().size();
  TcpPeer silent = join(voiced);
  Witnesses witnesses(voiced);
  witnesses.speak(60);
  HeldBy server("voiced", voiced.process()), caller("voicecli", client.process());
  const double begin_ms = monotonic_ms();
  Voicecli timed(voiced.port(), {"--input", "null", "--output", "null", "--duration",
                                 std::to_string(timed_duration.count())});
  clock.started();
  REQUIRE(witnesses.speak_until([&] { return timed.event_ms("connected", 0).has_value(); }));

  const std::time_t real = time_in_log(voiced);
  const long gap = client.statistic("loudspeaker_gap_samples");
  for (const int hours : {-1, 1, 0}) {
    INFO("set off by " << hours << " hours");
    clock.set_off_by(std::chrono::hours{hours});
    // The jump has reached the program …
    const std::time_t off = time_in_log(voiced) - real - std::time_t{hours} * 3600;
    CHECK(off >= 0);
    CHECK(off < 600);
    // … but nothing that waits or measures.
    const long received = client.statistic("packets_received");
    CHECK(witnesses.speak_until(
        [&] { return client.statistic("packets_received") >= received + 75; }));
  }
  CHECK(witnesses.speak_until([&] { return timed.process().exit_code().has_value(); }));
  const double took_ms = monotonic_ms() - begin_ms;

  CHECK(timed.process().exit_code() == 0);
  CHECK(took_ms >= std::chrono::duration<double, std::milli>(timed_duration).count());
  CHECK_FALSE(client.event_ms("disconnected", 0));
  CHECK_FALSE(client.event_ms("sound", running));
  CHECK(witnesses.speak_until([&] { return voiced.statistic("participants") == 4; }));
  silent.receive();
  CHECK(silent.end() == End::none);
  witnesses.check_nothing_is_missing();
  server.check_is_as_before();
  caller.check_is_as_before();
  report("clock set back by 1 h, forward by 2 h, and right again",
         "nobody left; --duration 6 ended after " + std::to_string(std::lround(took_ms)) +
             " ms; the loudspeaker lacked " +
             std::to_string(client.statistic("loudspeaker_gap_samples") - gap) +
             " samples; others: " + std::to_string(witnesses.said().size()) +
             " frames, none missing; " + server.told() + "; " + caller.told());
  CHECK(client.quit() == 0);
}
#endif

// The real programs stopped, continued and killed in the middle of a call.
#include "tests/integration/faults.hpp"
#include "tests/support/stall_meter.hpp"

#include <memory>

using namespace voice::test;

namespace {

Strings silent_speaker(const ScratchDirectory& scratch, const Strings& more = {}) {
  Strings flags{"--input", file_of_silence(scratch, 200), "--output", "null"};
  flags.insert(flags.end(), more.begin(), more.end());
  return flags;
}

/// How many frames late the witnesses hear now, measured at the last frame heard that was said.
/// After it there may be frames that conceal a gap, if this machine had a hiccup.
std::size_t frames_behind(const Witnesses& witnesses) {
  const auto& heard = witnesses.heard();
  for (auto last = heard.rbegin(); last != heard.rend(); ++last) {
    if (const auto frame = witnesses.frame_of(*last)) return witnesses.said().size() - *frame;
  }
  FAIL("none of the " << heard.size() << " frames heard was said");
  return 0;
}

/// Whether the last second heard is a second that was said, frame after frame.
bool hears_whole(const Witnesses& witnesses) {
  constexpr std::size_t frames = 50;
  const auto& heard = witnesses.heard();
  if (heard.size() < frames) return false;
  const auto first = witnesses.frame_of(heard[heard.size() - frames]);
  if (!first || *first + frames > witnesses.said().size()) return false;
  return std::equal(heard.end() - frames, heard.end(),
                    witnesses.said().begin() + static_cast<std::ptrdiff_t>(*first));
}

}  // namespace

TEST_CASE("a client that is stopped costs nobody anything, and is back in the call afterwards",
          "[integration][faults]") {
  const ScratchDirectory scratch;
  const std::string recording = scratch.file("heard.wav");
  Voiced voiced(patient_in());
  Voicecli client(voiced.port(), silent_speaker(scratch, {"--record", recording, "--jitter-mode",
                                                          "fixed", "--jitter-depth", "40"}));
  REQUIRE(client.connects());
  REQUIRE(client.goes_on());
  Witnesses witnesses(voiced);
  witnesses.speak(60);
  HeldBy server("voiced", voiced.process()), caller("voicecli", client.process());

  const auto duration = fault_duration(5, 60);
  const std::size_t before = client.process().out().size();
  client.process().signal(SIGSTOP);
  witnesses.speak_for(duration);
  const std::string meanwhile = server.told();
  client.process().signal(SIGCONT);
  const double continued_ms = monotonic_ms();
  // The statistics start again with a new connection.
  CHECK(witnesses.speak_until([&] {
    return client.process().out().find(R"("state":"connected")", before) != std::string::npos &&
           client.statistic("jitter_fill_packets") > 0;
  }));
  const auto again = client.event_ms("connected", before);
  const std::size_t first = witnesses.said().size();
  witnesses.speak(125);

  CHECK(client.statistic("jitter_fill_packets") <= 40);
  CHECK(voiced.statistic("participants") == 3);
  CHECK(witnesses.speak_until([&] { return voiced.statistic("contributors") == 2; }));
  witnesses.check_nothing_is_missing();
  server.check_is_as_before();
  caller.check_is_as_before();
  const bool stalled = voiced.log().find("reason=stalled") != std::string::npos;
  report("client stopped for " + std::to_string(duration.count()) + " s",
         std::string(stalled ? "disconnected as stalled" : "kept its connection") +
             (again ? ", in the call again " + std::to_string(std::lround(*again - continued_ms)) +
                          " ms after SIGCONT"
                    : "") +
             "; delay after it " + std::to_string(client.statistic("delay_ms")) +
             " ms; others: " + std::to_string(witnesses.said().size()) +
             " frames, none missing; while stopped: " + meanwhile + "; after: " + server.told() +
             "; " + caller.told());
  CHECK(client.quit() == 0);
  CHECK(holds(read_wav(recording), witnesses, first));
}

TEST_CASE("a server that was stopped goes on with everybody, and without added delay",
          "[integration][faults]") {
  const ScratchDirectory scratch;
  Voiced voiced({"--jitter-mode", "fixed", "--jitter-depth", "20"});
  Voicecli client(voiced.port(), silent_speaker(scratch));
  REQUIRE(client.connects());
  Witnesses witnesses(voiced);
  witnesses.speak(60);
  HeldBy server("voiced", voiced.process()), caller("voicecli", client.process());
  const std::size_t behind_before = frames_behind(witnesses);
  const std::size_t before = client.process().out().size();

  const auto duration = fault_duration(4, 60);
  voiced.process().signal(SIGSTOP);
  // For as long as the kernel accepts data for a server that does not read.
  witnesses.speak_for(std::min<std::chrono::seconds>(duration, std::chrono::seconds{10}));
  if (duration > std::chrono::seconds{10}) {
    std::this_thread::sleep_for(duration - std::chrono::seconds{10});
  }
  voiced.process().signal(SIGCONT);
  const double continued_ms = monotonic_ms();
  const std::size_t depth = 20;
  CHECK(witnesses.speak_until(
      [&] { return hears_whole(witnesses) && frames_behind(witnesses) <= depth + 2; }));
  const double whole_ms = monotonic_ms();
  CHECK(witnesses.speak_until([&] {
    return client.statistic("jitter_fill_packets") > 0 && voiced.statistic("contributors") == 2;
  }));

  // Nor was it taken for a fault of the peers.
  for (const char* const reason : {"reason=flood", "reason=stalled", "reason=framing"}) {
    INFO(reason);
    CHECK(voiced.log().find(reason) == std::string::npos);
  }
  CHECK(witnesses.speak_until([&] { return voiced.statistic("participants") == 3; }));
  server.check_is_as_before();
  caller.check_is_as_before();
  const auto again = client.event_ms("connected", before);
  report("server stopped for " + std::to_string(duration.count()) + " s",
         "a whole second heard " + std::to_string(std::lround(whole_ms - continued_ms)) +
             " ms after SIGCONT; behind by " + std::to_string(behind_before) + " frames before, " +
             std::to_string(frames_behind(witnesses)) + " after; ticks skipped " +
             std::to_string(voiced.statistic("skipped_ticks")) + "; voicecli " +
             (again ? "connected again after " +
                          std::to_string(std::lround(*again - continued_ms)) + " ms"
                    : std::string("kept its connection")) +
             "; " + server.told() + "; " + caller.told());
  CHECK(client.quit() == 0);
}

TEST_CASE("a peer that reads again while the server is stopped is not called stalled later",
          "[integration][faults]") {
  // At 48 kHz, the peer's buffers fill up soon.
  Voiced voiced(patient_in({"--sample-rate", "48000", "--stall-limit-s", "2"}));
  Witnesses witnesses(voiced, 960);
  witnesses.speak(60);
  TcpPeer peer = join(voiced, {.receive_buffer_bytes = 4096});
  witnesses.speak(30);

  voiced.process().signal(SIGSTOP);
  in_real_time(150, [&](int) {
    peer.receive();
    while (peer.take()) continue;
  });
  voiced.process().signal(SIGCONT);
  int heard = 0;
  CHECK(witnesses.speak_until([&] {
    peer.receive();
    while (peer.take()) ++heard;
    return heard >= 50 || peer.end() != End::none;
  }));

  CHECK(peer.end() == End::none);
  CHECK(voiced.log().find("reason=stalled") == std::string::npos);
}

TEST_CASE("after kill -9 and a restart every client is back within two seconds of listening",
          "[integration][faults]") {
  constexpr std::size_t people = 5;
  const ScratchDirectory scratch;
  const std::uint16_t port = quiet_port();
  auto voiced = std::make_unique<Voiced>(patient_in(), port);
  std::vector<std::unique_ptr<Voicecli>> clients;
  std::vector<HeldBy> held;
  // Written once, because one client reads it already when the next one is started.
  const Strings flags = silent_speaker(scratch);
  for (std::size_t i = 0; i < people; ++i) {
    clients.push_back(std::make_unique<Voicecli>(port, flags));
  }
  for (const auto& client : clients) {
    REQUIRE(client->connects());
    REQUIRE(client->goes_on());
    held.emplace_back("voicecli", client->process());
  }

  // Long enough that clients no longer retry at short intervals.
  const auto away = fault_duration(4, 30);
  std::vector<std::size_t> before;
  for (const auto& client : clients) before.push_back(client->process().out().size());
  CHECK(voiced->stop(SIGKILL) == 128 + SIGKILL);
  voiced.reset();
  std::this_thread::sleep_for(away);
  StallMeter stalls;
  voiced = std::make_unique<Voiced>(patient_in(), port);
  const double listening_ms = monotonic_ms();
  double last_ms = 0;
  for (std::size_t i = 0; i < people; ++i) {
    CHECK(clients[i]->process().prints(R"("event":"connected")", before[i]));
    last_ms = std::max(last_ms, clients[i]->event_ms("connected", before[i]).value_or(1e9));
  }
  const auto forgiven = stalls.worst();

  CHECK(last_ms - listening_ms <= 2000.0 + static_cast<double>(forgiven.count()));
  Witnesses witnesses(*voiced);
  CHECK(witnesses.speak_until([&] { return voiced->statistic("contributors") == people + 1; }));
  witnesses.check_nothing_is_missing();
  for (HeldBy& client : held) client.check_is_as_before();
  report("server killed, away for " + std::to_string(away.count()) + " s, restarted",
         "the last of " + std::to_string(people) + " clients in the call " +
             std::to_string(std::lround(last_ms - listening_ms)) +
             " ms after listening (the machine held programs up for " +
             std::to_string(forgiven.count()) + " ms at most); " + held.back().told());
  for (const auto& client : clients) CHECK(client->quit() == 0);
}

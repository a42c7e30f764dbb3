// A client behind a bad link: a virtual cable between two network namespaces that is unplugged,
// cut, and made slow and lossy. Beside it, on the server's machine, a call that must not notice.
#include "tests/integration/faults.hpp"
#include "tests/support/network_link.hpp"

#include <memory>

using namespace voice::test;

namespace {

/// A link, a server at its near end, and at its far end a voicecli that speaks silence and records.
struct FarCall {
  explicit FarCall(int jitter_depth) : voiced(patient_in({"--listen", NetworkLink::near_address})) {
    const Strings flags{NetworkLink::near_address + (":" + std::to_string(voiced.port())),
                        "--input",
                        file_of_silence(scratch, 200),
                        "--output",
                        "null",
                        "--record",
                        recording,
                        "--jitter-mode",
                        "fixed",
                        "--jitter-depth",
                        std::to_string(jitter_depth)};
    client = link.beyond([&] { return std::make_unique<Voicecli>(voiced.port(), flags); });
    REQUIRE(client->connects());
    REQUIRE(client->goes_on());
  }

  [[nodiscard]] std::size_t told_bytes() const { return client->process().out().size(); }

  /// The client hears what is said from now on, and is heard, too.
  void check_is_whole(Witnesses& witnesses) {
    const std::size_t first = witnesses.said().size();
    witnesses.speak(125);
    CHECK(witnesses.speak_until([&] { return voiced.statistic("contributors") == 2; }));
    CHECK(client->quit() == 0);
    CHECK(holds(read_wav(recording), witnesses, first));
  }

  NetworkLink link;
  ScratchDirectory scratch;
  std::string recording = scratch.file("heard.wav");
  Voiced voiced;
  std::unique_ptr<Voicecli> client;
};

std::string rounded(double value) {
  return std::to_string(std::lround(value));
}

/// The largest value of a key in the lines of statistics after the first `from` bytes.
double largest(const std::string& out, const std::string& key, std::size_t from) {
  const std::string marker = '"' + key + "\":";
  double most = 0;
  for (std::size_t at = out.find(marker, from); at != std::string::npos;
       at = out.find(marker, at + 1)) {
    if (out.compare(at + marker.size(), 4, "null") == 0) continue;
    most = std::max(most, std::stod(out.substr(at + marker.size())));
  }
  return most;
}

}  // namespace

TEST_CASE("a cable pulled or a link cut for seconds ends no call", "[integration][faults][link]") {
  if (const std::string why = NetworkLink::missing(); !why.empty()) {
    WARN(why);
    return;
  }
  FarCall call(40);
  Voicecli& client = *call.client;
  Witnesses witnesses(call.voiced);
  witnesses.speak(60);
  HeldBy server("voiced", call.voiced.process()), caller("voicecli", client.process());

  const std::size_t before = call.told_bytes();
  call.link.unplug();
  witnesses.speak_for(std::chrono::seconds{2});
  call.link.plug_in();
  const long received = client.statistic("packets_received");
  CHECK(witnesses.speak_until(
      [&] { return client.statistic("packets_received") >= received + 150; }));
  CHECK_FALSE(client.event_ms("disconnected", before));

  // TCP doubles the time between its attempts, so it may take as long again to notice.
  const auto bridged = fault_duration(3, 15);
  call.link.cut();
  witnesses.speak_for(bridged);
  call.link.restore();
  const double bridged_ms = monotonic_ms();
  const long received_before = client.statistic("packets_received");
  CHECK(witnesses.speak_until(
      [&] { return client.statistic("packets_received") >= received_before + 50; }));
  CHECK_FALSE(client.event_ms("disconnected", before));
  CHECK(call.voiced.log().find("participant left") == std::string::npos);
  report("link cut for " + std::to_string(bridged.count()) + " s",
         "the call goes on; a second of sound heard " + rounded(monotonic_ms() - bridged_ms) +
             " ms after the link was back");

  witnesses.check_nothing_is_missing();
  server.check_is_as_before();
  caller.check_is_as_before();
  call.check_is_whole(witnesses);
}

TEST_CASE("a call recovers by itself from a link cut for longer than both ends wait",
          "[integration][faults][link]") {
  const std::string why = full_faults() ? NetworkLink::missing() : "takes a minute: --faults";
  if (!why.empty()) {
    WARN(why);
    return;
  }
  FarCall call(40);
  Voicecli& client = *call.client;
  Witnesses witnesses(call.voiced);
  witnesses.speak(60);
  HeldBy server("voiced", call.voiced.process()), caller("voicecli", client.process());
  const std::size_t before = call.told_bytes();

  constexpr std::chrono::seconds cut{40};
  const double cut_ms = monotonic_ms();
  const std::size_t log_before = call.voiced.log().size();
  call.link.cut();
  witnesses.speak_for(cut);
  call.link.restore();
  const double restored_ms = monotonic_ms();
  CHECK(witnesses.speak_until([&] { return client.event_ms("connected", before).has_value(); }));
  // Some time later, the server knows that the connection which the cut has ended is dead.
  CHECK(witnesses.speak_until(
      [&] { return call.voiced.log().find("participant left", log_before) != std::string::npos; }));
  const double gone_ms = monotonic_ms();

  witnesses.check_nothing_is_missing();
  server.check_is_as_before();
  caller.check_is_as_before();
  report("link cut for " + std::to_string(cut.count()) + " s",
         "client noticed after " +
             rounded(client.event_ms("disconnected", before).value_or(0) - cut_ms) +
             " ms, in the call again " +
             rounded(client.event_ms("connected", before).value_or(0) - restored_ms) +
             " ms after the link, the old connection gone " + rounded(gone_ms - cut_ms) +
             " ms after the cut; others: " + std::to_string(witnesses.said().size()) +
             " frames, none missing; " + server.told() + "; " + caller.told());
  call.check_is_whole(witnesses);
}

TEST_CASE("what an outage holds back is sent afterwards, all of it",
          "[integration][faults][link]") {
  if (const std::string why = NetworkLink::missing(); !why.empty()) {
    WARN(why);
    return;
  }
  NetworkLink link;
  const ScratchDirectory scratch;
  Voiced voiced({"--listen", NetworkLink::near_address});
  const Strings flags{NetworkLink::near_address + (":" + std::to_string(voiced.port())), "--input",
                      file_of_silence(scratch, 200), "--output", "null"};
  const auto client = link.beyond([&] { return std::make_unique<Voicecli>(voiced.port(), flags); });
  REQUIRE(client->connects());
  REQUIRE(client->goes_on());
  Witnesses witnesses(voiced);
  witnesses.speak(100);

  for (auto outage = fault_duration(2, 10); outage.count() > 0; --outage) {
    link.cut();
    witnesses.speak_for(std::chrono::seconds{1});
    link.restore();
    witnesses.speak_for(std::chrono::seconds{4});
  }

  // The talker's sequence numbers have no gap where nothing was dropped.
  CHECK(client->statistic("lost") == 0);
  CHECK(client->statistic("outbox_dropped_messages") == 0);
  CHECK(client->quit() == 0);
  CHECK(dropped_by_outboxes(voiced) == 0);
  report("a second without a link, and four with it", "nothing was dropped on the way");
}

TEST_CASE("outages of a second, one after the other, end no call", "[integration][faults][link]") {
  if (const std::string why = NetworkLink::missing(); !why.empty()) {
    WARN(why);
    return;
  }
  FarCall call(40);
  Voicecli& client = *call.client;
  Witnesses witnesses(call.voiced);
  witnesses.speak(60);
  const std::size_t before = call.told_bytes();
  const std::size_t log_before = call.voiced.log().size();

  const auto outages = fault_duration(3, 40);
  for (auto outage = outages; outage.count() > 0; --outage) {
    call.link.unplug();
    witnesses.speak_for(std::chrono::seconds{1});
    call.link.plug_in();
    witnesses.speak_for(std::chrono::milliseconds{1500});
  }

  CHECK_FALSE(client.event_ms("disconnected", before));
  CHECK(call.voiced.log().find("participant left", log_before) == std::string::npos);
  witnesses.check_nothing_is_missing();
  report("a second without a link, " + std::to_string(outages.count()) + " times",
         "the call goes on; others: " + std::to_string(witnesses.said().size()) +
             " frames, none missing");
  call.check_is_whole(witnesses);
}

TEST_CASE("on a link with loss and delay a call goes on, within limits, and nobody else notices",
          "[integration][faults][link]") {
  if (const std::string why = NetworkLink::missing(NetworkLink::Need::delaying); !why.empty()) {
    WARN(why);
    return;
  }
  FarCall call(20);
  Voicecli& client = *call.client;
  Witnesses witnesses(call.voiced);
  witnesses.speak(60);
  HeldBy server("voiced", call.voiced.process()), caller("voicecli", client.process());
  const std::size_t before = call.told_bytes();

  const auto duration = fault_duration(6, 60);
  call.link.impair({.delay_ms = 80, .jitter_ms = 40, .loss_percent = 5});
  witnesses.speak_for(std::chrono::seconds{2});
  const long received = client.statistic("packets_received");
  const double begin_ms = monotonic_ms();
  witnesses.speak_for(duration);
  const double heard = static_cast<double>(client.statistic("packets_received") - received) /
                       ((monotonic_ms() - begin_ms) / 1000.0) / voice::frames_per_second;
  const std::string told = client.process().out();
  call.link.relieve();
  CHECK(witnesses.speak_until([&] {
    const long rtt_ms = client.statistic("rtt_ms");
    return rtt_ms >= 0 && rtt_ms < 40;
  }));

  CHECK_FALSE(client.event_ms("disconnected", before));
  const double delay_ms = largest(told, "delay_ms", before);
  witnesses.check_nothing_is_missing();
  server.check_is_as_before();
  caller.check_is_as_before();
  report("5 % loss, 80 ± 40 ms each way, for " + std::to_string(duration.count()) + " s",
         "client heard " + rounded(100 * heard) + " % of what was said, round trip at most " +
             rounded(largest(told, "rtt_ms", before)) + " ms, delay at most " + rounded(delay_ms) +
             " ms, dropped by its outbox " +
             std::to_string(client.statistic("outbox_dropped_messages")) + "; " +
             call.link.impairment() + "; others: " + std::to_string(witnesses.said().size()) +
             " frames, none missing; " + server.told() + "; " + caller.told());
  // Measured: more than nine in ten. A machine that is busy with other things adds losses of its
  // own.
  CHECK(heard > 0.5);
  call.check_is_whole(witnesses);
}

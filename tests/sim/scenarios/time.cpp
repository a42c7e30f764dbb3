// Stories about time: a server that is stopped, clocks that differ for days, a local sound card.
#include "tests/sim/scenarios/stage.hpp"

#include <algorithm>

namespace sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A jitter buffer measures its delay for three seconds, and waits one more for a quiet moment.
constexpr seconds excess_time{5};

// Mouth to ear, but for the jitter buffer: a card block, the client's tick, the link, the server's
// tick, the link back, the listener's tick.
constexpr milliseconds delay_without_buffer{20 + 20 + 20 + 20 + 20};

}  // namespace

Result play_pause(const RunOptions& options) {
  Stage stage(options, {});
  PeerSettings talkative = healthy("talker", VoiceSource::Kind::marked);
  talkative.manners = Manners::honest;  // a stopped server does cause gaps
  CallPeer& talker = stage.call(talkative);
  talkative.voice = VoiceSource::Kind::nothing;
  ClassicPeer& listener = stage.classic(talkative);
  stage.connect_all();
  stage.run(seconds{5});
  listener.delay().listen_to(talker.microphone_clock());
  stage.run(seconds{5});
  const Duration before = listener.delay().max();
  for (int pauses = 0; pauses < 5; ++pauses) {
    stage.server().ticker().pause(seconds{2});
    stage.run(seconds{2} + excess_time);
    listener.delay().restart();
    stage.run(seconds{5});
    promise(listener.delay().frames() > 240, "after a pause all goes on");
    promise(listener.delay().max() <= before + voice::frame_duration,
            "delay returns after a pause");
  }
  promise(stage.server().ticker().skipped() > 0, "what nobody can hear any more is not mixed");
  return stage.end();
}

// Talk spurts of any length with pauses of any length between them: everything that is heard is
// heard in time, and every spurt that is long enough for a word is heard.
Result play_spurts(const RunOptions& options) {
  Result all;
  for (const int depth : {4, 6, 20, 100}) {
    ServerSettings settings;
    settings.jitter_depth_packets = depth;
    Stage stage(options, settings);
    CallPeer& talker = stage.call(healthy("talker", VoiceSource::Kind::marked));
    ClassicPeer& listener = stage.classic(healthy("listener", VoiceSource::Kind::nothing));
    stage.connect_all();
    talker.set_talking(false);
    stage.run(seconds{2});
    listener.delay().listen_to(talker.microphone_clock());
    for (int words = 0; words < 100; ++words) {
      const std::uint64_t heard_before = listener.frames_heard();
      // Every fourth is too short for a word: one or two packets.
      const Duration longest = milliseconds{words % 4 == 3 ? 40 : 1500};
      const auto length = stage.world().random().between(Duration{0}, longest);
      talker.set_talking(true);
      stage.run(length);
      talker.set_talking(false);
      stage.run(seconds{2} + stage.world().random().between(Duration{0}, Duration{seconds{8}}));
      const auto heard = static_cast<std::int64_t>(listener.frames_heard() - heard_before);
      // The spurt ends within a frame, before and after.
      promise(length < milliseconds{80} || heard + 2 >= length / voice::frame_duration,
              "a word is heard, however short");
    }
    promise(
        listener.delay().max() <= delay_without_buffer + (depth / 2 + 1) * voice::frame_duration,
        "a word is not heard later than the speech of somebody who goes on");
    all.delay_max = std::max(all.delay_max, listener.delay().max());
    all = added(all, stage.end());
  }
  return all;
}

Result play_local(const RunOptions& options) {
  ServerSettings settings;
  settings.local = true;
  settings.lateness_max = milliseconds{5};
  Stage stage(options, settings);
  for (int i = 0; i < 6; ++i) {
    PeerSettings visitor;
    visitor.name = "visitor " + std::to_string(i);
    if (i % 2 == 0) {
      stage.call(visitor);
    } else {
      stage.classic(visitor);
    }
  }
  stage.connect_all();
  for (int i = 0; i < 300; ++i) {
    stage.run(milliseconds{100});
    stage.server().mute_somebody();
    const auto& peer = stage.peers()[stage.world().random().below(stage.peers().size())];
    peer->set_talking(!peer->talking());
    if (i % 50 == 49)
      stage.server().set_jitter_depth(static_cast<int>(stage.world().random().between(2, 20)));
  }
  return stage.end();
}

// Two clocks 200 ppm apart differ by a frame every 100 s: 36 times an hour, a peer has a frame too
// many or too few. A buffer drops two frames at a time, and waits for three when it has run dry.
constexpr std::uint64_t frames_per_measured_hour = (3600 - 10) * voice::frames_per_second;
constexpr std::uint64_t frames_lost_max = frames_per_measured_hour / 1000;
constexpr std::uint64_t jumps_max = 60;

// One clock is fast, one slow, a third exact; they take turns every hour. Whichever speaks is heard
// with the same delay after a day as in the first minute, no frame is missing, and memory has not
// grown.
Result play_drift(const RunOptions& options) {
  ServerSettings settings;
  settings.mix_check_period = 50;  // once a second is enough for a day
  Stage stage(options, settings);
  PeerSettings person = healthy("fast", VoiceSource::Kind::marked);
  person.manners = Manners::honest;  // drift costs a frame now and then
  person.card_ppm = 200;
  CallPeer& fast = stage.call(person);
  person.name = "slow";
  person.card_ppm = -200;
  ClassicPeer& slow = stage.classic(person);
  person.name = "exact";
  person.card_ppm = 0;
  person.voice = VoiceSource::Kind::nothing;
  CallPeer& exact = stage.call(person);
  stage.connect_all();

  Result result;
  Duration first_hour_max{0};
  std::size_t first_hours_bytes = 0;  // by then, each has spoken
  for (std::int64_t hour = 0; hour < options.length.count(); ++hour) {
    const bool fast_speaks = hour % 2 == 0;
    fast.set_talking(fast_speaks);
    slow.set_talking(!fast_speaks);
    stage.run(seconds{10});
    exact.delay().listen_to(fast_speaks ? fast.microphone_clock() : slow.microphone_clock());
    exact.delay().restart();
    stage.run(std::chrono::hours{1} - seconds{10});
    const DelayMeter& ear = exact.delay();
    promise(ear.frames() + frames_lost_max >= frames_per_measured_hour,
            "clocks that drift cost less than a frame in a thousand");
    promise(ear.jumps() <= jumps_max, "clocks that drift are heard once in a minute at most");
    if (hour < 2) first_hour_max = std::max(first_hour_max, exact.delay().max());
    promise(exact.delay().max() <= first_hour_max + voice::frame_duration,
            "delay is the same after days");
    result.delay_max = std::max(result.delay_max, exact.delay().max());
    stage.server().watch().check_complete();
    const auto& playout = exact.statistics().playout;
    promise(playout.lost == 0 && playout.late == 0 && playout.duplicates == 0,
            "no sequence number is missing after days");
    const std::size_t bytes = stage.server().watch().memory_bytes();
    if (hour < 2) first_hours_bytes = std::max(first_hours_bytes, bytes);
    promise(bytes <= first_hours_bytes, "memory is the same after days");
  }
  const Duration delay_max = result.delay_max;
  result = stage.end();
  result.delay_max = delay_max;
  return result;
}

}  // namespace sim

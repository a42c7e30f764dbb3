// Stories about time: a server that stands still, clocks that disagree for days, a local sound
// card.
#include "tests/sim/scenarios/stage.hpp"

#include <algorithm>

namespace sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

}  // namespace

Result play_pause(const RunOptions& options) {
  Stage stage(options, {});
  PeerSettings talkative = healthy("talker", VoiceSource::Kind::marked);
  talkative.manners = Manners::honest;  // a server that stops does make gaps
  CallPeer& talker = stage.call(talkative);
  talkative.voice = VoiceSource::Kind::nothing;
  ClassicPeer& listener = stage.classic(talkative);
  stage.connect_all();
  stage.run(seconds{5});
  listener.delay().listen_to(talker.microphone_clock());
  stage.run(seconds{5});
  const Duration before = listener.delay().max();
  for (int pauses = 0; pauses < 5; ++pauses) {
    stage.server().pause(seconds{2});
    stage.run(seconds{3});
    listener.delay().restart();
    stage.run(seconds{5});
    promise(listener.delay().frames() > 240, "after a pause all goes on");
    promise(listener.delay().max() <= before + 4 * voice::frame_duration,
            "delay returns after a pause");
  }
  promise(stage.server().ticks_skipped() > 0, "what nobody can hear any more is not mixed");
  return stage.end();
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

// One clock is fast, one slow, a third exact; they take turns every hour. Whoever speaks, he is
// heard with the same delay after a day as in the first minute, no frame is missing, and memory is
// what it was.
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
  std::size_t first_hours_bytes = 0;  // by then each has spoken
  for (std::int64_t hour = 0; hour < options.length.count(); ++hour) {
    const bool fast_speaks = hour % 2 == 0;
    fast.set_talking(fast_speaks);
    slow.set_talking(!fast_speaks);
    stage.run(seconds{10});
    exact.delay().listen_to(fast_speaks ? fast.microphone_clock() : slow.microphone_clock());
    exact.delay().restart();
    stage.run(std::chrono::hours{1} - seconds{10});
    promise(exact.delay().frames() > 170'000, "clocks that drift cost next to nothing");
    if (hour < 2) first_hour_max = std::max(first_hour_max, exact.delay().max());
    promise(exact.delay().max() <= first_hour_max + voice::frame_duration,
            "delay is the same after days");
    result.delay_max = std::max(result.delay_max, exact.delay().max());
    stage.server().check_complete();
    const auto& playout = exact.statistics().playout;
    promise(playout.lost == 0 && playout.late == 0 && playout.duplicates == 0,
            "no sequence number is missing after days");
    const std::size_t bytes = stage.server().memory_bytes();
    if (hour < 2) first_hours_bytes = std::max(first_hours_bytes, bytes);
    promise(bytes <= first_hours_bytes, "memory is the same after days");
  }
  const Duration delay_max = result.delay_max;
  result = stage.end();
  result.delay_max = delay_max;
  return result;
}

}  // namespace sim

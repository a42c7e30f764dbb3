// Stories about bad links and bad cards: the delay comes back, and only the one concerned loses
// anything.
#include "tests/sim/scenarios/stage.hpp"

namespace sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Mouth to ear at rest: a card block, the client's tick, the link, half the jitter buffer of 6 and
// a packet, the server's tick, the link back, the listener's tick.
constexpr milliseconds delay_at_rest_max{20 + 20 + 60 + 20 + 20 + 20};

void check_delay(const DelayMeter& meter, Duration limit) {
  promise(meter.frames() > 0, "the talker is heard");
  promise(meter.max() <= limit, "delay returns to where it was");
}

}  // namespace

Result play_train(const RunOptions& options) {
  Stage stage(options, {});
  PeerSettings commuter;
  commuter.name = "commuter";
  commuter.up = commuter.down = train();
  commuter.up.stall_every = commuter.down.stall_every =
      Duration{0};  // stalls come from this script
  commuter.voice = VoiceSource::Kind::marked;
  CallPeer& talker = stage.call(commuter);
  ClassicPeer& listener = stage.classic(healthy("listener", VoiceSource::Kind::nothing));
  stage.call(healthy("another listener", VoiceSource::Kind::nothing));
  stage.connect_all();
  stage.run(seconds{2});
  listener.delay().listen_to(talker.microphone_clock());

  Result result;
  for (int stalls = 0; stalls < 20 && talker.connected(); ++stalls) {
    const Duration tunnel =
        stage.world().random().between(milliseconds{300}, Duration{milliseconds{5500}});
    talker.uplink()->stall(stage.world().now() + tunnel);
    stage.run(tunnel + seconds{1});
    // A second later all that was said in the tunnel is gone, and what is heard is new.
    listener.delay().restart();
    stage.run(seconds{5});
    check_delay(listener.delay(), delay_at_rest_max + milliseconds{50});
    result.delay_max = std::max(result.delay_max, listener.delay().max());
  }
  promise(talker.connected(), "stalls shorter than the limit end no call");
  stage.server().check_healthy();
  const Duration delay_max = result.delay_max;
  result = stage.end();
  result.delay_max = delay_max;
  return result;
}

Result play_lumps(const RunOptions& options) {
  Stage stage(options, {});
  PeerSettings lumpy = healthy("lumpy", VoiceSource::Kind::marked);
  lumpy.card_block_frames = 4;
  CallPeer& talker = stage.call(lumpy);
  CallPeer& listener = stage.call(healthy("listener", VoiceSource::Kind::nothing));
  stage.connect_all();
  stage.run(seconds{1});
  listener.delay().listen_to(talker.microphone_clock());
  listener.delay().restart();
  stage.run(std::chrono::minutes{5});

  // The card keeps 80 ms to itself; the listener has a jitter buffer of his own.
  check_delay(listener.delay(), delay_at_rest_max + milliseconds{80 + 60 + 20});
  stage.server().check_healthy();
  const Duration delay_max = listener.delay().max();
  Result result = stage.end();
  result.delay_max = delay_max;
  return result;
}

Result play_slow_reader(const RunOptions& options) {
  Stage stage(options, {});
  stage.call(healthy("anna", VoiceSource::Kind::noise));
  stage.classic(healthy("boris", VoiceSource::Kind::noise));
  PeerSettings slow;
  slow.name = "slow";
  slow.voice = VoiceSource::Kind::nothing;
  slow.down.capacity_bytes = 8192;
  slow.read_bytes_per_tick = 20;  // 1 kB/s
  ClassicPeer& reader = stage.classic(slow);
  slow.read_bytes_per_tick = 0;
  ClassicPeer& sleeper = stage.classic(slow);
  stage.connect_all();
  stage.run(std::chrono::minutes{3});

  promise(reader.connected() && reader.frames_heard() > 0,
          "a slow reader is kept, and gets what he takes");
  promise(stage.server().closes().of(voiced::CloseReason::stalled) == 1,
          "who takes nothing is closed");
  stage.server().check_healthy();
  (void)sleeper;
  return stage.end();
}

}  // namespace sim

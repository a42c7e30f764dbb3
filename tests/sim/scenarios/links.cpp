// Stories about bad links and bad cards: the delay returns to normal, and only the affected peer
// loses anything.
#include "tests/sim/scenarios/stage.hpp"

namespace sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// The delay from mouth to ear at rest: a card block, the client's tick, the link, half the jitter
// buffer of 6 and a packet, the server's tick, the link back, the listener's tick.
constexpr milliseconds delay_at_rest_max{20 + 20 + 60 + 20 + 20 + 20};

// The listener's own jitter buffer of 6: half of it, and a packet.
constexpr milliseconds own_buffer_max{60 + 20};
// The delay that a train's link adds while it works, in either direction.
constexpr milliseconds train_delay{50};
// After a bad spell, a jitter buffer may hold up to N for some seconds: another half.
// After that, it may hold one packet more.
constexpr milliseconds full_buffer_max{60};
constexpr seconds full_buffer_time{5};
constexpr milliseconds spare_packet{20};

PeerSettings commuter(VoiceSource::Kind voice) {
  PeerSettings settings;
  settings.name = "commuter";
  settings.up = settings.down = train();
  settings.up.stall_every = settings.down.stall_every = Duration{0};  // the script has its own
  settings.voice = voice;
  return settings;
}

void check_delay(const DelayMeter& meter, Duration limit) {
  promise(meter.frames() > 0, "the talker is heard");
  promise(meter.max() <= limit, "delay returns to where it was");
}

enum class Direction : std::uint8_t { up, down };

// Twenty tunnels. A second after each, everything that was said in it is gone, and only new sound
// is heard; some seconds later, the tunnel has no audible effect.
Result ride(Stage& stage, Peer& passenger, Direction direction, DelayMeter& meter, Duration limit) {
  Duration delay_max{0};
  for (int tunnels = 0; tunnels < 20 && passenger.connected(); ++tunnels) {
    const Duration tunnel =
        stage.world().random().between(Duration{milliseconds{300}}, Duration{milliseconds{5500}});
    Link& link = direction == Direction::up ? *passenger.uplink() : *passenger.downlink();
    link.stall(stage.world().now() + tunnel);
    stage.run(tunnel + seconds{1});
    meter.restart();
    stage.run(full_buffer_time);
    check_delay(meter, limit + full_buffer_max);
    delay_max = std::max(delay_max, meter.max());
    meter.restart();
    stage.run(seconds{3});
    check_delay(meter, limit + spare_packet);
  }
  promise(passenger.connected(), "stalls shorter than the limit end no call");
  stage.server().check_healthy();
  Result result = stage.end();
  result.delay_max = delay_max;
  return result;
}

}  // namespace

Result play_train(const RunOptions& options) {
  Stage stage(options, {});
  CallPeer& talker = stage.call(commuter(VoiceSource::Kind::marked));
  ClassicPeer& listener = stage.classic(healthy("listener", VoiceSource::Kind::nothing));
  stage.call(healthy("another listener", VoiceSource::Kind::nothing));
  stage.connect_all();
  stage.run(seconds{2});
  listener.delay().listen_to(talker.microphone_clock());
  const Duration limit = delay_at_rest_max + train_delay;
  return ride(stage, talker, Direction::up, listener.delay(), limit);
}

Result play_train_listener(const RunOptions& options) {
  Stage stage(options, {});
  CallPeer& talker = stage.call(healthy("talker", VoiceSource::Kind::marked));
  CallPeer& listener = stage.call(commuter(VoiceSource::Kind::nothing));
  stage.connect_all();
  stage.run(seconds{2});
  listener.delay().listen_to(talker.microphone_clock());
  const Duration limit = delay_at_rest_max + train_delay + own_buffer_max;
  return ride(stage, listener, Direction::down, listener.delay(), limit);
}

// At every kind of rate, all sound that the card delivers in bursts is heard, sample after sample.
Result play_lumps(const RunOptions& options) {
  Result all;
  for (const int rate_hz : {8000, 11025, 5000, 44100}) {
    ServerSettings settings;
    settings.rate_hz = rate_hz;
    Stage stage(options, settings);
    PeerSettings lumpy = healthy("lumpy", VoiceSource::Kind::marked);
    lumpy.card_block_frames = 4;
    CallPeer& talker = stage.call(lumpy);
    CallPeer& listener = stage.call(healthy("listener", VoiceSource::Kind::nothing));
    stage.connect_all();
    stage.run(seconds{2});
    listener.delay().listen_to(talker.microphone_clock());
    listener.delay().restart();
    stage.run(std::chrono::minutes{2});

    // The card keeps 80 ms to itself.
    check_delay(listener.delay(), delay_at_rest_max + own_buffer_max + milliseconds{80});
    promise(listener.delay().jumps() == 0, "lumps are heard without a gap");
    stage.server().check_healthy();
    all.delay_max = std::max(all.delay_max, listener.delay().max());
    all = added(all, stage.end());
  }
  return all;
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
          "a slow reader is kept, and gets what it takes");
  promise(stage.server().host().counters().closes.of(voiced::CloseReason::stalled) == 1,
          "who takes nothing is closed");
  stage.server().check_healthy();
  (void)sleeper;
  return stage.end();
}

}  // namespace sim

// Stories in mode `adaptive`, the default: sound that arrives in time is heard, by those who should
// hear it, and the delay returns to normal.
#include "tests/sim/scenarios/stage.hpp"

#include <array>
#include <iterator>

namespace sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using voice::PlayoutOptions;
using voice::voice1::Codec;

// The preset is chosen so that the delay is normal again within this time (docs/adr/0022).
constexpr seconds back_within{5};

// --- A train ---

// The delay from mouth to ear at rest: the client's tick, the train and its jitter, a packet and
// the server's tick, a packet and the listener's tick, and 20 ms that are not worth a correction.
constexpr milliseconds train_delay_max{20 + 50 + 20 + 20 + 20 + 20 + 20};

// If packets were late twice within this time, they are expected to be late again.
constexpr seconds lateness_recent{16};

// Stalls shorter than what may be held: everything is heard, and nothing too late.
void ride(Stage& stage, AdaptivePeer& passenger, bool up, AdaptivePeer& listener) {
  for (int tunnels = 0; tunnels < 10; ++tunnels) {
    const Duration tunnel =
        stage.world().random().between(Duration{milliseconds{300}}, Duration{milliseconds{3500}});
    Link& link = up ? *passenger.uplink() : *passenger.downlink();
    link.stall(stage.world().now() + tunnel);
    listener.delay().restart();
    stage.run(tunnel + back_within);
    promise(listener.delay().max() <= voice::catch_up_preset + voice::late_tick_max,
            "nothing is heard that is older than catch-up-max-ms and a late tick");
    listener.delay().restart();
    stage.run(seconds{3});
    promise(listener.delay().frames() > 100, "the talker is heard");
    const auto rest = std::chrono::duration_cast<milliseconds>(listener.delay().max());
    stage.world().tell("delay at rest up to " + std::to_string(rest.count()) + " ms");
    promise(listener.delay().max() <= train_delay_max, "delay returns to where it was");
    stage.run(lateness_recent);
  }
}

// --- Rooms ---

constexpr std::array<const char*, 3> room_names{"front", "hall", "studio"};
// Tones have no pauses, so they are sped up by 65 % at most: removing what four stalls in a row
// leave of 4.4 s takes longer than with speech.
constexpr seconds tones_back_within{9};
// Levels of a present and of an absent tone.
constexpr double heard_min = 0.5;
constexpr double traces_max = 0.3;
// Of a second without a stall.
constexpr milliseconds gaps_max{40};

PlayoutOptions some_playout(Random& random) {
  PlayoutOptions playout;
  playout.depth_packets = random.pick(std::array{5, 25});
  playout.catch_up_max = milliseconds{random.pick(std::array{500, 700, 1500, 4000})};
  return playout;
}

PeerSettings some_guest(Random& random, std::size_t number) {
  PeerSettings person;
  person.name = "person " + std::to_string(number);
  person.up.delay = random.between(Duration{milliseconds{1}}, Duration{milliseconds{60}});
  person.up.jitter = random.between(Duration{0}, Duration{milliseconds{30}});
  person.up.split = random.pick(std::array{Split::whole, Split::any_byte});
  person.down = person.up;
  person.card_ppm = static_cast<int>(random.between(-200, 200));
  return person;
}

AdaptiveVoice some_voice(Random& random, std::size_t number) {
  AdaptiveVoice voice;
  voice.tone = number;
  voice.codec =
      random.pick(std::array<std::optional<Codec>, 3>{std::nullopt, Codec::l16, Codec::opus});
  voice.has_dtx = random.percent(50);
  return voice;
}

class House {
 public:
  explicit House(const RunOptions& options)
      : random_(scramble(options.seed) ^ 0xADA), stage_(options, some_settings(random_)) {
    for (std::size_t i = 0; i < tones_hz.size(); ++i) {
      const PeerSettings person = some_guest(random_, i);
      people_.push_back(&stage_.adaptive(person, some_voice(random_, i)));
    }
    stage_.connect_all();
    stage_.run(seconds{1});
  }

  Result live() {
    for (int spell = 0; spell < 12; ++spell) {
      for (std::int64_t i = random_.between(1, 4); i > 0; --i) {
        happen();
        stage_.run(random_.between(Duration{0}, Duration{milliseconds{800}}));
      }
      stage_.run(bad_until_ - std::min(bad_until_, stage_.world().now()));
      stage_.run(tones_back_within);
      judge();
    }
    return stage_.end();
  }

 private:
  static ServerSettings some_settings(Random& random) {
    ServerSettings settings;
    settings.adaptive = some_playout(random);
    settings.rooms = {{room_names[1], 8000, some_playout(random)},
                      {room_names[2], 16000, some_playout(random)}};
    return settings;
  }

  void happen() {
    const std::size_t number = random_.below(people_.size());
    AdaptivePeer& person = *people_[number];
    const Duration length = random_.between(Duration{milliseconds{50}}, Duration{seconds{4}});
    switch (random_.below(8)) {
      case 0:
      case 1:
        return bad_for(length, *person.uplink());
      case 2:
        return bad_for(length, *person.downlink());
      case 3:
      case 4:
        // Participants are numbered from 1 on, in the order in which they came. Nothing happens if
        // it is already in the room.
        (void)stage_.server().move(number + 1, random_.pick(room_names));
        return;
      case 5:
        return person.set_talking(!person.talking());
      case 6:
        return stage_.server().reload([this](ServerSettings& settings) {
          settings.adaptive = some_playout(random_);
          for (RoomSettings& room : settings.rooms) room.playout = some_playout(random_);
        });
      default:
        stage_.server().ticker().pause(length / 4);
        bad_until_ = std::max(bad_until_, stage_.world().now() + length / 4);
    }
  }

  void bad_for(Duration length, Link& link) {
    const TimePoint end = stage_.world().now() + length;
    link.stall(end);
    bad_until_ = std::max(bad_until_, end);
  }

  // Everybody hears those who talk in their room, and nobody else.
  void judge() {
    std::vector<Duration> concealed;
    for (AdaptivePeer* const person : people_) {
      person->ear().restart();
      concealed.push_back(person->statistics().playout_times.concealed);
    }
    stage_.run(seconds{1});
    stage_.server().check_healthy();
    for (AdaptivePeer* const listener : people_) {
      promise(listener->ear().windows() >= 3, "a loudspeaker never stands still");
      const Duration gaps = listener->statistics().playout_times.concealed - concealed.front();
      concealed.erase(concealed.begin());
      promise(gaps <= gaps_max, "what is heard has no gaps");
      promise(listener->is_settled(), "the delay of a call returns to its normal value");
      for (AdaptivePeer* const talker : people_) {
        if (talker == listener) continue;
        const bool heard = talker->talking() && talker->room() == listener->room();
        const std::size_t tone = *talker->tone();
        promise(heard || listener->ear().max(tone) < traces_max, "nobody else is heard");
        // A window from which a period was removed can contain both halves of a wave.
        promise(!heard || listener->ear().max(tone) > heard_min, "a talker in the room is heard");
      }
    }
  }

  Random random_;
  Stage stage_;
  std::vector<AdaptivePeer*> people_;
  TimePoint bad_until_{};
};

}  // namespace

Result play_adaptive_train(const RunOptions& options) {
  ServerSettings settings;
  settings.adaptive.emplace();
  Stage stage(options, settings);
  PeerSettings commuter = healthy("commuter", VoiceSource::Kind::marked);
  commuter.up = commuter.down = train();
  commuter.up.stall_every = commuter.down.stall_every = Duration{0};  // the script has its own
  AdaptivePeer& passenger = stage.adaptive(commuter, {});
  AdaptivePeer& friend_at_home = stage.adaptive(healthy("friend", VoiceSource::Kind::marked), {});
  stage.connect_all();
  stage.run(seconds{3});
  // One talks at a time, because marks do not survive mixing.
  friend_at_home.set_talking(false);
  friend_at_home.delay().listen_to(passenger.microphone_clock());
  ride(stage, passenger, true, friend_at_home);
  passenger.set_talking(false);
  friend_at_home.set_talking(true);
  passenger.delay().listen_to(friend_at_home.microphone_clock());
  ride(stage, passenger, false, passenger);
  for (const AdaptivePeer* const person : {&passenger, &friend_at_home}) {
    const auto& counters = person->statistics().playout;
    promise(counters.lost == 0 && counters.overflows == 0 && counters.expired_samples == 0 &&
                person->statistics().outbox_dropped_messages == 0,
            "a stall shorter than catch-up-max-ms costs no word");
  }
  Result result = stage.end();
  result.delay_max = passenger.delay().max();
  return result;
}

Result play_adaptive_rooms(const RunOptions& options) {
  return House(options).live();
}

}  // namespace sim

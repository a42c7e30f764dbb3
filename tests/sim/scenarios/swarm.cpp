// Random stories: rate, depth, peers, links, cards and accidents all depend on the seed.
#include "tests/sim/scenarios/stage.hpp"

#include <array>

namespace sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

LinkProfile some_link(Random& random) {
  LinkProfile link;
  link.delay = random.between(Duration{0}, Duration{milliseconds{120}});
  if (random.percent(60)) link.jitter = random.between(Duration{0}, Duration{milliseconds{80}});
  if (random.percent(30))
    link.bytes_per_second = static_cast<std::size_t>(random.between(2'000, 200'000));
  link.capacity_bytes = static_cast<std::size_t>(random.between(500, 60'000));
  if (random.percent(30)) {
    link.stall_every = random.between(Duration{seconds{1}}, Duration{seconds{20}});
    link.stall_max = random.between(Duration{milliseconds{50}}, Duration{seconds{12}});
  }
  link.split =
      random.pick(std::array{Split::whole, Split::any_byte, Split::any_byte, Split::one_byte});
  return link;
}

PeerSettings some_person(Random& random, int number) {
  PeerSettings person;
  person.name = "person " + std::to_string(number);
  if (random.percent(30)) return healthy(person.name, VoiceSource::Kind::noise);
  person.up = some_link(random);
  person.down = some_link(random);
  person.card_ppm = static_cast<int>(random.between(-500, 500));
  person.card_block_frames = random.percent(30) ? 4 : 1;
  if (random.percent(20)) person.voice = VoiceSource::Kind::nothing;
  if (random.percent(10)) person.read_bytes_per_tick = random.below(200);
  person.comes_back = random.percent(70);
  return person;
}

ServerSettings some_server(Random& random) {
  ServerSettings settings;
  settings.rate_hz =
      random.pick(std::array{5000, 8000, 8000, 8000, 11025, 16000, 22050, 44100, 48000, 7349});
  settings.jitter_depth_packets = static_cast<int>(random.between(2, 20));
  settings.participants_max = static_cast<std::size_t>(random.between(3, 40));
  if (random.percent(30))
    settings.lateness_max = random.between(Duration{0}, Duration{milliseconds{60}});
  settings.stall_limit = seconds{random.between(2, 12)};
  settings.local = random.percent(20);
  return settings;
}

// Something happens to a peer.
void accident(Stage& stage, Random& random) {
  Peer& peer = *stage.peers()[random.below(stage.peers().size())];
  switch (random.below(12)) {
    case 0:
    case 1:
    case 2:
      return peer.set_talking(!peer.talking());
    case 3:
    case 4:
    case 5:
      return peer.connect();
    case 6:
      return peer.crash();
    case 7:
      return peer.leave();
    case 8:
    case 9:
      return stage.server().mute_somebody();
    case 10:
      return stage.server().set_jitter_depth(static_cast<int>(random.between(2, 30)));
    default:
      // Two pauses in a row must not be so long that peers take the server for dead.
      return stage.server().ticker().pause(random.between(Duration{0}, Duration{seconds{3}}));
  }
}

}  // namespace

Result play_swarm(const RunOptions& options) {
  Random random(scramble(options.seed + 1));
  Stage stage(options, some_server(random));
  const std::int64_t people = random.between(1, 14);
  for (int i = 0; i < people; ++i) {
    PeerSettings person = some_person(random, i);
    // With accidents, nobody is promised a call without gaps.
    if (person.manners == Manners::healthy) person.manners = Manners::honest;
    if (random.percent(50)) {
      stage.call(person);
    } else {
      stage.classic(person);
    }
  }
  for (std::int64_t i = random.between(0, 5); i > 0; --i) {
    PeerSettings enemy = some_person(random, static_cast<int>(100 + i));
    enemy.manners = Manners::hostile;
    enemy.comes_back = true;
    stage.hostile(enemy);
  }
  stage.connect_all();
  const TimePoint end = stage.world().now() + seconds{random.between(5, 60)};
  while (stage.world().now() < end) {
    stage.run(random.between(milliseconds{10}, Duration{seconds{1}}));
    accident(stage, random);
  }
  return stage.end();
}

}  // namespace sim

// Stories about many peers: a rush of connections, a siege, a session cut off at every byte.
#include "tests/sim/scenarios/stage.hpp"

namespace sim {

using std::chrono::milliseconds;
using std::chrono::seconds;

Result play_rush(const RunOptions& options) {
  ServerSettings settings;
  settings.participants_max = 190;  // ten of the 200 are refused
  Stage stage(options, settings);
  for (int i = 0; i < 200; ++i) {
    // Every tenth talks, every third uses our client.
    const auto voice = i % 10 == 0 ? VoiceSource::Kind::noise : VoiceSource::Kind::nothing;
    PeerSettings visitor = healthy("visitor " + std::to_string(i), voice);
    if (i % 3 == 0) {
      stage.call(visitor);
    } else {
      stage.classic(visitor);
    }
  }
  stage.run(seconds{1});
  for (int round = 0; round < 3; ++round) {
    stage.connect_all();
    stage.run(milliseconds{1500});
    promise(stage.server().room().participants() == 190, "who finds a place is in at once");
    stage.server().check_healthy();
    for (const auto& peer : stage.peers()) peer->crash();
    stage.run(seconds{2});
    promise(stage.server().host().peers() == 0, "who is gone is gone");
  }
  return stage.end();
}

// Mixes that are far too loud, and then not, in a room with a limiter; the server's loudspeaker
// sometimes leaves somebody out.
Result play_shouting(const RunOptions& options) {
  ServerSettings settings;
  settings.limiter = true;
  settings.local = true;
  Stage stage(options, settings);
  for (int i = 0; i < 20; ++i) {
    const PeerSettings guest = healthy("guest " + std::to_string(i), VoiceSource::Kind::noise);
    if (i % 2 == 0) {
      stage.call(guest);
    } else {
      stage.classic(guest);
    }
  }
  stage.connect_all();
  for (int i = 0; i < 200; ++i) {
    stage.run(milliseconds{100});
    if (i % 5 == 0) stage.server().mute_somebody();
    const auto& peer = stage.peers()[stage.world().random().below(stage.peers().size())];
    peer->set_talking(!peer->talking());
  }
  promise(stage.server().room().counters().limited_frames > 100, "a crowd is turned down");
  for (const auto& peer : stage.peers()) peer->set_talking(false);
  stage.run(seconds{2});
  promise(stage.server().room().limiter_gain_db() == 0.0, "in silence the limiter rests");
  return stage.end();
}

Result play_siege(const RunOptions& options) {
  Stage stage(options, {});
  for (int i = 0; i < 10; ++i) {
    const PeerSettings citizen = healthy("citizen " + std::to_string(i), VoiceSource::Kind::noise);
    if (i % 2 == 0) {
      stage.call(citizen);
    } else {
      stage.classic(citizen);
    }
  }
  PeerSettings enemy;
  enemy.name = "enemy";
  enemy.manners = Manners::hostile;
  enemy.comes_back = true;
  for (int i = 0; i < 40; ++i) {
    if (i < static_cast<int>(mischief_count)) {
      stage.hostile(enemy, static_cast<Mischief>(i));
    } else {
      stage.hostile(enemy);
    }
  }
  stage.connect_all();
  stage.run(seconds{30});
  stage.server().check_healthy();
  return stage.end();
}

Result play_every_byte(const RunOptions& options) {
  Stage stage(options, {});
  stage.classic(healthy("witness", VoiceSource::Kind::noise));
  stage.connect_all();
  // Hello, a Ping, two packets: the beginning of a session.
  const auto text = [](std::string_view words) {
    return slow_message({reinterpret_cast<const std::uint8_t*>(words.data()), words.size()});
  };
  Message story = text("Hello\nName:Anna\nAgent:sim");
  for (const Message& more : {text("Ping\nId:1"), slow_rtp_message({1, 0, Message(160, 0x55)}, 7),
                              slow_rtp_message({2, 160, Message(160, 0x2A)}, 7)}) {
    story.insert(story.end(), more.begin(), more.end());
  }
  for (std::size_t cut = 0; cut <= story.size(); ++cut) {
    LinkProfile up = cable();
    up.split = cut % 2 == 0 ? Split::any_byte : Split::one_byte;
    const auto wire = std::make_shared<Wire>(up, cable(), stage.world().random().fork());
    stage.server().accept(wire, {.manners = Manners::hostile});
    (void)wire->to_server.write(voice::Bytes{story}.first(cut), stage.world().now());
    stage.run(milliseconds{60});
    if (cut % 3 == 0) wire->broken = true;
    wire->to_server.finish();
    stage.run(milliseconds{60});
    promise(stage.server().host().peers() == 1, "a session cut off anywhere ends, and only it");
  }
  stage.server().check_healthy();
  return stage.end();
}

}  // namespace sim

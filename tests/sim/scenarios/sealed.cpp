// Stories over TLS, with the real library at both ends.
#include "tests/sim/scenarios/stage.hpp"

#include <vector>

namespace sim {

using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

PeerSettings encrypted(PeerSettings settings, bool is_encrypted = true) {
  settings.is_encrypted = is_encrypted;
  return settings;
}

struct Told {
  Result result;
  std::vector<std::uint64_t> heard;  // by each of our clients in turn
};

// Talkers, listeners and a plain client of the original kind; talk spurts, a newcomer, mutes, a
// pause of the server, and an end.
Told tell_sealed(const RunOptions& options, bool is_encrypted) {
  Stage stage(options, {});
  std::vector<CallPeer*> people;
  for (int i = 0; i < 5; ++i) {
    const auto voice = i < 3 ? VoiceSource::Kind::noise : VoiceSource::Kind::nothing;
    const PeerSettings person = healthy("person " + std::to_string(i), voice);
    people.push_back(&stage.call(encrypted(person, is_encrypted)));
  }
  stage.classic(healthy("plain", VoiceSource::Kind::noise));
  CallPeer& late = stage.call(encrypted(healthy("late", VoiceSource::Kind::nothing), is_encrypted));
  for (CallPeer* const person : people) person->connect();
  stage.peers()[5]->connect();
  stage.run(seconds{3});
  stage.server().check_healthy();
  for (CallPeer* const person : people) {
    promise(person->welcomed(), "a handshake is done within three seconds");
    person->note_what_is_heard();
  }
  for (int i = 0; i < 30; ++i) {
    stage.run(milliseconds{150});
    Peer& peer = *stage.peers()[static_cast<std::size_t>(i % 4)];
    peer.set_talking(!peer.talking());
    if (i == 10) late.connect();
    if (i % 7 == 3) stage.server().mute_somebody();
  }
  people[2]->leave();
  stage.server().ticker().pause(milliseconds{100});
  stage.run(seconds{3});
  Told told{{}, {}};
  for (CallPeer* const person : people) told.heard.push_back(person->hash_of_what_is_heard());
  told.result = stage.end();
  return told;
}

}  // namespace

Result play_sealed(const RunOptions& options) {
  const Told plain = tell_sealed(options, false);
  if (!has_tls()) return plain.result;
  const Told sealed = tell_sealed(options, true);
  promise(sealed.heard == plain.heard, "over TLS everybody hears what they hear without it");
  for (std::size_t i = 1; i < plain.heard.size(); ++i) {
    promise(plain.heard[i] != plain.heard[0], "everybody hears something of their own");
  }
  return added(plain.result, sealed.result);
}

Result play_sealed_train(const RunOptions& options) {
  Stage stage(options, {});
  if (!has_tls()) return stage.end();
  PeerSettings commuter;
  commuter.name = "commuter";
  commuter.up = commuter.down = train();
  commuter.is_encrypted = true;
  commuter.comes_back = true;
  CallPeer& talker = stage.call(commuter);
  commuter.voice = VoiceSource::Kind::nothing;
  CallPeer& listener = stage.call(commuter);
  commuter.name = "byte by byte";
  commuter.up = commuter.down = cable();
  commuter.up.split = commuter.down.split = Split::one_byte;
  stage.call(commuter);
  CallPeer& steady = stage.call(encrypted(healthy("steady", VoiceSource::Kind::marked)));
  stage.classic(healthy("plain", VoiceSource::Kind::noise));
  PeerSettings enemy;
  enemy.manners = Manners::hostile;
  enemy.comes_back = true;
  for (int i = 0; i < 5; ++i) stage.hostile(enemy);
  stage.connect_all();
  for (int i = 0; i < 20; ++i) {
    stage.run(seconds{2});
    if (i % 3 == 0) talker.crash();
    if (i % 5 == 0) listener.leave();
    // Cut off in the middle of its handshake, at another step each time.
    stage.run(milliseconds{1000 + 7 * i});
    if (i % 2 == 0) talker.crash();
  }
  promise(steady.welcomed() && steady.connected(), "accidents of others cost nobody a connection");
  stage.server().check_healthy();
  return stage.end();
}

}  // namespace sim

// Stories over TLS, with the real library at both ends, and through proxies.
#include "tests/sim/scenarios/stage.hpp"

#include <vector>

namespace sim {

using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

enum class Through : std::uint8_t { nothing, tls, proxies, proxies_and_tls };

bool is_sealed(Through through) {
  return through == Through::tls || through == Through::proxies_and_tls;
}

struct Told {
  Result result;
  std::vector<std::uint64_t> heard;  // by each of our clients in turn
};

// A person whose connection goes through all that.
PeerSettings sent_through(Through through, PeerSettings settings, std::uint8_t number) {
  settings.is_encrypted = is_sealed(through);
  settings.address = number;
  if (through == Through::proxies || through == Through::proxies_and_tls) {
    settings.route = number % 2 == 0 ? Route::proxy_line : Route::proxy_block;
  }
  return settings;
}

// Talkers, listeners and a plain client of the original kind; talk spurts, a newcomer, mutes, a
// pause of the server, and an end.
Told tell_sealed(const RunOptions& options, Through through) {
  Stage stage(options, {});
  std::vector<CallPeer*> people;
  for (std::uint8_t i = 0; i < 5; ++i) {
    const auto voice = i < 3 ? VoiceSource::Kind::noise : VoiceSource::Kind::nothing;
    const PeerSettings person = healthy("person " + std::to_string(i), voice);
    people.push_back(&stage.call(sent_through(through, person, i)));
  }
  stage.classic(healthy("plain", VoiceSource::Kind::noise));
  CallPeer& late =
      stage.call(sent_through(through, healthy("late", VoiceSource::Kind::nothing), 5));
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
  const Told plain = tell_sealed(options, Through::nothing);
  for (std::size_t i = 1; i < plain.heard.size(); ++i) {
    promise(plain.heard[i] != plain.heard[0], "everybody hears something of their own");
  }
  Result all = plain.result;
  for (const Through through : {Through::proxies, Through::tls, Through::proxies_and_tls}) {
    if (is_sealed(through) && !has_tls()) continue;
    const Told told = tell_sealed(options, through);
    promise(told.heard == plain.heard,
            "over TLS and through proxies everybody hears what they hear without");
    all = added(all, told.result);
  }
  return all;
}

Result play_proxied(const RunOptions& options) {
  Stage stage(options, {});
  constexpr std::uint8_t commuters = 12;
  for (std::uint8_t i = 0; i < commuters; ++i) {
    PeerSettings commuter;
    commuter.name = "commuter " + std::to_string(i);
    commuter.up = commuter.down = train();
    if (i % 3 == 0) commuter.up.split = Split::one_byte;
    commuter.comes_back = true;
    const bool is_encrypted = i % 4 == 1 && has_tls();
    stage.call(
        sent_through(is_encrypted ? Through::proxies_and_tls : Through::proxies, commuter, i));
  }
  // Each misbehaves in place of a header, or after one.
  PeerSettings enemy;
  enemy.manners = Manners::hostile;
  enemy.comes_back = true;
  for (const Route route : {Route::proxy_mute, Route::proxy_line, Route::proxy_block}) {
    for (const Split split : {Split::one_byte, Split::any_byte, Split::whole}) {
      enemy.route = route;
      enemy.up.split = split;
      enemy.address = static_cast<std::uint8_t>(100 + stage.peers().size());
      stage.hostile(enemy);
    }
  }
  CallPeer& steady =
      stage.call(sent_through(Through::proxies, healthy("steady", VoiceSource::Kind::marked), 200));
  stage.classic(healthy("plain", VoiceSource::Kind::noise));
  stage.connect_all();
  for (int i = 0; i < 60; ++i) {
    stage.run(milliseconds{990 + i});
    // Some of them in the middle of their headers.
    const auto unlucky = stage.world().random().below(commuters);
    stage.peers()[unlucky]->crash();
  }
  promise(steady.welcomed() && steady.connected(), "others' proxies cost nobody a connection");
  stage.server().check_healthy();
  return stage.end();
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
  CallPeer& steady =
      stage.call(sent_through(Through::tls, healthy("steady", VoiceSource::Kind::marked), 0));
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

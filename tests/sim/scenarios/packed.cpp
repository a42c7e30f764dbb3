// A story about Opus: no sample can be compared, but the sound is recognised as speech, with its
// talker and its age.
#include "tests/sim/peers/opus_peer.hpp"
#include "tests/sim/scenarios/stage.hpp"

#include <limits>

namespace sim {

using std::chrono::milliseconds;
using std::chrono::seconds;

Result play_packed(const RunOptions& options) {
  ServerSettings settings;
  // The content of the mix cannot be predicted, but that it is sent can.
  settings.mix_check_period = std::numeric_limits<int>::max();
  Stage stage(options, settings);
  if (!voice::has_codec(voice::CodecId::opus, stage.server().format())) return stage.end();
  const auto speaker = [&](const char* name, std::uint32_t seed) -> OpusPeer& {
    return stage.opus(healthy(name, VoiceSource::Kind::marked), seed);
  };
  OpusPeer& ada = speaker("Ada", 1);
  OpusPeer& bob = speaker("Bob", 2);
  OpusPeer& ear = speaker("Ear", 3);
  stage.classic(healthy("classic", VoiceSource::Kind::nothing));
  ear.set_talking(false);
  bob.set_talking(false);
  stage.connect_all();
  const auto near = [](const OpusPeer::Heard& heard) {
    return heard.snr_db > 3 && heard.age < milliseconds{160} && heard.age > milliseconds{20};
  };

  stage.run(seconds{6});
  for (const OpusPeer* const peer : {&ada, &bob, &ear}) {
    promise(peer->has_opus(), "a peer that asks for Opus gets it");
  }
  promise(near(ear.heard_of(ada, seconds{3})), "a listener of Opus hears the talker, in time");
  promise(near(bob.heard_of(ada, seconds{3})), "so does everybody else");
  promise(ada.level_dbfs(seconds{3}) < -80, "a lone talker of Opus hears nothing of itself");

  bob.set_talking(true);
  stage.run(seconds{6});
  promise(near(ada.heard_of(bob, seconds{3})), "of two talkers, each hears the other");
  promise(near(bob.heard_of(ada, seconds{3})), "in both directions");
  promise(ada.heard_of(ada, seconds{3}).snr_db < 0, "and not itself");

  ada.set_talking(false);
  stage.run(seconds{6});
  promise(near(ear.heard_of(bob, seconds{3})), "a listener follows when the talker changes");
  promise(near(ada.heard_of(bob, seconds{3})), "so does one that has just spoken");
  return stage.end();
}

}  // namespace sim

// Two who talk in turn, and send nothing while they are silent: what sinks in a pause is no
// lateness, so the delay stays what it was in the first minute.
#include "tests/sim/scenarios/stage.hpp"

namespace sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// From mouth to ear over a cable: the client's tick, a packet and the server's tick, a packet and
// the listener's tick, and twice 25 ms of reserve. The last 20 ms are not worth a correction.
constexpr milliseconds delay_most{20 + 20 + 20 + 20 + 20 + 2 * 25 + 20};
constexpr int turns = 200;

Duration some(Random& random, milliseconds from, milliseconds to) {
  return random.between(Duration{from}, Duration{to});
}

}  // namespace

Result play_conversation(const RunOptions& options) {
  ServerSettings settings;
  settings.adaptive.emplace();
  Stage stage(options, settings);
  AdaptivePeer& one = stage.adaptive(healthy("one", VoiceSource::Kind::marked), {.has_dtx = true});
  AdaptivePeer& other = stage.adaptive(healthy("other", VoiceSource::Kind::marked),
                                       {.codec = voice::voice1::Codec::l16, .has_dtx = true});
  stage.connect_all();
  one.set_talking(false);
  other.set_talking(false);
  stage.run(seconds{1});
  Random& random = stage.world().random();
  Duration most{0};
  for (int turn = 0; turn < turns; ++turn) {
    const bool is_other = turn % 2 == 1;
    AdaptivePeer& speaker = is_other ? other : one;
    AdaptivePeer& listener = is_other ? one : other;
    speaker.set_talking(true);
    listener.delay().restart();
    listener.delay().listen_to(speaker.microphone_clock());
    stage.run(some(random, milliseconds{400}, seconds{3}));
    speaker.set_talking(false);
    // Some pauses are shorter than the noise that ends a spurt, and some are longer.
    stage.run(some(random, milliseconds{150}, seconds{4}));
    promise(listener.delay().frames() > 5, "the speaker is heard");
    most = std::max(most, listener.delay().max());
    promise(listener.delay().max() <= delay_most, "pauses do not add to the delay");
    promise(listener.statistics().playout.underflows == 0, "the end of what is said is no loss");
    promise(listener.statistics().playout.lost == 0, "a pause takes no sequence numbers");
    promise(listener.statistics().ignored_messages == 0, "every message is understood");
  }
  stage.world().tell("delay up to " +
                     std::to_string(std::chrono::duration_cast<milliseconds>(most).count()) +
                     " ms");
  Result result = stage.end();
  result.delay_max = most;
  return result;
}

}  // namespace sim

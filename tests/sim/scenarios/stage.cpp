#include "tests/sim/scenarios/stage.hpp"

#include "tests/sim/world/memory_account.hpp"

namespace sim {
namespace {

// Longer than a stall, than a stalled peer is tolerated, and than a farewell takes.
constexpr std::chrono::seconds all_gone_after{30};

}  // namespace

LinkProfile cable() {
  return LinkProfile{};
}

LinkProfile train() {
  LinkProfile profile;
  profile.delay = std::chrono::milliseconds{40};
  profile.jitter = std::chrono::milliseconds{10};
  profile.bytes_per_second = 60'000;
  profile.stall_every = std::chrono::seconds{10};
  profile.stall_min = std::chrono::milliseconds{500};
  profile.stall_max = std::chrono::seconds{5};
  profile.split = Split::any_byte;
  return profile;
}

PeerSettings healthy(std::string name, VoiceSource::Kind voice) {
  PeerSettings settings;
  settings.name = std::move(name);
  settings.manners = Manners::healthy;
  settings.up = settings.down = cable();
  settings.voice = voice;
  return settings;
}

void Stage::connect_all() {
  for (const auto& peer : peers_) peer->connect();
}

Result Stage::end() {
  for (const auto& peer : peers_) {
    peer->retire();
    peer->leave();
  }
  run(all_gone_after);
  Result result;
  result.hash = world_.trail().value();
  result.ticks = server_.room().counters().ticks;
  result.frames_sent = server_.room().counters().messages_out;
  result.connections = server_.room().counters().joins;
  server_.end();
  promise(account(Account::client).live_bytes == 0, "calls that ended leave nothing");
  return result;
}

}  // namespace sim

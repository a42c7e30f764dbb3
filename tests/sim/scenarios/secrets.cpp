// Stories in which nobody hears or is heard before proving their identity.
#include "server/host/logins.hpp"

#include "tests/sim/scenarios/stage.hpp"

namespace sim {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::sys_seconds;

namespace {

// Each comes from another address.
class Guests {
 public:
  explicit Guests(Stage& stage) : stage_(stage) {}

  CallPeer& account(std::string user, std::string password, bool is_encrypted = false) {
    PeerSettings settings = next(user, is_encrypted);
    settings.user = std::move(user);
    settings.password = std::move(password);
    return stage_.call(settings);
  }
  CallPeer& holder(std::string token) {
    PeerSettings settings = next("holder", has_tls());
    // Without encryption, a token is only sent to the same machine.
    if (!has_tls()) settings.address = 0;
    settings.token = std::move(token);
    settings.comes_back = true;
    return stage_.call(settings);
  }
  // Tries again each second. @param user the account that it claims to be
  CallPeer& guesser(std::string user, int number) {
    PeerSettings settings = next("guesser", false);
    settings.manners = Manners::honest;
    settings.user = std::move(user);
    settings.password = "guess " + std::to_string(number);
    settings.comes_back = true;
    return stage_.call(settings);
  }
  // Asks for a challenge, and never answers. As many as are allowed from one address.
  void hoarders(std::vector<CallPeer*>& all) {
    PeerSettings settings = next("hoarder", false);
    settings.manners = Manners::honest;
    settings.user = "anna";
    settings.password = "anything";
    settings.answers = false;
    settings.comes_back = true;
    for (std::size_t i = 0; i < voiced::logins_per_address_max; ++i) {
      all.push_back(&stage_.call(settings));
    }
  }
  PeerSettings next(std::string name, bool is_encrypted) {
    PeerSettings settings = healthy(std::move(name), VoiceSource::Kind::noise);
    settings.is_encrypted = is_encrypted && has_tls();
    settings.address = ++last_address_;
    return settings;
  }

 private:
  Stage& stage_;
  std::uint8_t last_address_ = 0;
};

}  // namespace

Result play_secrets(const RunOptions& options) {
  if (!Porter::is_available()) return Stage(options, {}).end();
  Stage stage(options, {.logins = true});
  Porter& porter = stage.server().porter();
  porter.add_account("anna", "correct horse", voiced::Role::speaker);
  porter.add_account("bob", "battery staple", voiced::Role::operator_);
  Guests guests(stage);
  CallPeer& anna = guests.account("anna", "correct horse");
  CallPeer& bob = guests.account("bob", "battery staple", true);
  const std::string short_token = porter.invite(sys_seconds{seconds{20}});
  const std::string long_token = porter.invite(sys_seconds{seconds{3600}});
  CallPeer& short_holder = guests.holder(short_token);
  CallPeer& long_holder = guests.holder(long_token);
  CallPeer& once = guests.holder(porter.invite(sys_seconds{seconds{3600}}, true));
  CallPeer& forger = guests.holder(long_token.substr(0, long_token.size() - 2) + "AA");
  std::vector<CallPeer*> guessers;
  for (int i = 0; i < 3; ++i) guessers.push_back(&guests.guesser("anna", i));
  guessers.push_back(&guests.guesser("nobody", 3));
  PeerSettings silent = guests.next("never answers", false);
  silent.user = "anna";
  silent.password = "anything";
  silent.answers = false;
  CallPeer& dumb = stage.call(silent);
  ClassicPeer& classic = stage.classic(guests.next("classic", false));
  stage.connect_all();
  stage.run(seconds{3});
  for (const CallPeer* const right : {&anna, &bob, &short_holder, &long_holder, &once}) {
    promise(right->welcomed() && right->connected(), "the right secret opens the door");
  }
  for (int i = 0; i < 40; ++i) {
    stage.run(milliseconds{400});
    if (i == 20) guessers[0]->crash();
    if (i == 25) once.crash();
  }
  stage.server().check_healthy();
  stage.run(seconds{4});
  promise(!short_holder.welcomed(), "an invitation is over at its end");
  promise(stage.server().revoke(long_token) == 1, "those that came by it are sent away");
  stage.run(seconds{40});
  promise(long_holder.welcomes() == 1 && short_holder.welcomes() == 1 && once.welcomes() == 1,
          "an invitation that is over lets nobody in again");
  promise(anna.connected() && bob.connected(), "what others try costs nobody a connection");
  promise(forger.welcomes() == 0 && dumb.welcomes() == 0 && classic.frames_heard() == 0,
          "nobody hears anything without a secret");
  for (const CallPeer* const guesser : guessers) {
    promise(guesser->welcomes() == 0, "a wrong password opens nothing");
  }
  // Seven come back each second. Within 63 s, an address may fail 6 times, then after pauses of 1,
  // 2, 4, 8, 16 and 32 s; an account has pauses of its own.
  promise(porter.denied() <= 7 * 12, "guessing is slowed down");
  promise(porter.denied() >= 7 * 5, "all of them have tried");
  stage.server().check_healthy();
  return stage.end();
}

// Sixteen addresses hold all places for logins, and twelve more guess at an account.
Result play_hoarders(const RunOptions& options) {
  if (!Porter::is_available()) return Stage(options, {}).end();
  Stage stage(options, {.logins = true});
  stage.server().porter().add_account("anna", "correct horse", voiced::Role::speaker);
  stage.server().porter().add_account("bob", "battery staple", voiced::Role::speaker);
  Guests guests(stage);
  CallPeer& anna = guests.account("anna", "correct horse");
  CallPeer& bob = guests.account("bob", "battery staple");
  std::vector<CallPeer*> hoarders;
  while (hoarders.size() < voiced::logins_max) guests.hoarders(hoarders);
  std::vector<CallPeer*> guessers;
  for (int i = 0; i < 12; ++i) guessers.push_back(&guests.guesser("anna", i));

  for (CallPeer* const hoarder : hoarders) hoarder->connect();
  stage.run(seconds{2});
  const voiced::Host& host = stage.server().host();
  promise(host.status(stage.world().now()).logins == voiced::logins_max, "all places are taken");
  anna.connect();
  stage.run(seconds{1});
  promise(anna.welcomed(), "those that hold all places let somebody else in");
  stage.run(seconds{20});
  bob.connect();
  stage.run(seconds{1});
  promise(bob.welcomed(), "they do so also after they have come back");

  anna.leave();
  for (CallPeer* const guesser : guessers) guesser->connect();
  stage.run(seconds{4});
  const int denied = stage.server().porter().denied();
  promise(denied > 10, "the account is slowed down");
  anna.connect();
  stage.run(seconds{1});
  promise(anna.welcomes() == 2, "guesses of others do not delay an account where it is known");
  stage.run(seconds{5});
  promise(bob.connected() && anna.connected(), "what others try costs nobody a connection");
  for (const std::vector<CallPeer*>& strangers : {hoarders, guessers}) {
    for (const CallPeer* const stranger : strangers) {
      promise(stranger->welcomes() == 0, "nobody is let in without a secret");
    }
  }
  stage.server().check_healthy();
  return stage.end();
}

}  // namespace sim

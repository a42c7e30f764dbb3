// Peers that prove who they are: what the host asks its shell, and what the shell's verdicts do.
#include "tests/server/host/login_trial.hpp"
#include "tests/support/record_transport.hpp"

using namespace voiced;
using namespace voiced::test;
using std::chrono::seconds;

TEST_CASE("an account is let in by a challenge, and everybody learns its role", "[login]") {
  Trial trial;
  const PeerId id = trial.greet("\nUser:anna\nNonce:mine");
  const auto opening = std::get<claim::Opening>(trial.claim());
  CHECK(opening.user == "anna");
  CHECK(opening.nonce == "mine");

  trial.judge(id, verdict::Asked{{"theirs", "salt", 19456, 2}});
  CHECK(trial.last_text(id) == "Challenge\nNonce:theirs\nSalt:salt\nMemory:19456\nPasses:2");

  trial.say(id, voice::test::message("Proof\nProof:I know it"));
  const auto proof = std::get<claim::Proof>(trial.claim());
  CHECK(proof.user == "anna");
  CHECK(proof.nonce == "mine");
  CHECK(proof.challenge.nonce == "theirs");
  CHECK(proof.proof == "I know it");

  trial.judge(id, verdict::Granted{account("anna", Role::operator_), {}, "so do I"});
  CHECK(trial.last_text(id) ==
        "Welcome\nId:1\nName:Ada (anna)\nAgent:voiced\nUser:anna\nRole:operator\nProof:so do I");
  CHECK(trial.host.find(id)->session.access().user == "anna");
  CHECK(trial.host.counters().logins_granted == 1);
  CHECK(trial.host.participants(trial.now)[0].user == "anna");
}

TEST_CASE("until it has proved who it is, a peer neither hears nor is heard", "[login]") {
  Trial trial;
  const PeerId other = trial.arrive(9);
  const PeerId id = trial.greet("\nUser:anna\nNonce:mine");

  CHECK_FALSE(trial.hears(id, other));
  CHECK_FALSE(trial.hears(other, id));

  trial.judge(id, verdict::Asked{{"theirs", "salt", 19456, 2}});
  trial.say(id, voice::test::message("Proof\nProof:x"));
  trial.judge(id, verdict::Granted{account("anna"), {}, {}});
  CHECK(trial.hears(id, other));
  CHECK(trial.hears(other, id));
}

TEST_CASE("a peer that is moved while it logs in is neither welcomed nor heard before it may be",
          "[login]") {
  HostOptions options = options_of();
  RoomOptions kitchen = options.front_room;
  kitchen.name = "kitchen";
  options.rooms = {{kitchen}};
  Trial trial(options);
  const PeerId cook = trial.arrive(9);
  trial.say(cook, voice::test::message("Hello\nName:Cook\nRoom:kitchen"));
  const PeerId id = trial.greet("\nUser:anna\nNonce:mine");
  trial.judge(id, verdict::Asked{{"theirs", "salt", 19456, 2}});
  const std::size_t texts = trial.line(id).texts().size();

  CHECK_FALSE(trial.host.move(id.number, trial.host.lobby().find("kitchen").value()));
  trial.tick(3);
  CHECK(trial.line(id).texts().size() == texts);
  CHECK_FALSE(trial.hears(id, cook));
  CHECK_FALSE(trial.hears(cook, id));

  trial.say(id, voice::test::message("Proof\nProof:x"));
  trial.judge(id, verdict::Granted{account("anna"), {}, {}});
  CHECK(trial.last_text(id) ==
        "Welcome\nId:2\nName:Ada (anna)\nAgent:voiced\nRoom:kitchen\nUser:anna\nRole:speaker");
  CHECK(trial.hears(id, cook));
}

TEST_CASE("a denied peer is told the same whatever was wrong, and is counted", "[login]") {
  Trial trial;
  for (const char* const why : {"wrong password", "no such account"}) {
    const PeerId id = trial.greet("\nUser:anna\nPassword:x");
    CHECK(std::get<claim::Password>(trial.claim()).password == "x");
    trial.judge(id, verdict::Denied{why});
    CHECK(trial.last_text(id) == "Bye\nCode:password\nReason:the password is wrong or missing");
    CHECK(trial.end_of(id) == CloseReason::bad_password);
    const auto* const failed = last_event<event::LoginFailed>(trial);
    REQUIRE(failed != nullptr);
    CHECK(failed->user == "anna");
    CHECK(failed->why == why);
  }
  CHECK(trial.host.counters().closes.of(CloseReason::bad_password) == 2);
}

TEST_CASE("an invitation gives the role that it names, and its peer is told when it is over",
          "[login]") {
  Trial trial;
  const PeerId other = trial.arrive(9);
  const PeerId id = trial.greet("\nToken:vi1.x.y");
  CHECK(std::get<claim::Invitation>(trial.claim()).token == "vi1.x.y");
  Access access{.is_guest = false, .role = Role::listener, .invitation = "ABC"};
  access.until = std::chrono::sys_seconds{seconds{100}};
  trial.judge(id, verdict::Granted{access, "Guest", {}});

  const auto texts = trial.line(id).texts();
  REQUIRE(texts.size() == 3);
  CHECK(texts[1] == "Welcome\nId:2\nName:Guest\nAgent:voiced\nRole:listener");
  CHECK(texts[2] == "State\nMutedByServer:microphone\nRole:listener");
  CHECK_FALSE(trial.hears(id, other));
  CHECK(trial.hears(other, id));

  SECTION("its name is not its own to choose") {
    trial.say_hello(id, "Operator");
    CHECK(trial.host.find(id)->session.name() == "Guest");
  }
  SECTION("the operator's unmute does not make it heard") {
    CHECK(trial.host.set_mutes(2, {}));
    trial.tick();
    CHECK(trial.last_text(id) == "State\nMutedByServer:microphone\nRole:listener");
    CHECK_FALSE(trial.hears(id, other));
  }
  SECTION("its time is over") {
    trial.now += seconds{2};
    trial.today = std::chrono::sys_seconds{seconds{99}};
    trial.tick();
    CHECK(trial.host.is_speaking(id));
    trial.now += seconds{2};
    trial.today = std::chrono::sys_seconds{seconds{100}};
    trial.tick();
    CHECK_FALSE(trial.host.is_speaking(id));
    CHECK(trial.host.counters().closes.of(CloseReason::invitation_over) == 1);
  }
  SECTION("it is revoked") {
    CHECK(trial.host.end_invitation("XYZ", trial.now) == 0);
    CHECK(trial.host.end_invitation("ABC", trial.now) == 1);
    trial.tick();
    CHECK(trial.last_text(id) ==
          "Bye\nCode:invitation\nReason:the invitation has expired or was revoked");
    CHECK(trial.end_of(other) == std::nullopt);
  }
}

TEST_CASE("an invitation opens its own room only", "[login]") {
  Trial trial;
  const PeerId id = trial.greet("\nRoom:attic\nToken:t");
  Access access{.is_guest = false, .invitation = "ABC", .room = "cellar"};
  trial.judge(id, verdict::Granted{access, {}, {}});
  CHECK(trial.end_of(id) == CloseReason::bad_invitation);
}

TEST_CASE("secrets in the clear are accepted where the setting says so", "[login]") {
  const PlainSecrets allowed =
      GENERATE(PlainSecrets::none, PlainSecrets::loopback, PlainSecrets::all);
  const bool is_local = GENERATE(false, true);
  const auto* const secret = GENERATE("\nUser:anna\nPassword:x", "\nToken:t");
  Trial trial(options_of(Guests::speak, allowed));
  const PeerId id = trial.greet(secret, is_local ? 0 : 1);

  const bool is_taken =
      allowed == PlainSecrets::all || (is_local && allowed == PlainSecrets::loopback);
  CHECK(trial.host.take_checks().size() == (is_taken ? 1 : 0));
  trial.tick();
  CHECK(trial.end_of(id) ==
        (is_taken ? std::nullopt : std::optional(CloseReason::secret_in_clear)));
  if (!is_taken) CHECK(trial.last_text(id).find("use TLS") != std::string::npos);
}

TEST_CASE("guests are admitted as the setting says", "[login]") {
  SECTION("as listeners") {
    Trial trial(options_of(Guests::listen));
    const PeerId other = trial.arrive(9);
    const PeerId classic = trial.arrive(8);
    const PeerId id = trial.greet("");
    CHECK(trial.last_text(id) == "State\nMutedByServer:microphone\nRole:listener");
    CHECK_FALSE(trial.hears(id, other));
    CHECK_FALSE(trial.hears(classic, other));
  }
  SECTION("not at all") {
    Trial trial(options_of(Guests::none));
    const PeerId id = trial.greet("");
    trial.tick();
    CHECK(trial.end_of(id) == CloseReason::login_required);
    const PeerId classic = trial.arrive(8);
    const PeerId other = trial.greet("\nToken:t", 9);
    trial.judge(other, verdict::Granted{{.is_guest = false, .invitation = "A"}, {}, {}});
    CHECK_FALSE(trial.hears(classic, other));
    trial.now += seconds{6};
    trial.tick();
    CHECK(trial.end_of(classic) == CloseReason::hello_timeout);
  }
}

TEST_CASE("a login that is never finished ends, and an abandoned one is not answered", "[login]") {
  Trial trial;
  const PeerId slow = trial.greet("\nUser:anna\nNonce:mine");
  (void)trial.claim();
  trial.judge(slow, verdict::Asked{{"theirs", "salt", 19456, 2}});
  const PeerId gone = trial.greet("\nUser:anna\nPassword:x", 2);
  (void)trial.claim();
  trial.host.ended(gone, Ended::closed, trial.now);
  trial.tick();

  CHECK_FALSE(trial.host.checked(gone, verdict::Granted{account("anna"), {}, {}}, trial.now));
  CHECK(trial.host.counters().logins_granted == 0);

  trial.now += seconds{16};
  trial.tick();
  CHECK(trial.end_of(slow) == CloseReason::login_timeout);
  CHECK(trial.host.status(trial.now).logins == 0);
}

TEST_CASE("a peer that guesses has to wait, and is told for how long", "[login]") {
  Trial trial;
  for (int i = 0; i < 6; ++i) {
    const PeerId id = trial.greet("\nUser:anna\nPassword:x");
    (void)trial.claim();
    trial.judge(id, verdict::Denied{});
  }
  const PeerId id = trial.greet("\nUser:anna\nPassword:right");
  CHECK(trial.host.take_checks().empty());
  trial.tick();
  CHECK(trial.last_text(id) == "Bye\nCode:wait\nReason:too many failed attempts; try again in 1 s");

  trial.now += seconds{1};
  const PeerId later = trial.greet("\nUser:anna\nPassword:right");
  CHECK(trial.host.take_checks().size() == 1);
  CHECK(trial.host.is_speaking(later));
}

TEST_CASE("a password that cannot be checked lets nobody in, and counts as no guess", "[login]") {
  Trial trial;
  for (int i = 0; i < 20; ++i) {
    const PeerId id = trial.greet("\nUser:anna\nPassword:right");
    (void)trial.claim();
    trial.judge(id, verdict::Unchecked{"not enough memory to hash the password"});
    CHECK(trial.end_of(id) == CloseReason::login_unchecked);
    CHECK(
        trial.last_text(id) ==
        "Bye\nCode:wait\nReason:the server cannot check passwords at the moment; try again later");
  }
  CHECK(trial.host.counters().closes.of(CloseReason::login_unchecked) == 20);
  CHECK(trial.host.counters().logins_granted == 0);
  const auto* const told = last_event<event::LoginFailed>(trial);
  REQUIRE(told != nullptr);
  CHECK(told->user == "anna");
  CHECK(told->reason == CloseReason::login_unchecked);
  CHECK(told->why == "not enough memory to hash the password");

  const PeerId later = trial.greet("\nUser:anna\nPassword:right");
  (void)trial.claim();
  trial.judge(later, verdict::Granted{account("anna"), {}, {}});
  CHECK(trial.host.find(later)->session.access().user == "anna");
}

TEST_CASE("what strangers try does not delay an account where it has logged in before", "[login]") {
  HostOptions options = options_of();
  options.front_room.participants_max = 32;
  Trial trial(options);
  const PeerId before = trial.greet("\nUser:anna\nNonce:mine", 7);
  trial.judge(before, verdict::Granted{account("anna"), {}, {}});
  for (std::uint8_t i = 0; i < 12; ++i) {
    const PeerId id = trial.greet("\nUser:anna\nPassword:x", static_cast<std::uint8_t>(20 + i));
    trial.judge(id, verdict::Denied{"wrong password"});
  }
  const PeerId elsewhere = trial.greet("\nUser:anna\nNonce:mine", 8);
  CHECK(trial.host.take_checks().empty());
  trial.tick();
  CHECK(trial.end_of(elsewhere) == CloseReason::login_slowed);
  const PeerId again = trial.greet("\nUser:anna\nNonce:mine", 7);
  CHECK(std::get<claim::Opening>(trial.claim()).user == "anna");
  CHECK(trial.host.is_speaking(again));
}

TEST_CASE("what does not belong to a login is ignored", "[login]") {
  Trial trial;
  const PeerId id = trial.greet("\nUser:anna\nNonce:mine");
  (void)trial.claim();
  trial.say(id, voice::test::message("Proof\nProof:too early"));
  trial.say(id, voice::test::message("Hello\nName:Eve\nUser:eve\nPassword:x"));
  CHECK(trial.host.take_checks().empty());
  CHECK(trial.host.is_speaking(id));

  trial.judge(id, verdict::Granted{account("anna"), {}, {}});
  trial.say(id, voice::test::message("Proof\nProof:too late"));
  trial.say(id, voice::test::message("Hello\nName:Maria\nUser:eve\nPassword:x"));
  CHECK(trial.host.take_checks().empty());
  CHECK(trial.host.find(id)->session.access().user == "anna");
  CHECK(trial.host.find(id)->session.name() == "Maria (anna)");
}

TEST_CASE("only a server that can send challenges announces that", "[login]") {
  Trial trial;
  CHECK(trial.line(trial.arrive(1)).texts()[0] == "SamplesPerSecond:8000:voice/1:challenge/1");
  Crowd plain;
  CHECK(plain.line(plain.arrive(1)).texts()[0] == "SamplesPerSecond:8000:voice/1");
}

namespace {

// A peer whose connection has shown a certificate with this name says Hello.
PeerId greet_certified(Trial& trial, const std::string& name, const std::string& more = "") {
  using voice::test::RecordTransport;
  auto transport = std::make_unique<RecordTransport>();
  transport->certified = name;
  const PeerId id = trial.arrive(1, std::move(transport));
  RecordTransport client;
  (void)client.own();
  const auto hello = voice::test::message("Hello\nName:Mallory" + more);
  const voice::Bytes sealed = client.seal(hello);
  voice::test::ByteVector bytes{RecordTransport::greeting};
  bytes.insert(bytes.end(), sealed.begin(), sealed.end());
  trial.say(id, bytes);
  return id;
}

}  // namespace

TEST_CASE("a peer with a certificate needs no password, and has the name in it", "[login]") {
  HostOptions options = options_of(Guests::none);
  options.password = "sesame";
  Trial trial(options);
  const PeerId id = greet_certified(trial, "machine-7");
  CHECK(std::get<claim::Certificate>(trial.claim()).name == "machine-7");
  trial.judge(id, verdict::Granted{.access = {.is_guest = false, .certificate = "machine-7"},
                                   .name = "machine-7"});

  const auto people = trial.host.participants(trial.now);
  REQUIRE(people.size() == 1);
  CHECK(people[0].name == "machine-7");
  CHECK(people[0].certificate == "machine-7");
  CHECK(people[0].user.empty());
  CHECK(people[0].role == Role::speaker);
  CHECK(trial.host.counters().logins_granted == 1);
  REQUIRE(last_event<event::LoggedIn>(trial) != nullptr);
  CHECK(last_event<event::LoggedIn>(trial)->access.certificate == "machine-7");
}

TEST_CASE("a certificate is a login even without accounts", "[login]") {
  HostOptions options = options_of(Guests::none);
  options.login.has_judge = options.login.has_accounts = false;
  options.password = "sesame";
  Trial trial(options);
  const PeerId id = greet_certified(trial, "machine-7");
  trial.tick();
  CHECK(trial.host.take_checks().empty());
  CHECK_FALSE(trial.end_of(id));
  CHECK(trial.host.participants(trial.now)[0].name == "machine-7");
  const PeerId nobody = greet_certified(trial, "");
  CHECK(trial.end_of(nobody) == CloseReason::login_required);
}

TEST_CASE("a peer that wants to be somebody else has to prove that, certificate or not",
          "[login]") {
  Trial trial;
  (void)greet_certified(trial, "machine-7", "\nUser:anna\nNonce:mine");
  CHECK(std::get<claim::Opening>(trial.claim()).user == "anna");
  (void)greet_certified(trial, "machine-7", "\nToken:vi1.x.y");
  CHECK(std::get<claim::Invitation>(trial.claim()).token == "vi1.x.y");
  (void)greet_certified(trial, "machine-7", "\nUser:machine-7");
  CHECK(std::get<claim::Certificate>(trial.claim()).name == "machine-7");
}

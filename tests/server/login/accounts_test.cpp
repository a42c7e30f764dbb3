// The judge of a server: accounts, the conference's password and invitations.
#include "server/login/accounts.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"

#include <map>

using namespace voiced;
namespace identity = voice::identity;
using std::chrono::hours;

namespace {

constexpr std::chrono::sys_seconds today{std::chrono::seconds{1'800'000'000}};

identity::Verifier verifier_of(const std::string& password) {
  return identity::make_verifier(password, identity::make_random<identity::Salt>(),
                                 identity::cost_min)
      .value();
}

struct Trial {
  explicit Trial(PasswordWorker::Compare compare = identity::compare) : accounts(compare) {
    const identity::User anna{identity::UserRole::operator_, verifier_of("annas")};
    accounts.set_users(std::make_shared<identity::Users>(
        identity::parse_users(identity::with_user("", "anna", anna)).value()));
    accounts.set_passwords({{"front", "ours"}, {"board", "boards"}});
    accounts.set_invitation_key(identity::make_random<identity::Key>());
  }

  Judgement ask(Claim claim) {
    accounts.ask({{0, 1}, std::move(claim)}, today);
    auto judged = accounts.take();
    const bool has_come = voice::test::eventually([&] {
      if (judged.empty()) judged = accounts.take();
      return !judged.empty();
    });
    REQUIRE(has_come);
    REQUIRE(judged.size() == 1);
    CHECK(judged[0].peer == PeerId{0, 1});
    return judged[0].verdict;
  }
  /// Plays both ends of a challenge.
  Judgement prove(const std::string& user, const std::string& password,
                  const std::string& room = {}) {
    const auto asked = std::get<verdict::Asked>(ask(claim::Opening{user, "mine", room}));
    const auto& challenge = asked.challenge;
    const auto proofs = identity::prove(
        {user, "mine", challenge.nonce, challenge.salt, {challenge.memory_kib, challenge.passes}},
        password);
    REQUIRE(proofs.has_value());
    servers_proof = proofs->server;
    return ask(claim::Proof{user, "mine", challenge, proofs->client, room});
  }
  std::string invite(const identity::Invitation& invitation) {
    return accounts.invite(invitation).value();
  }

  Accounts accounts;
  std::string servers_proof;
};

bool is_denied(const Judgement& judgement) {
  return std::holds_alternative<verdict::Denied>(judgement);
}

identity::Invitation for_an_hour() {
  return {.id = identity::make_invitation_id(), .until = today + hours{1}};
}

}  // namespace

TEST_CASE("an account is granted its role for its password, proved or sent", "[accounts]") {
  Trial trial;
  const auto proved = std::get<verdict::Granted>(trial.prove("anna", "annas"));
  CHECK(proved.access.user == "anna");
  CHECK(proved.access.role == Role::operator_);
  CHECK_FALSE(proved.access.is_guest);
  CHECK(proved.proof == trial.servers_proof);

  const auto sent = std::get<verdict::Granted>(trial.ask(claim::Password{"anna", "annas"}));
  CHECK(sent.access.user == "anna");

  CHECK(is_denied(trial.prove("anna", "ours")));
  CHECK(is_denied(trial.ask(claim::Password{"anna", "ours"})));
  CHECK(is_denied(trial.ask(claim::Password{"anna", ""})));
}

TEST_CASE("a password that cannot be hashed is neither right nor wrong", "[accounts]") {
  Trial trial(
      [](const identity::Verifier&, std::string_view) { return identity::Comparison::failed; });
  for (const std::string& user : {std::string("anna"), std::string("eve")}) {
    const auto unchecked = std::get<verdict::Unchecked>(trial.ask(claim::Password{user, "annas"}));
    CHECK(unchecked.why == "not enough memory to hash the password");
  }
}

TEST_CASE("a name without an account is asked and refused as one that has one", "[accounts]") {
  Trial trial;
  const auto first = std::get<verdict::Asked>(trial.ask(claim::Opening{"eve", "n"})).challenge;
  const auto second = std::get<verdict::Asked>(trial.ask(claim::Opening{"eve", "n"})).challenge;
  CHECK(first.salt == second.salt);
  CHECK(first.nonce != second.nonce);
  const auto real = std::get<verdict::Asked>(trial.ask(claim::Opening{"anna", "n"})).challenge;
  CHECK(first.memory_kib == real.memory_kib);
  CHECK(first.passes == real.passes);

  CHECK(std::get<verdict::Denied>(trial.prove("eve", "annas")).why ==
        std::get<verdict::Denied>(trial.prove("anna", "eves")).why);
  CHECK(is_denied(trial.ask(claim::Password{"eve", "annas"})));
}

TEST_CASE("the conference's password makes a guest", "[accounts]") {
  Trial trial;
  const auto granted = std::get<verdict::Granted>(trial.prove("", "ours"));
  CHECK(granted.access.is_guest);
  CHECK(granted.access.user.empty());
  CHECK(is_denied(trial.prove("", "annas")));

  trial.accounts.set_passwords({});
  CHECK(is_denied(trial.prove("", "ours")));
}

TEST_CASE("every room has its own password, or that of the front room", "[accounts][rooms]") {
  Trial trial;
  CHECK_FALSE(is_denied(trial.prove("", "boards", "board")));
  CHECK(is_denied(trial.prove("", "ours", "board")));
  CHECK(is_denied(trial.prove("", "boards")));
  CHECK_FALSE(is_denied(trial.prove("", "ours", "made on demand")));
}

TEST_CASE("a password that stays is asked for with the same salt", "[accounts][rooms]") {
  Trial trial;
  const auto salt_of = [&](const std::string& room) {
    return std::get<verdict::Asked>(trial.ask(claim::Opening{"", "mine", room})).challenge.salt;
  };
  const std::string front = salt_of("front");
  const std::string board = salt_of("board");
  CHECK(front != board);
  // A peer that is logging in has already been told the salt.
  trial.accounts.set_passwords({{"front", "ours"}, {"board", "new"}, {"cellar", "ours"}});
  CHECK(salt_of("front") == front);
  CHECK(salt_of("cellar") == front);
  CHECK(salt_of("board") != board);
  CHECK_FALSE(is_denied(trial.prove("", "new", "board")));
  CHECK(is_denied(trial.prove("", "boards", "board")));
}

TEST_CASE("peers that ask for a password at the same moment wait for one verifier", "[accounts]") {
  Trial trial;
  constexpr std::uint64_t peers = 50;
  for (std::uint64_t number = 1; number <= peers; ++number) {
    trial.accounts.ask({{0, number}, claim::Opening{"", "mine", "front"}}, today);
  }
  std::map<std::uint64_t, std::string> salts;
  REQUIRE(voice::test::eventually([&] {
    for (const Judged& judged : trial.accounts.take()) {
      const auto asked = std::get<verdict::Asked>(judged.verdict);
      CHECK(salts.emplace(judged.peer.number, asked.challenge.salt).second);
    }
    return salts.size() == peers;
  }));
  for (const auto& [number, salt] : salts) CHECK(salt == salts[1]);
}

TEST_CASE("a password that changes between the challenge and the proof lets nobody in",
          "[accounts]") {
  Trial trial;
  const auto asked = std::get<verdict::Asked>(trial.ask(claim::Opening{"", "mine"})).challenge;
  trial.accounts.set_passwords({{"front", "new"}});
  for (const char* const password : {"ours", "new"}) {
    const auto proofs = identity::prove(
        {"", "mine", asked.nonce, asked.salt, {asked.memory_kib, asked.passes}}, password);
    CHECK(is_denied(trial.ask(claim::Proof{"", "mine", asked, proofs->client})));
  }
}

TEST_CASE("the password of a room is compared if it was sent", "[accounts][rooms]") {
  Trial trial;
  CHECK_FALSE(is_denied(trial.ask(claim::Password{"", "boards", "board"})));
  CHECK(is_denied(trial.ask(claim::Password{"", "ours", "board"})));
  CHECK(is_denied(trial.ask(claim::Password{"", "", "board"})));
}

TEST_CASE("a proof is good for its own challenge only", "[accounts]") {
  Trial trial;
  const auto asked = std::get<verdict::Asked>(trial.ask(claim::Opening{"anna", "mine"})).challenge;
  const auto proofs = identity::prove(
      {"anna", "mine", asked.nonce, asked.salt, {asked.memory_kib, asked.passes}}, "annas");
  CHECK_FALSE(is_denied(trial.ask(claim::Proof{"anna", "mine", asked, proofs->client})));

  const auto next = std::get<verdict::Asked>(trial.ask(claim::Opening{"anna", "mine"})).challenge;
  CHECK(is_denied(trial.ask(claim::Proof{"anna", "mine", next, proofs->client})));
}

TEST_CASE("an account that is removed while it logs in stays outside", "[accounts]") {
  Trial trial;
  trial.accounts.ask({{0, 1}, claim::Password{"anna", "annas"}}, today);
  trial.accounts.set_users(nullptr);
  std::vector<Judged> judged;
  REQUIRE(voice::test::eventually([&] {
    judged = trial.accounts.take();
    return !judged.empty();
  }));
  CHECK(is_denied(judged[0].verdict));
}

TEST_CASE("an invitation is good any number of times, until it is revoked", "[accounts]") {
  Trial trial;
  identity::Invitation invitation = for_an_hour();
  invitation.room = "attic";
  invitation.name = "Guest";
  invitation.role = identity::UserRole::listener;
  const std::string token = trial.invite(invitation);

  for (int i = 0; i < 2; ++i) {
    const auto granted = std::get<verdict::Granted>(trial.ask(claim::Invitation{token}));
    CHECK(granted.access.invitation == invitation.id);
    CHECK(granted.access.room == "attic");
    CHECK(granted.access.role == Role::listener);
    CHECK(granted.access.until == invitation.until);
    CHECK(granted.name == "Guest");
  }
  const auto by = GENERATE(0, 1);
  CHECK(trial.accounts.revoke(by == 0 ? invitation.id : token, today).value() == invitation.id);
  CHECK(std::get<verdict::Denied>(trial.ask(claim::Invitation{token})).why == "revoked");
}

TEST_CASE("an invitation for one connection is used up by it", "[accounts]") {
  Trial trial;
  int changes = 0;
  trial.accounts.on_ended([&](const Accounts::Kept& kept) {
    ++changes;
    kept({});
  });
  identity::Invitation once = for_an_hour();
  once.is_once = true;
  const std::string single = trial.invite(once);
  CHECK_FALSE(is_denied(trial.ask(claim::Invitation{single})));
  CHECK(std::get<verdict::Denied>(trial.ask(claim::Invitation{single})).why == "already used");
  CHECK(changes == 1);
}

TEST_CASE("an invitation is good until it expires", "[accounts]") {
  Trial trial;
  identity::Invitation over = for_an_hour();
  over.until = today;
  CHECK(std::get<verdict::Denied>(trial.ask(claim::Invitation{trial.invite(over)})).why ==
        "expired");
}

TEST_CASE("an invitation that let nobody in is good again, unless it was revoked", "[accounts]") {
  Trial trial;
  int changes = 0;
  trial.accounts.on_ended([&](const Accounts::Kept& kept) {
    ++changes;
    kept({});
  });
  identity::Invitation once = for_an_hour();
  once.is_once = true;
  const std::string token = trial.invite(once);
  REQUIRE_FALSE(is_denied(trial.ask(claim::Invitation{token})));
  trial.accounts.was_not_used(once.id);
  CHECK(changes == 2);
  CHECK_FALSE(is_denied(trial.ask(claim::Invitation{token})));

  REQUIRE(trial.accounts.revoke(once.id, today).has_value());
  trial.accounts.was_not_used(once.id);
  CHECK(std::get<verdict::Denied>(trial.ask(claim::Invitation{token})).why == "revoked");

  const identity::Invitation many = for_an_hour();
  REQUIRE(trial.accounts.revoke(many.id, today).has_value());
  trial.accounts.was_not_used(many.id);
  CHECK(is_denied(trial.ask(claim::Invitation{trial.invite(many)})));
}

TEST_CASE("an invitation for one connection lets nobody in before its use is on disk",
          "[accounts]") {
  Trial trial;
  std::vector<Accounts::Kept> waiting;
  trial.accounts.on_ended([&](Accounts::Kept kept) { waiting.push_back(std::move(kept)); });
  identity::Invitation once = for_an_hour();
  once.is_once = true;
  const std::string token = trial.invite(once);

  trial.accounts.ask({{0, 1}, claim::Invitation{token}}, today);
  CHECK(trial.accounts.take().empty());
  REQUIRE(waiting.size() == 1);
  CHECK(std::get<verdict::Denied>(trial.ask(claim::Invitation{token})).why == "already used");

  SECTION("it is written") {
    waiting[0]({});
    const auto judged = trial.accounts.take();
    REQUIRE(judged.size() == 1);
    CHECK(judged[0].peer == PeerId{0, 1});
    CHECK(std::get<verdict::Granted>(judged[0].verdict).access.invitation == once.id);
    CHECK(waiting.size() == 1);
  }
  SECTION("it cannot be written, so that it is still good, for another attempt") {
    waiting[0]("No space left on device");
    const auto judged = trial.accounts.take();
    REQUIRE(judged.size() == 1);
    CHECK(std::get<verdict::Unchecked>(judged[0].verdict).why.find("No space left on device") !=
          std::string::npos);
    REQUIRE(waiting.size() == 2);
    waiting[1]({});
    CHECK(trial.accounts.take().empty());
    trial.accounts.ask({{0, 2}, claim::Invitation{token}}, today);
    REQUIRE(waiting.size() == 3);
    waiting[2]({});
    CHECK(std::get<verdict::Granted>(trial.accounts.take().at(0).verdict).access.invitation ==
          once.id);
  }
}

TEST_CASE("invitations are known until they expire", "[accounts]") {
  Trial trial;
  const identity::Invitation made = for_an_hour();
  (void)trial.invite(made);
  const std::string elsewhere = identity::make_invitation_id();
  REQUIRE(trial.accounts.revoke(elsewhere, today).has_value());
  identity::Invitation once = for_an_hour();
  once.is_once = true;
  REQUIRE_FALSE(is_denied(trial.ask(claim::Invitation{trial.invite(once)})));

  std::map<std::string, identity::KnownInvitation> known;
  for (const auto& each : trial.accounts.invitations(today)) known[each.invitation.id] = each;
  REQUIRE(known.size() == 3);
  CHECK(known[made.id].state == identity::InvitationState::valid);
  CHECK(known[made.id].invitation == made);
  CHECK(known[once.id].state == identity::InvitationState::used);
  CHECK(known[once.id].invitation == once);
  CHECK(known[elsewhere].state == identity::InvitationState::revoked);
  CHECK(known[elsewhere].is_id_alone);
  CHECK(trial.accounts.invitations(today + hours{1}).size() == 1);
  CHECK(trial.accounts.invitations(today + hours{24 * 367}).empty());
}

TEST_CASE("used invitations that have expired make room for others", "[accounts]") {
  Trial trial;
  const auto use = [&](std::chrono::sys_seconds when, std::chrono::hours length) {
    identity::Invitation once{.id = identity::make_invitation_id(), .until = when + length};
    once.is_once = true;
    trial.accounts.ask({{0, 1}, claim::Invitation{trial.invite(once)}}, when);
    return !is_denied(trial.accounts.take().at(0).verdict);
  };
  for (std::size_t i = 0; i < identity::ended_invitations_max; ++i) {
    REQUIRE(use(today, std::chrono::hours{1}));
  }
  CHECK_FALSE(use(today, std::chrono::hours{1}));
  CHECK(use(today + std::chrono::hours{2}, std::chrono::hours{1}));
  CHECK(trial.accounts.ended().size() == 1);
}

TEST_CASE("a clock that is wrong for a while makes no revoked invitation valid", "[accounts]") {
  Trial trial;
  const auto later = today + std::chrono::hours{24 * 30};
  const identity::Invitation invitation = for_an_hour();
  const std::string token = trial.invite(invitation);
  REQUIRE(trial.accounts.revoke(invitation.id, later - std::chrono::years{50}).has_value());
  REQUIRE(trial.accounts.revoke(for_an_hour().id, later).has_value());
  CHECK(std::get<verdict::Denied>(trial.ask(claim::Invitation{token})).why == "revoked");
}

TEST_CASE("without a key there are no invitations", "[accounts]") {
  Trial trial;
  const std::string token = trial.invite(for_an_hour());
  trial.accounts.set_invitation_key(std::nullopt);
  CHECK(is_denied(trial.ask(claim::Invitation{token})));
  CHECK_FALSE(trial.accounts.invite(for_an_hour()).has_value());
  CHECK_FALSE(trial.accounts.revoke(token, today).has_value());
  CHECK_FALSE(trial.accounts.revoke("no id", today).has_value());
}

TEST_CASE("a certificate has the role of the account of that name, or may speak", "[accounts]") {
  Trial trial;
  const auto anna = std::get<verdict::Granted>(trial.ask(claim::Certificate{"anna"}));
  CHECK(anna.access.certificate == "anna");
  CHECK(anna.access.user == "anna");
  CHECK(anna.access.role == Role::operator_);
  CHECK(anna.name == "anna");
  CHECK_FALSE(anna.access.is_guest);

  const auto machine = std::get<verdict::Granted>(trial.ask(claim::Certificate{"machine-7"}));
  CHECK(machine.access.certificate == "machine-7");
  CHECK(machine.access.user.empty());
  CHECK(machine.access.role == Role::speaker);
  CHECK(machine.name == "machine-7");
  CHECK_FALSE(machine.access.is_guest);
  trial.accounts.set_users(nullptr);
  CHECK(std::get<verdict::Granted>(trial.ask(claim::Certificate{"anna"})).access.role ==
        Role::speaker);
}

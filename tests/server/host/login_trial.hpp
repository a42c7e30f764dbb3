// A host whose shell is the test: it takes the claims of peers that log in, and judges them.
#pragma once

#include "tests/server/host/crowd.hpp"

namespace voiced::test {

inline HostOptions options_of(Guests guests = Guests::speak,
                              PlainSecrets plain = PlainSecrets::all) {
  HostOptions options = crowd_options();
  options.login = {
      .guests = guests, .plain_secrets = plain, .has_judge = true, .has_accounts = true};
  return options;
}

// A host, peers that say who they are, and the shell's verdicts by hand.
struct Trial : Crowd {
  explicit Trial(const HostOptions& options = options_of()) : Crowd(options) {}

  PeerId greet(const std::string& more, std::uint8_t last_byte = 1) {
    const PeerId id = arrive(last_byte);
    say(id, voice::test::message("Hello\nName:Ada" + more));
    return id;
  }
  /// The one new claim.
  Claim claim() {
    auto checks = host.take_checks();
    REQUIRE(checks.size() == 1);
    return std::move(checks[0].claim);
  }
  void judge(PeerId id, const Judgement& judgement) {
    (void)host.take_checks();  // a verdict answers a claim that has been taken
    if (host.checked(id, judgement, now)) write(id);
    tick();
  }
  std::string last_text(PeerId id) {
    const auto texts = line(id).texts();
    REQUIRE_FALSE(texts.empty());
    return texts.back();
  }
};

inline Access account(const std::string& user, Role role = Role::speaker) {
  return {.is_guest = false, .role = role, .user = user};
}

template <class Event>
const Event* last_event(const Crowd& crowd) {
  const Event* found = nullptr;
  for (const HostEvent& each : crowd.events) {
    if (const auto* const event = std::get_if<Event>(&each)) found = event;
  }
  return found;
}

}  // namespace voiced::test

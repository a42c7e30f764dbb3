// A shell without sockets, devices or a clock: carries out a Caller's actions in simulated time,
// and checks that they make sense.
#pragma once

#include "client/call/caller.hpp"

#include "tests/client/call/call_fixture.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace voicecli::test {

inline CallerOptions caller_options() {
  CallerOptions run;
  run.server = "host:7000";
  run.call = options();
  return run;
}

inline Stream text(std::string_view lines) {
  return message(lines);
}
inline Stream welcome() {
  return text("Welcome\nId:7\nName:anna\nAgent:voiced/1");
}

class Shell {
 public:
  explicit Shell(CallerOptions run = caller_options()) : caller(std::move(run), 4711) {
    caller.start(now);
    act();
  }

  // What happens to the Caller.
  void accept() {
    REQUIRE(dialing);
    dialing = false;
    open = true;
    caller.connected(now);
    act();
  }
  void end_link(LinkEnd how = {LinkEnd::How::closed_by_server}) {
    dialing = open = false;
    caller.ended(how, now);
    act();
  }
  void receive(const Stream& bytes) {
    caller.received(bytes, now);
    act();
  }
  void join(const Stream& announcement = voice1_announce()) {
    accept();
    receive(announcement);
    receive(welcome());
    REQUIRE(caller.status(now).connected);
  }
  void obey(Command command) {
    caller.obey(command, now);
    act();
  }
  void leave(Outcome outcome) {
    caller.leave(outcome, now);
    act();
  }

  /// Lets time pass, with a tick every 20 ms, and meets every deadline as a shell must.
  void wait(voice::Duration duration) {
    const voice::TimePoint end = now + duration;
    while (now < end) {
      now = std::min(
          {end, next_tick, std::max(caller.deadline(), now + std::chrono::microseconds{1})});
      if (now == next_tick) {
        caller.tick(now);
        next_tick += voice::frame_duration;
      }
      act();
    }
  }

  /// Takes the events of type Event that have been told since the last call.
  template <class Event>
  std::vector<Event> take() {
    std::vector<Event> found;
    for (const CallerEvent& event : told) {
      if (const auto* const wanted = std::get_if<Event>(&event)) found.push_back(*wanted);
    }
    std::erase_if(told, [](const CallerEvent& e) { return std::holds_alternative<Event>(e); });
    return found;
  }

  /// The only event of type Event since the last call.
  template <class Event>
  Event one() {
    const auto found = take<Event>();
    REQUIRE(found.size() == 1);
    return found.front();
  }

  [[nodiscard]] Outcome outcome() const { return caller.outcome({}); }

  void act() {
    while (const auto action = caller.step(now)) {
      REQUIRE_FALSE(finished);
      std::visit([this](const auto& wanted) { carry_out(wanted); }, *action);
    }
  }

  voice::TimePoint now = start;
  voice::TimePoint next_tick = start;
  Caller caller;
  std::vector<CallerEvent> told;
  std::vector<Challenge> challenges;  // that should have been proved
  Answer answer_to_challenge;         // its nonce is filled in
  std::vector<int> rates_hz;          // at which sound was opened
  std::string sound_fault;            // the fault that opening it reports; empty: it works
  std::size_t takes = SIZE_MAX;       // bytes the kernel accepts at once
  std::size_t unsent_bytes_max = 0;   // as set in the kernel
  Stream written;                     // on the current link
  int links = 0;                      // begun so far
  int statuses = 0;                   // shown
  bool dialing = false;
  bool open = false;
  bool sending_ended = false;
  bool finished = false;

 private:
  void carry_out(const action::Tell& tell) { told.push_back(tell.event); }
  void carry_out(const action::ShowStatus&) { ++statuses; }
  void carry_out(const action::Connect&) {
    REQUIRE_FALSE((dialing || open));
    dialing = true;
    sending_ended = false;
    written.clear();
    ++links;
  }
  void carry_out(const action::LimitUnsent& limit) {
    REQUIRE(open);
    unsent_bytes_max = limit.bytes;
  }
  void carry_out(const action::Write& write) {
    REQUIRE(open);
    REQUIRE_FALSE(sending_ended);
    REQUIRE_FALSE(write.bytes.empty());
    const voice::Bytes taken = write.bytes.first(std::min(takes, write.bytes.size()));
    written.insert(written.end(), taken.begin(), taken.end());
    caller.sent(taken.size(), now);
  }
  void carry_out(const action::EndSending&) {
    REQUIRE(open);
    REQUIRE_FALSE(sending_ended);
    sending_ended = true;
  }
  void carry_out(const action::Disconnect&) { dialing = open = false; }
  void carry_out(const action::OpenSound& sound) {
    REQUIRE(open);
    rates_hz.push_back(sound.format.rate_hz());
    if (!sound_fault.empty()) caller.sound_failed(sound_fault, now);
  }
  void carry_out(const action::Prove& wanted) {
    challenges.push_back(wanted.challenge);
    Answer answer = answer_to_challenge;
    answer.client_nonce = wanted.challenge.client_nonce;
    caller.answer(answer, now);
  }
  void carry_out(const action::Finish&) {
    REQUIRE_FALSE((dialing || open));
    finished = true;
  }
};

}  // namespace voicecli::test

// A whole connection, cut everywhere: segmentation changes nothing, an end at any byte leaves
// nothing behind.
#include "tests/server/host/visitor.hpp"

using namespace voiced::test;
using voice::test::stream;
using voiced::CloseReason;

namespace {

// Everything a peer may do, good and bad, from the first byte to the goodbye.
Payload whole_story() {
  std::mt19937 random(42);
  Payload bad_rtp = message(std::string(11, '\x80'));
  return stream({message(""), rtp_message(5, random_payload(random)), message("Ping\nId:0"),
                 message("Hello\nName:Zoë\nAgent:test"), rtp_message(6, random_payload(random, 7)),
                 message(std::string(3, '\x01')), message("Hello\nName:\xFF"), bad_rtp,
                 message("Ping\nId:17"), rtp_message(7, random_payload(random, 320)),
                 rtp_message(7, random_payload(random)), message("Tomorrow\nKey:Value"),
                 rtp_message(9, {}), message("Bye")});
}

// Everything about a session that can be seen from outside.
struct Outcome {
  std::optional<CloseReason> reason;
  std::vector<std::string> answers;
  std::string name;
  std::vector<std::uint64_t> counters;
  std::vector<Payload> heard;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

template <class NextSize>
Outcome tell(const Payload& story, NextSize next_size) {
  auto options = test_options();
  options.playout = voice::fixed_playout(12);
  TestLobby trial(options);
  const auto listener = trial.join();
  Guest guest(trial.lobby);
  Outcome outcome;
  for (voice::Bytes rest{story}; !rest.empty() && !outcome.reason;) {
    const std::size_t size = std::min<std::size_t>(next_size(), rest.size());
    outcome.reason = guest.send(rest.first(size));
    rest = rest.subspan(size);
  }
  const auto& counted = guest.session.counters();
  outcome.counters = {counted.messages_in,
                      counted.ignored_messages,
                      counted.bad_packets,
                      counted.bad_texts,
                      counted.excess_messages,
                      counted.bytes_in,
                      trial.room.counters().packets_in};
  const auto& buffer = guest.participant(trial.room).playout.buffer();
  outcome.counters.push_back(buffer.fill_samples());
  outcome.counters.push_back(buffer.counters().duplicates);
  outcome.answers = guest.answers();
  outcome.name = guest.session.name();
  // Enough silence to start the playout; then everything is heard.
  for (std::uint16_t i = 10; i < 16; ++i) trial.say(guest.id(), silence(), i);
  for (int i = 0; i < 12; ++i) {
    if (const auto payload = heard_by(listener, trial.tick())) outcome.heard.push_back(*payload);
  }
  return outcome;
}

}  // namespace

TEST_CASE("a connection read in one piece does what it should", "[session]") {
  const Payload story = whole_story();
  const Outcome outcome = tell(story, [&] { return story.size(); });

  CHECK(outcome.reason == CloseReason::bye);
  CHECK(outcome.name == "Zoë");
  CHECK(outcome.answers ==
        std::vector<std::string>{"Welcome\nId:1\nName:Zoë\nAgent:voiced", "Pong\nId:17"});
  // messages, ignored, bad packets, bad texts, excess, bytes, packets to the room, samples,
  // duplicates
  CHECK(outcome.counters ==
        std::vector<std::uint64_t>{14, 4, 1, 1, 0, story.size(), 4, 160 + 7 + 320, 1});
  CHECK(outcome.heard.size() == 10);
}

TEST_CASE("a connection read in pieces of any size does the same", "[session]") {
  const Payload story = whole_story();
  const Outcome whole = tell(story, [&] { return story.size(); });

  for (std::size_t size = 1; size < story.size(); ++size) {
    INFO("pieces of " << size);
    REQUIRE(tell(story, [&] { return size; }) == whole);
  }
}

TEST_CASE("a connection split in two at any byte does the same", "[session]") {
  const Payload story = whole_story();
  const Outcome whole = tell(story, [&] { return story.size(); });

  for (std::size_t at = 1; at < story.size(); ++at) {
    INFO("split at " << at);
    bool first = true;
    REQUIRE(tell(story, [&] { return std::exchange(first, false) ? at : story.size(); }) == whole);
  }
}

TEST_CASE("a connection in random pieces does the same", "[session]") {
  const Payload story = whole_story();
  const Outcome whole = tell(story, [&] { return story.size(); });

  for (unsigned seed = 0; seed < 50; ++seed) {
    INFO("seed " << seed);
    std::mt19937 random(seed);
    REQUIRE(tell(story, [&] { return 1 + random() % 200; }) == whole);
  }
}

TEST_CASE("a connection cut at any byte is closed once and leaves nothing behind", "[session]") {
  const Payload story = whole_story();
  TestLobby trial;
  const auto listener = trial.join();

  for (std::size_t at = 0; at < story.size(); ++at) {
    INFO("cut at " << at);
    {
      Guest guest(trial.lobby);
      REQUIRE_FALSE(guest.send(voice::Bytes{story}.first(at)));
      const auto id = guest.session.seat();
      guest.session.close(CloseReason::reset);
      guest.session.close(CloseReason::left);
      REQUIRE_FALSE(guest.session.seat());
      REQUIRE(trial.lobby.find(*id) == nullptr);
      REQUIRE(trial.room.participants() == 1);
    }
    REQUIRE(trial.room.counters().leaves == at + 1);
    REQUIRE(trial.tick().empty());
  }

  const auto last = trial.join();
  const Payload said(160, 0x55);
  trial.say(last, said);
  CHECK(heard_by(listener, trial.tick()) == said);
}

// Peers whose connections begin with a handshake: they have no seat, cost little, and take turns.
#include "server/host/handshakes.hpp"

#include "tests/server/host/crowd.hpp"
#include "tests/support/record_transport.hpp"

using namespace voiced;
using namespace voiced::test;
using voice::Bytes;
using voice::TransportError;
using voice::test::ByteVector;
using voice::test::RecordTransport;

namespace {

// Has a handshake like TLS: the first bytes wait for a turn; 'X' instead of a greeting fails.
class PatientTransport final : public voice::Transport {
 public:
  voice::expected<std::optional<Bytes>, TransportError> next(Bytes& wire) override {
    if (!had_turn_) {
      held_.insert(held_.end(), wire.begin(), wire.end());
      wire = {};
      if (!may_go_on_) return std::nullopt;
      had_turn_ = true;
    }
    if (!held_.empty() && held_[0] == 'X') return voice::unexpected(TransportError::handshake);
    rest_.insert(rest_.end(), held_.begin(), held_.end());
    held_.clear();
    rest_.insert(rest_.end(), wire.begin(), wire.end());
    wire = {};
    Bytes left = Bytes{rest_}.subspan(taken_);
    auto message = inner_.next(left);
    taken_ = rest_.size() - left.size();
    return message;
  }
  bool mid_message() const noexcept override { return false; }
  void set_message_bytes_max(std::size_t bytes) noexcept override {
    inner_.set_message_bytes_max(bytes);
  }
  bool is_ready() const noexcept override { return had_turn_ && inner_.is_ready(); }
  Bytes seal(Bytes message) override { return inner_.seal(message); }
  Bytes own() override {
    if (is_denied_) {
      is_denied_ = false;
      return denial_;
    }
    return is_ready() ? inner_.own() : Bytes{};
  }
  bool wants_turn() const noexcept override { return !had_turn_ && !held_.empty(); }
  void give_turn() noexcept override { may_go_on_ = true; }
  void finish() override { is_denied_ = !is_ready(); }
  std::string failure() const override { return "it began with X"; }

 private:
  RecordTransport inner_;
  ByteVector held_;
  ByteVector rest_;
  std::size_t taken_ = 0;
  ByteVector denial_{'N', 'O'};
  bool may_go_on_ = false;
  bool had_turn_ = false;
  bool is_denied_ = false;
};

PeerId arrive(Crowd& crowd, std::uint8_t last_byte = 1) {
  return crowd.arrive(last_byte, std::make_unique<PatientTransport>());
}

const ByteVector greeting{RecordTransport::greeting};

template <class Event>
std::size_t count_of(const Crowd& crowd) {
  return static_cast<std::size_t>(
      std::count_if(crowd.events.begin(), crowd.events.end(),
                    [](const HostEvent& event) { return std::holds_alternative<Event>(event); }));
}

event::HandshakeFailed last_failure(const Crowd& crowd) {
  event::HandshakeFailed last;
  for (const HostEvent& event : crowd.events) {
    if (const auto* const failed = std::get_if<event::HandshakeFailed>(&event)) last = *failed;
  }
  return last;
}

/// From an address of its own, for each number.
PeerId arrive_alone(Crowd& crowd, std::size_t number) {
  WholeAddress whole = address_of(1);
  whole[14] = static_cast<std::uint8_t>(number / 256);
  whole[15] = static_cast<std::uint8_t>(number % 256);
  return crowd.arrive_from({std::to_string(number), whole}, std::make_unique<PatientTransport>());
}

HostOptions for_many() {
  HostOptions options = crowd_options(1000);
  options.door.strangers_max = 1000;
  options.door.strangers_per_address_max = 1000;
  return options;
}

}  // namespace

TEST_CASE("a peer has no seat until its handshake is done", "[host][handshake]") {
  Crowd crowd;
  const PeerId id = arrive(crowd);
  CHECK(crowd.host.status(crowd.now).handshakes == 1);
  CHECK(crowd.host.status(crowd.now).strangers == 1);
  CHECK(crowd.host.status(crowd.now).participants == 0);
  CHECK(crowd.host.participants(crowd.now).empty());
  CHECK_FALSE(crowd.host.kick(id.number, "", crowd.now));
  CHECK_FALSE(crowd.host.set_mutes(id.number, {}));
  CHECK(crowd.line(id).got.empty());
  CHECK(count_of<event::Joined>(crowd) == 0);

  crowd.say(id, greeting);
  CHECK(crowd.host.status(crowd.now).participants == 0);
  crowd.tick();
  CHECK(crowd.host.status(crowd.now).handshakes == 0);
  CHECK(crowd.host.status(crowd.now).handshakes_done == 1);
  CHECK(crowd.host.status(crowd.now).handshakes_failed == 0);
  CHECK(crowd.host.status(crowd.now).participants == 1);
  CHECK(count_of<event::Joined>(crowd) == 1);
  crowd.tick();
  CHECK(crowd.line(id).got.size() > 20);  // its greeting and the announcement
}

TEST_CASE("what a peer sends right after its handshake is received", "[host][handshake]") {
  Crowd crowd;
  const PeerId id = arrive(crowd);
  RecordTransport other;
  (void)other.own();
  Bytes hello{greeting};
  (void)other.next(hello);
  const ByteVector message = voice::test::message("Hello\nName:Ada");
  const Bytes sealed = other.seal(message);
  ByteVector all = greeting;
  all.insert(all.end(), sealed.begin(), sealed.end());

  crowd.say(id, all);
  crowd.tick();
  const auto participants = crowd.host.participants(crowd.now);
  REQUIRE(participants.size() == 1);
  CHECK(participants[0].name == "Ada");
}

TEST_CASE("handshakes take turns in the order in which they arrived, as the shell has time",
          "[host][handshake]") {
  Crowd crowd(for_many());
  crowd.handshakes_per_tick = 2;
  for (int i = 0; i < 7; ++i) crowd.say(arrive(crowd), greeting);
  for (const std::size_t joined : {2U, 4U, 6U, 7U, 7U}) {
    crowd.tick();
    CHECK(crowd.host.status(crowd.now).participants == joined);
  }
  std::uint64_t before = 0;
  for (const HostEvent& event : crowd.events) {
    const auto* const joined = std::get_if<event::Joined>(&event);
    if (joined == nullptr) continue;
    CHECK(joined->number > before);
    before = joined->number;
  }
}

TEST_CASE("a peer that leaves while waiting for its turn takes no turn", "[host][handshake]") {
  Crowd crowd(for_many());
  crowd.handshakes_per_tick = 1;
  const PeerId gone = arrive(crowd);
  crowd.say(gone, greeting);
  const PeerId patient = arrive(crowd);
  crowd.say(patient, greeting);
  crowd.host.ended(gone, Ended::closed, crowd.now);
  crowd.tick();
  CHECK(crowd.host.status(crowd.now).participants == 1);
  CHECK(crowd.end_of(gone) == CloseReason::left);
  CHECK(count_of<event::HandshakeFailed>(crowd) == 1);
  CHECK(count_of<event::Left>(crowd) == 0);
}

TEST_CASE("a handshake that fails is reported with its reason, also to the peer",
          "[host][handshake]") {
  Crowd crowd;
  const PeerId id = arrive(crowd);
  crowd.say(id, ByteVector{'X'});
  crowd.tick(2);
  CHECK(crowd.end_of(id) == CloseReason::handshake_failed);
  CHECK(last_failure(crowd).why == "it began with X");
  CHECK(last_failure(crowd).address == "192.0.2.1:50000");
  CHECK(crowd.line(id).got == ByteVector{'N', 'O'});
  CHECK(crowd.host.status(crowd.now).handshakes == 0);
  CHECK(crowd.host.status(crowd.now).handshakes_done == 0);
  CHECK(crowd.host.status(crowd.now).handshakes_failed == 1);
  CHECK(crowd.host.status(crowd.now).strangers == 0);
}

TEST_CASE("a handshake has five seconds, whether the peer sends something or nothing",
          "[host][handshake]") {
  Crowd crowd;
  crowd.handshakes_per_tick = 0;
  const PeerId silent = arrive(crowd, 1);
  const PeerId waiting = arrive(crowd, 2);
  crowd.say(waiting, greeting);
  crowd.tick(5 * 50);
  CHECK_FALSE(crowd.end_of(silent));
  crowd.tick(2 * 50);
  CHECK(crowd.end_of(silent) == CloseReason::handshake_timeout);
  CHECK(crowd.end_of(waiting) == CloseReason::handshake_timeout);
  CHECK(crowd.host.status(crowd.now).handshakes_failed == 2);
  CHECK(crowd.host.status(crowd.now).handshakes == 0);
}

TEST_CASE("the number of handshakes is limited, and the oldest of an address with many gives way",
          "[host][handshake]") {
  Crowd crowd(for_many());
  std::vector<PeerId> all;
  for (std::size_t i = 0; i < handshakes_max; ++i) all.push_back(arrive(crowd));
  CHECK(crowd.host.status(crowd.now).handshakes == handshakes_max);
  const PeerId next = arrive(crowd, 2);
  CHECK_FALSE(crowd.end_of(next));
  CHECK(crowd.end_of(all[0]) == CloseReason::refused_limit);
  CHECK(last_failure(crowd).why == "too many handshakes from this address");
  // Those of an address do not replace each other.
  CHECK(crowd.end_of(arrive(crowd)) == CloseReason::refused_busy);
  CHECK(crowd.host.status(crowd.now).handshakes == handshakes_max);
  crowd.tick();
  CHECK(crowd.line(all[0]).got == ByteVector{'N', 'O'});
  CHECK(crowd.host.status(crowd.now).handshakes_failed == 1);

  crowd.say(all[7], greeting);
  crowd.tick();
  arrive(crowd);
  CHECK_FALSE(crowd.end_of(all[1]));
}

TEST_CASE("many that arrive at the same moment do not end each other's handshakes",
          "[host][handshake]") {
  Crowd crowd(for_many());
  std::vector<PeerId> all;
  for (std::size_t i = 0; i < handshakes_max; ++i) all.push_back(arrive_alone(crowd, i));

  const PeerId late = arrive_alone(crowd, handshakes_max);
  CHECK(crowd.end_of(late) == CloseReason::refused_busy);
  crowd.tick();
  CHECK(crowd.line(late).got == ByteVector{'N', 'O'});
  CHECK(crowd.host.status(crowd.now).handshakes == handshakes_max);
  for (const PeerId id : all) crowd.say(id, greeting);
  crowd.tick(50);
  CHECK(crowd.host.status(crowd.now).participants == handshakes_max);
}

TEST_CASE("a handshake that is not done after three seconds gives way to a newcomer",
          "[host][handshake]") {
  Crowd crowd(for_many());
  std::vector<PeerId> all;
  for (std::size_t i = 0; i < handshakes_max; ++i) all.push_back(arrive_alone(crowd, i));

  crowd.tick(149);
  CHECK(crowd.end_of(arrive_alone(crowd, 1000)) == CloseReason::refused_busy);
  crowd.tick();
  CHECK_FALSE(crowd.end_of(arrive_alone(crowd, 1000)));
  CHECK(crowd.end_of(all[0]) == CloseReason::refused_busy);
  CHECK(last_failure(crowd).why == "took too long while others were waiting");
  CHECK_FALSE(crowd.end_of(all[1]));
}

TEST_CASE("four addresses that fill all handshakes keep nobody else out", "[host][handshake]") {
  HostOptions options = for_many();
  options.door.strangers_per_address_max = 64;
  Crowd crowd(options);
  crowd.handshakes_per_tick = 1;
  const PeerId early = arrive(crowd, 9);
  for (int i = 0; i < 64; ++i) {
    for (std::uint8_t hostile = 1; hostile <= 4; ++hostile) arrive(crowd, hostile);
  }
  const PeerId honest = arrive(crowd, 10);
  // However many follow, those that hold most give way.
  for (int i = 0; i < 200; ++i) {
    for (std::uint8_t hostile = 1; hostile <= 4; ++hostile) arrive(crowd, hostile);
  }

  crowd.say(early, greeting);
  crowd.say(honest, greeting);
  crowd.tick(2);
  CHECK(crowd.host.status(crowd.now).participants == 2);
  CHECK_FALSE(crowd.end_of(early));
  CHECK_FALSE(crowd.end_of(honest));
}

TEST_CASE("a peer that gives way while it waits for its turn takes no turn", "[host][handshake]") {
  Crowd crowd(for_many());
  crowd.handshakes_per_tick = 1;
  const PeerId first = arrive(crowd);
  crowd.say(first, greeting);
  for (std::size_t i = 1; i < handshakes_max; ++i) arrive(crowd);
  const PeerId other = arrive(crowd, 2);
  crowd.say(other, greeting);
  crowd.tick();
  CHECK(crowd.end_of(first) == CloseReason::refused_limit);
  CHECK_FALSE(crowd.end_of(other));
  CHECK(crowd.host.status(crowd.now).participants == 1);
}

TEST_CASE("when the room is full, a peer is told so in words after its handshake",
          "[host][handshake]") {
  Crowd crowd(crowd_options(1));
  (void)crowd.arrive(9);
  const PeerId id = arrive(crowd);
  CHECK_FALSE(crowd.end_of(id));
  crowd.say(id, greeting);
  crowd.tick(3);
  CHECK(crowd.end_of(id) == CloseReason::refused_full);
  CHECK(count_of<event::HandshakeFailed>(crowd) == 0);
  CHECK(crowd.line(id).got.size() > 20);
  CHECK(crowd.host.status(crowd.now).handshakes == 0);
  CHECK(crowd.host.status(crowd.now).handshakes_done == 1);
  CHECK(crowd.host.status(crowd.now).handshakes_failed == 0);
}

TEST_CASE("a banned address is denied before any handshake", "[host][handshake]") {
  Crowd crowd;
  Ban ban;
  ban.range = AddressRange::around(address_of(1));
  REQUIRE(crowd.host.ban(ban, crowd.now) == 0);
  const PeerId id = arrive(crowd);
  CHECK(crowd.end_of(id) == CloseReason::refused_banned);
  crowd.tick();
  CHECK(crowd.line(id).got == ByteVector{'N', 'O'});
}

TEST_CASE("a server that stops ends handshakes, too", "[host][handshake]") {
  Crowd crowd;
  const PeerId id = arrive(crowd);
  crowd.say(id, greeting);
  crowd.host.stop(crowd.now);
  CHECK_FALSE(crowd.host.next_handshake(crowd.now));
  crowd.tick(3);
  CHECK(crowd.end_of(id) == CloseReason::server_stopping);
}

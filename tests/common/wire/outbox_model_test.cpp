// Random stories of an outbox whose peer reads irregularly; what the peer reads must be consistent.
#include "common/wire/outbox.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/vectors.hpp"

#include <map>
#include <random>

using voice::MessageClass;
using voice::Outbox;
using voice::OutboxLimits;
using voice::TimePoint;
using voice::test::ByteVector;

namespace {

struct Story {
  std::uint32_t seed;
  std::size_t bytes_max;
  std::uint32_t stall_percent;  // ticks at which the kernel accepts nothing
  int stall_age_ms = 0;
};

/// Both ends of one outbox, the server's and the peer's, tick by tick.
class Teller {
 public:
  explicit Teller(const Story& story)
      : story_(story),
        random_(story.seed),
        limits_{.audio_age_max = std::chrono::milliseconds{200},
                .bytes_max = story.bytes_max,
                .stall_age_max = std::chrono::milliseconds{story.stall_age_ms}},
        outbox_(limits_) {}

  void tick() {
    now_ += voice::frame_duration;
    const auto pushes = random_() % 3;
    for (std::size_t i = 0; i < pushes; ++i) push();
    outbox_.expire(now_);
    check_bounds();
    if (random_() % 100 >= story_.stall_percent) write(random_() % 2000);
  }

  void finish() {
    write(outbox_.size_bytes());
    REQUIRE(outbox_.empty());
    REQUIRE_FALSE(deframer_.mid_message());
    // All control messages arrive; missing audio was counted, message by message.
    for (const auto& [number, kind] : accepted_) REQUIRE(kind == MessageClass::audio);
    REQUIRE(accepted_.size() + refused_ == outbox_.dropped_messages());
    REQUIRE(arrived_ > 0);
  }

 private:
  void push() {
    const bool is_control = random_() % 10 == 0;
    const auto kind = is_control ? MessageClass::control : MessageClass::audio;
    ByteVector payload(4 + random_() % 400, is_control ? 'C' : 'A');
    voice::store_be32(payload.data(), ++number_);
    ByteVector message;
    voice::test::append_message(message, payload);
    // Sometimes the kernel has already taken the beginning: a server bypasses an empty outbox.
    std::size_t sent = 0;
    if (outbox_.empty() && random_() % 2 == 0) {
      sent = random_() % message.size();
      receive(voice::Bytes{message}.first(sent));
    }
    if (outbox_.push(message, kind, now_, sent)) {
      accepted_[number_] = kind;
    } else {
      ++refused_;
    }
  }

  void write(std::size_t room) {
    const std::size_t count = std::min(room, outbox_.size_bytes());
    receive(outbox_.front().first(count));
    outbox_.consume(count);
    REQUIRE(outbox_.on_message_boundary() == !deframer_.mid_message());
  }

  void receive(voice::Bytes bytes) {
    for (const ByteVector& message : voice::test::feed(deframer_, bytes)) {
      const std::uint32_t number = voice::load_be32(message.data());
      REQUIRE(number > last_arrived_);
      last_arrived_ = number;
      accepted_.erase(number);
      ++arrived_;
    }
  }

  void check_bounds() {
    REQUIRE(outbox_.size_bytes() <= limits_.bytes_max);
    // All audio is young, except for a partly sent message. Control messages have no age limit.
    std::uint64_t audio_held = 0;
    for (const auto& [number, kind] : accepted_) audio_held += kind == MessageClass::audio ? 1 : 0;
    const std::uint64_t audio_dropped = outbox_.dropped_messages() - refused_;
    // At most 2 pushes per tick, and a message may wait for one tick more than its age limit.
    const auto ticks = static_cast<std::uint64_t>(std::max(200, story_.stall_age_ms) / 20 + 1);
    REQUIRE(audio_held <= audio_dropped + 1 + 2 * ticks);
  }

  Story story_;
  std::mt19937 random_;
  OutboxLimits limits_;
  Outbox outbox_;
  voice::Deframer deframer_{1024};
  TimePoint now_{};
  std::uint32_t number_ = 0;
  std::uint32_t last_arrived_ = 0;
  std::uint64_t arrived_ = 0;
  std::uint64_t refused_ = 0;
  std::map<std::uint32_t, MessageClass> accepted_;  // not arrived yet, or dropped later
};

}  // namespace

TEST_CASE("a peer reads whole messages in order and misses only audio, whatever happens",
          "[outbox]") {
  const auto story = GENERATE(values<Story>({{1, 64 * 1024, 0},
                                             {2, 64 * 1024, 50},
                                             {3, 64 * 1024, 95},
                                             {4, 3000, 50},
                                             {5, 3000, 95},
                                             {6, 500, 90},
                                             {7, 200'000, 95, 4000},
                                             {8, 200'000, 99, 4000},
                                             {9, 20'000, 97, 4000}}));
  INFO("seed " << story.seed);
  Teller teller(story);

  for (int i = 0; i < 3000; ++i) teller.tick();
  teller.finish();
}

// Random stories: the jitter buffer and a slow model of the rules in its header must agree.
#include "common/playout/jitter_buffer.hpp"
#include "common/wire/limits.hpp"

#include "tests/sim/oracle/jitter_model.hpp"
#include "tests/support/catch.hpp"

#include <random>
#include <vector>

using voice::AudioFormat;
using voice::JitterBuffer;
using voice::PlayoutCounters;
using Frame = std::vector<std::uint8_t>;

namespace {

class Teller {
 public:
  Teller(std::uint32_t seed, int rate_hz, int depth)
      : random_(seed),
        format_(AudioFormat::from_rate(rate_hz).value()),
        buffer_(format_, depth),
        model_(rate_hz, depth) {}

  void step() {
    const std::size_t kind = below(100);
    // Phases: a steady stream, slightly too much of one, next to nothing.
    const std::size_t inserts = phase_ == 0 ? 48 : phase_ == 1 ? 49 : 20;
    if (below(400) == 0) phase_ = below(3);
    if (kind < inserts) {
      insert();
    } else if (kind < 97) {
      take();
    } else if (kind == 97) {
      now_ += std::chrono::milliseconds{below(20) == 0 ? below(20'000) : below(300)};
    } else if (below(4) == 0) {
      buffer_.reset();
      model_.reset();
    } else if (below(4) == 0) {
      const int depth = 2 + static_cast<int>(below(20));
      buffer_.set_depth(depth);
      model_.set_depth(depth);
    }
    compare();
  }

  [[nodiscard]] const PlayoutCounters& counters() const { return model_.counters(); }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }

  void insert() {
    Frame packet(below(20) != 0 ? format_.samples_per_frame() + below(2) : below(6000));
    for (std::uint8_t& sample : packet) sample = static_cast<std::uint8_t>(next_sample_++ % 251);
    if (below(20) == 0) {
      REQUIRE(buffer_.insert(packet, now_) == model_.insert(std::nullopt, packet, now_));
      return;
    }
    sequence_ = static_cast<std::uint16_t>(sequence_ + stride());
    if (below(10) == 0) timestamp_ += static_cast<std::uint32_t>(below(2000));
    const voice::rtp::Header header{.sequence = sequence_,
                                    .timestamp = voice::rtp::Timestamp{timestamp_}};
    const sim::PacketNumbers numbers{sequence_, timestamp_};
    REQUIRE(buffer_.insert(header, packet, now_) == model_.insert(numbers, packet, now_));
    timestamp_ += static_cast<std::uint32_t>(packet.size());
  }

  /// Mostly the next packet; otherwise a duplicate, a late one, a gap, or a jump in either
  /// direction.
  int stride() {
    const std::size_t kind = below(100);
    if (kind < 80) return 1;
    if (kind < 85) return 0;
    if (kind < 90) return -static_cast<int>(below(120));
    if (kind < 98) return static_cast<int>(below(8));
    return static_cast<int>(below(12'000)) - 6000;
  }

  void take() {
    Frame out(below(10) != 0 ? format_.samples_per_frame() + below(2) : below(2000));
    Frame expected(out.size());
    now_ += voice::frame_duration;
    REQUIRE(buffer_.take(out, now_) == model_.take(expected, now_));
    REQUIRE(out == expected);
  }

  void compare() {
    REQUIRE(buffer_.fill_samples() == model_.size());
    REQUIRE(buffer_.empty() == (model_.size() == 0));
    REQUIRE(buffer_.playing() == model_.playing());
    REQUIRE(buffer_.depth_packets() == model_.depth_packets());
    REQUIRE(buffer_.fill_packets() <= buffer_.depth_packets());
    REQUIRE(buffer_.counters() == model_.counters());
    REQUIRE_FALSE(model_.overdue());
  }

  std::mt19937 random_;
  AudioFormat format_;
  JitterBuffer buffer_;
  sim::JitterModel model_;
  voice::TimePoint now_{std::chrono::hours{1}};
  std::uint16_t sequence_ = 65'500;
  std::uint32_t timestamp_ = 0;
  unsigned next_sample_ = 0;
  std::size_t phase_ = 0;
};

}  // namespace

TEST_CASE("a jitter buffer does what its rules say, whatever happens", "[jitter_buffer]") {
  const std::uint32_t seed = GENERATE(1u, 2u, 3u);
  const int rate_hz = GENERATE(5000, 8000, 11025);
  const int depth = GENERATE(2, 3, 6, 20);
  INFO("seed " << seed << " rate " << rate_hz << " depth " << depth);
  Teller teller(seed, rate_hz, depth);

  for (int i = 0; i < 5000; ++i) teller.step();

  const auto& counters = teller.counters();
  CHECK(counters.duplicates > 0);
  CHECK(counters.late > 0);
  CHECK(counters.lost > 0);
  CHECK(counters.overflows > 0);
  CHECK(counters.underflows > 0);
  CHECK(counters.primed > 0);
  CHECK(counters.expired_samples > 0);
  CHECK(counters.cut_samples > 0);
}

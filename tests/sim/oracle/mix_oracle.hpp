// What everyone should hear: the conference again, in the slow way. For every listener, it adds up
// all the others one by one (N² operations), clamps and encodes. Shares no code with the core's
// mixing.
#pragma once

#include "server/room/participant.hpp"

#include "tests/sim/oracle/jitter_model.hpp"
#include "tests/sim/oracle/slow_wire.hpp"
#include "tests/support/slow_limiter.hpp"

#include <map>
#include <vector>

namespace sim {

struct OracleSettings {
  int rate_hz = 8000;
  int depth_packets = 6;
  std::uint16_t first_sequence = 0;
  std::uint32_t ssrc = 0;
  bool limiter = false;
};

class MixOracle {
 public:
  using Key = std::uint64_t;  // the caller's name for a participant

  explicit MixOracle(const OracleSettings& settings) : settings_(settings) {}

  void join(Key key, bool local = false);
  void leave(Key key);
  void mute(Key key, const voiced::Mutes& mutes);
  /// Whether it neither hears nor is heard, because it has not proved its identity yet.
  void set_outside(Key key, bool outside) { members_.at(key).outside = outside; }
  void trust_sequence(Key key) { members_.at(key).trusted = true; }
  void packet(Key key, const SlowPacket& packet, voice::TimePoint now);
  void set_depth(int depth_packets);

  /// Plays 20 ms.
  void tick(voice::TimePoint now);

  /// How many must get a message for the last tick.
  [[nodiscard]] std::size_t messages() const noexcept;
  /// Whether `key` must get a message if there is one.
  [[nodiscard]] bool hears(Key key) const { return hears(members_.at(key)); }
  /// What `key` must get for the last tick, the complete wire message. Call it only if messages()
  /// is not 0.
  [[nodiscard]] Message message_for(Key key) const;
  /// The mix of everybody: what a talker must never get.
  [[nodiscard]] Message message_of_all() const;

  [[nodiscard]] std::size_t members() const noexcept { return members_.size(); }
  [[nodiscard]] bool contributes(Key key) const { return members_.at(key).contributes; }
  [[nodiscard]] const JitterModel& buffer(Key key) const { return members_.at(key).buffer; }

 private:
  struct Member {
    JitterModel buffer;
    voiced::Mutes mutes = {};
    bool trusted = false;
    bool local = false;
    bool contributes = false;
    Message frame = {};  // of the last tick
    bool outside = false;
    // What it says in the coming tick is multiplied by a factor that goes from one to the other.
    double from = 1, to = 1;
  };
  using Talkers = std::vector<const Member*>;
  using Sums = std::vector<std::int64_t>;
  [[nodiscard]] static bool hears(const Member& member) noexcept {
    return !member.mutes.loudspeaker && !member.outside;
  }
  [[nodiscard]] Talkers heard_by(const Member& listener) const;
  [[nodiscard]] Sums sum(const Talkers& heard) const;
  [[nodiscard]] Message mix(const Talkers& heard) const;
  void limit();
  void fade(Member& member) const;
  [[nodiscard]] Message wire_message(Message payload) const;

  OracleSettings settings_;
  std::map<Key, Member> members_;
  Talkers contributors_;
  voice::test::SlowLimiter limiter_;
  Sums gains_;               // of the last tick, in 65536ths; empty: none is below 1
  std::size_t samples_ = 0;  // of the last tick
  std::uint64_t ticks_ = 0;
  std::uint64_t sounding_ticks_ = 0;  // those with at least one contributor
  std::uint64_t samples_before_ = 0;  // of all ticks before the last one
};

}  // namespace sim

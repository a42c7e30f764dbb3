// A whole conference against the oracle: any order of joins, leaves, packets, mutes, depths, rates
// and ticks, with ids of participants that left long ago. After every tick, every listener's
// message is compared byte for byte. The oracle knows one rate: for participants at another rate,
// and for everybody while one of those speaks, only the length of what they hear is checked.
#include "common/core/assert.hpp"
#include "server/room/room.hpp"

#include "tests/fuzz/input.hpp"
#include "tests/sim/oracle/mix_oracle.hpp"

#include <array>
#include <map>
#include <set>
#include <vector>

namespace {

constexpr std::array<int, 4> rates{5000, 8000, 11025, 7349};
constexpr std::size_t participants_max = 6;
constexpr std::size_t ticks_max = 200;  // an input should take milliseconds

class Story {
 public:
  explicit Story(fuzz::Input& input)
      : input_(input),
        kind_(input.byte()),
        rate_hz_(rates[kind_ % rates.size()]),
        depth_(input.between(2, 8)),
        options_{.format = *voice::AudioFormat::from_rate(rate_hz_),
                 .playout = voice::fixed_playout(depth_),
                 .participants_max = participants_max,
                 .limiter = has_limiter(),
                 .first_sequence = 65530,
                 .ssrc = voice::rtp::Ssrc{1}},
        scratch_(with_other_rate()),
        room_(options_, scratch_),
        oracle_({rate_hz_, depth_, 65530, 1, has_limiter()}) {}

  void play() {
    while (!input_.empty() && ticks_ < ticks_max) step();
    while (!here_.empty()) leave(here_.begin()->first);
    VOICE_ASSERT(room_.participants() == 0);
    VOICE_ASSERT(room_.counters().joins == room_.counters().leaves);
  }

 private:
  using Key = sim::MixOracle::Key;

  void step() {
    switch (input_.byte() % 13) {
      case 0:
        return join();
      case 1:
        if (!here_.empty()) leave(somebody());
        return;
      case 2:
        return mute();
      case 3:
        if (!here_.empty()) trust(somebody());
        return;
      case 4:
        return knock_with_an_old_id();
      case 5:
        return set_depth(input_.between(2, 30));
      case 6:
        now_ += std::chrono::milliseconds{10 * input_.byte()};
        return;
      case 7:
      case 8:
      case 9:
      case 10:
        if (!here_.empty()) packet(somebody());
        return;
      case 11:
        if (has_other_rate()) return follow_rate();
        return tick();
      default:
        return tick();
    }
  }

  [[nodiscard]] bool has_limiter() const { return (kind_ & 0x80U) != 0; }
  [[nodiscard]] bool has_other_rate() const { return (kind_ & 0x40U) != 0; }
  [[nodiscard]] bool other_rate_speaks() const { return has_other_rate() && (kind_ & 0x20U) != 0; }

  [[nodiscard]] const voiced::RoomOptions& with_other_rate() {
    const int other_hz = rates[(kind_ + 1U) % rates.size()];
    if (has_other_rate()) options_.other_format = voice::AudioFormat::from_rate(other_hz).value();
    return options_;
  }

  [[nodiscard]] Key somebody() {
    auto at = here_.begin();
    std::advance(at, input_.byte() % here_.size());
    return at->first;
  }

  void join() {
    const bool local = !local_here_ && input_.byte() % 8 == 0;
    const auto id = room_.join();
    VOICE_ASSERT(id.has_value() == (here_.size() < participants_max));
    if (!id) return;
    const Key key = ++last_key_;
    here_[key] = *id;
    if (local) room_.use_room_rate(*id);
    if (has_other_rate() && !local) elsewhere_.insert(key);
    if (local) {
      local_here_ = key;
      for (const Key other : not_played_here_) room_.leave_out(*id, here_.at(other), true);
    }
    oracle_.join(key, local);
  }

  void leave(Key key) {
    gone_.push_back(here_.at(key));
    room_.leave(here_.at(key));
    oracle_.leave(key);
    here_.erase(key);
    elsewhere_.erase(key);
    not_played_here_.erase(key);
    if (local_here_ == key) local_here_.reset();
  }

  void mute() {
    if (here_.empty()) return;
    const Key key = somebody();
    const unsigned bits = input_.byte();
    const voiced::Mutes mutes{(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0};
    room_.set_mutes(here_.at(key), mutes);
    if (mutes.not_played_here) {
      not_played_here_.insert(key);
    } else {
      not_played_here_.erase(key);
    }
    if (local_here_) {
      room_.leave_out(here_.at(*local_here_), here_.at(key), mutes.not_played_here);
    }
    oracle_.mute(key, mutes);
  }

  // Asks for the room's rate in its Hello.
  void follow_rate() {
    if (elsewhere_.empty()) return;
    auto at = elsewhere_.begin();
    std::advance(at, input_.byte() % elsewhere_.size());
    room_.use_room_rate(here_.at(*at));
    elsewhere_.erase(at);
  }

  void trust(Key key) {
    room_.set_sequencing(here_.at(key), voiced::Sequencing::trusted);
    oracle_.trust_sequence(key);
  }

  // A participant that has left must not be reachable, even if its slot has been taken.
  void knock_with_an_old_id() {
    if (gone_.empty()) return;
    const voiced::ParticipantId id = gone_[input_.byte() % gone_.size()];
    VOICE_ASSERT(room_.find(id) == nullptr);
    room_.receive(id, {{}, voice::Bytes{data_}.first(160)}, now_);
    room_.set_mutes(id, {true, true, true});
    if (!here_.empty()) room_.leave_out(here_.begin()->second, id, true);
    room_.leave(id);
  }

  void set_depth(int depth) {
    room_.set_playout(voice::fixed_playout(depth));
    oracle_.set_depth(depth);
  }

  void packet(Key key) {
    if (elsewhere_.contains(key) && !other_rate_speaks()) return;
    const unsigned kind = input_.byte();
    const std::size_t frame = format_of(key).samples_per_frame();
    const std::size_t count = kind % 4 == 0 ? input_.word() % (5 * frame) : frame;
    sequence_ = static_cast<std::uint16_t>(sequence_ + (kind % 8 == 7 ? input_.word() : 1));
    sim::SlowPacket packet{sequence_, 0, sim::Message(count)};
    if (kind % 16 == 7) timestamp_ += input_.word();
    packet.timestamp = timestamp_;
    timestamp_ += static_cast<std::uint32_t>(count);
    const voice::rtp::Header header{.sequence = sequence_,
                                    .timestamp = voice::rtp::Timestamp{packet.timestamp}};
    const unsigned seed = input_.byte();
    for (std::size_t i = 0; i < count; ++i) {
      packet.payload[i] = static_cast<std::uint8_t>((seed + i) * (2 * (kind / 8) + 1));
    }
    room_.receive(here_.at(key), {header, packet.payload}, now_);
    oracle_.packet(key, packet, now_);
  }

  void tick() {
    ++ticks_;
    now_ += voice::frame_duration;
    const auto listeners = room_.tick(now_);
    oracle_.tick(now_);
    VOICE_ASSERT(other_rate_speaks() || listeners.size() == oracle_.messages());
    std::vector<Key> seen;
    for (const voiced::ParticipantId listener : listeners) {
      const auto who = std::find_if(here_.begin(), here_.end(),
                                    [&](const auto& entry) { return entry.second == listener; });
      VOICE_ASSERT(who != here_.end());
      VOICE_ASSERT(std::find(seen.begin(), seen.end(), who->first) == seen.end());
      seen.push_back(who->first);
      const voice::Bytes message = room_.message_for(listener);
      VOICE_ASSERT(room_.level_dbfs(listener) <= 0.0);
      check_length(who->first, message);
      if (other_rate_speaks() || elsewhere_.contains(who->first)) continue;
      const sim::Message expected = oracle_.message_for(who->first);
      VOICE_ASSERT(std::equal(message.begin(), message.end(), expected.begin(), expected.end()));
    }
  }

  [[nodiscard]] voice::AudioFormat format_of(Key key) const {
    return elsewhere_.contains(key) ? *options_.other_format : room_.format();
  }

  void check_length(Key key, voice::Bytes message) const {
    const auto packet = voice::rtp::parse(message.subspan(voice::length_prefix_bytes));
    VOICE_ASSERT(packet && packet->payload.size() >= format_of(key).samples_per_frame());
    VOICE_ASSERT(packet->payload.size() <= format_of(key).samples_per_frame_max());
  }

  fuzz::Input& input_;
  std::uint8_t kind_;
  int rate_hz_;
  int depth_;
  voiced::RoomOptions options_;
  voiced::TickScratch scratch_;
  voiced::Room room_;
  sim::MixOracle oracle_;
  std::map<Key, voiced::ParticipantId> here_;
  std::optional<Key> local_here_;
  std::set<Key> not_played_here_;  // those that the local one leaves out
  std::set<Key> elsewhere_;        // those at the other rate
  std::vector<voiced::ParticipantId> gone_;
  Key last_key_ = 0;
  std::uint16_t sequence_ = 0;
  std::uint32_t timestamp_ = 0;
  voice::TimePoint now_{std::chrono::hours{1}};
  std::size_t ticks_ = 0;
  std::array<std::uint8_t, 160> data_{};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  Story(input).play();
  return 0;
}

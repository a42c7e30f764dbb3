#include "tests/sim/oracle/mix_oracle.hpp"

#include "tests/sim/oracle/ulaw_oracle.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace sim {

void MixOracle::join(Key key, bool local) {
  Member member{JitterModel{settings_.rate_hz, settings_.depth_packets}};
  member.local = local;
  members_.insert_or_assign(key, std::move(member));
}

void MixOracle::leave(Key key) {
  std::erase(contributors_, &members_.at(key));
  members_.erase(key);
}

void MixOracle::mute(Key key, const voiced::Mutes& mutes) {
  Member& member = members_.at(key);
  if (member.mutes.microphone && !mutes.microphone) member.buffer.forget_sequence();
  if (member.mutes.microphone != mutes.microphone && member.buffer.playing()) {
    // A mute that is taken back before the tick changes nothing.
    if (!mutes.microphone && member.to != 0) member.from = 0;
    member.to = mutes.microphone ? 0 : 1;
  }
  member.mutes = mutes;
}

void MixOracle::packet(Key key, const SlowPacket& packet, voice::TimePoint now) {
  if (packet.payload.empty()) return;
  Member& member = members_.at(key);
  if (member.outside) return;
  if (member.trusted) {
    member.buffer.insert(PacketNumbers{packet.sequence, packet.timestamp}, packet.payload, now);
  } else {
    member.buffer.insert(std::nullopt, packet.payload, now);
  }
}

void MixOracle::set_depth(int depth_packets) {
  settings_.depth_packets = depth_packets;
  for (auto& [key, member] : members_) member.buffer.set_depth(depth_packets);
}

void MixOracle::tick(voice::TimePoint now) {
  samples_before_ += samples_;
  samples_ = frame_samples(settings_.rate_hz, ticks_++);
  contributors_.clear();
  for (auto& [key, member] : members_) {
    member.frame.resize(samples_);
    const bool has_sound = member.buffer.take(member.frame, now) != 0;
    const bool fades = member.from != 1 || member.to != 1;
    member.contributes = has_sound && (!member.mutes.microphone || fades);
    if (member.contributes && fades) fade(member);
    member.from = member.to = 1;
    if (member.contributes) contributors_.push_back(&member);
  }
  if (!contributors_.empty()) ++sounding_ticks_;
  gains_.clear();
  if (settings_.limiter) limit();
}

// A participant that the operator has just muted, or mutes no longer.
void MixOracle::fade(Member& member) const {
  for (std::size_t i = 0; i < samples_; ++i) {
    const double passed = static_cast<double>(i + 1) / static_cast<double>(samples_);
    const double factor = member.from + (member.to - member.from) * passed;
    member.frame[i] = ulaw::encode_clamped(std::llrint(ulaw::decode(member.frame[i]) * factor));
  }
}

// One gain for everything that anybody hears.
void MixOracle::limit() {
  if (contributors_.empty()) return limiter_.rest();
  Sums loudest(samples_);
  const auto include = [&](const Sums& sums) {
    for (std::size_t i = 0; i < samples_; ++i) loudest[i] = std::max(loudest[i], std::abs(sums[i]));
  };
  bool is_sum_heard = false;
  for (const auto& [key, member] : members_) {
    if (!hears(member)) continue;
    if (member.contributes || member.local) {
      include(sum(heard_by(member)));
    } else {
      is_sum_heard = true;
    }
  }
  if (is_sum_heard) include(sum(contributors_));
  gains_ = limiter_.shape(loudest);
  if (gains_ == Sums(samples_, 65536)) gains_.clear();
}

std::size_t MixOracle::messages() const noexcept {
  if (contributors_.empty()) return 0;
  return static_cast<std::size_t>(std::count_if(
      members_.begin(), members_.end(), [](const auto& entry) { return hears(entry.second); }));
}

MixOracle::Talkers MixOracle::heard_by(const Member& listener) const {
  const bool withheld_here =
      listener.local &&
      std::any_of(contributors_.begin(), contributors_.end(),
                  [](const Member* other) { return other->mutes.not_played_here; });
  Talkers heard;
  for (const Member* other : contributors_) {
    if (other == &listener || (withheld_here && other->mutes.not_played_here)) continue;
    heard.push_back(other);
  }
  return heard;
}

Message MixOracle::message_for(Key key) const {
  const Talkers heard = heard_by(members_.at(key));
  // The code of a single talker is not changed: decoding and encoding would change 0x7F.
  const bool untouched = contributors_.size() == 1 && heard.size() == 1 && gains_.empty();
  return wire_message(untouched ? heard.front()->frame : mix(heard));
}

Message MixOracle::message_of_all() const {
  const bool untouched = contributors_.size() == 1 && gains_.empty();
  return wire_message(untouched ? contributors_.front()->frame : mix(contributors_));
}

MixOracle::Sums MixOracle::sum(const Talkers& heard) const {
  Sums sums(samples_);
  for (const Member* other : heard) {
    for (std::size_t i = 0; i < samples_; ++i) sums[i] += ulaw::decode(other->frame[i]);
  }
  return sums;
}

Message MixOracle::mix(const Talkers& heard) const {
  Message out(samples_);
  Sums sums = sum(heard);
  for (std::size_t i = 0; i < gains_.size(); ++i) sums[i] = (sums[i] * gains_[i]) >> 16;
  for (std::size_t i = 0; i < samples_; ++i) out[i] = ulaw::encode_clamped(sums[i]);
  return out;
}

Message MixOracle::wire_message(Message payload) const {
  SlowPacket packet;
  packet.sequence =
      static_cast<std::uint16_t>(settings_.first_sequence + (sounding_ticks_ - 1) % 65536);
  packet.timestamp = static_cast<std::uint32_t>(samples_before_);
  packet.payload = std::move(payload);
  return slow_rtp_message(packet, settings_.ssrc);
}

}  // namespace sim

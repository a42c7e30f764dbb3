#include "tests/sim/oracle/mix_oracle.hpp"

#include "tests/sim/oracle/ulaw_oracle.hpp"

#include <algorithm>

namespace sim {

void MixOracle::join(Key key, bool local) {
  Member member{
      JitterModel{settings_.rate_hz, settings_.depth_packets}, {}, false, local, false, {}};
  members_.insert_or_assign(key, std::move(member));
}

void MixOracle::leave(Key key) {
  std::erase(contributors_, &members_.at(key));
  members_.erase(key);
}

void MixOracle::mute(Key key, const voiced::Mutes& mutes) {
  Member& member = members_.at(key);
  if (member.mutes.microphone && !mutes.microphone) member.buffer.forget_sequence();
  member.mutes = mutes;
}

void MixOracle::packet(Key key, const SlowPacket& packet, voice::TimePoint now) {
  if (packet.payload.empty()) return;
  Member& member = members_.at(key);
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
    member.contributes = has_sound && !member.mutes.microphone;
    if (member.contributes) contributors_.push_back(&member);
  }
  if (!contributors_.empty()) ++sounding_ticks_;
}

std::size_t MixOracle::messages() const noexcept {
  if (contributors_.empty()) return 0;
  return static_cast<std::size_t>(
      std::count_if(members_.begin(), members_.end(),
                    [](const auto& entry) { return !entry.second.mutes.loudspeaker; }));
}

Message MixOracle::message_for(Key key) const {
  const Member& listener = members_.at(key);
  const bool withheld_here =
      listener.local &&
      std::any_of(contributors_.begin(), contributors_.end(),
                  [](const Member* other) { return other->mutes.not_played_here; });
  std::vector<const Member*> heard;
  for (const Member* other : contributors_) {
    if (other == &listener || (withheld_here && other->mutes.not_played_here)) continue;
    heard.push_back(other);
  }
  // A single talker passes as it is: 0x7F would not survive being decoded and encoded.
  const bool untouched = contributors_.size() == 1 && heard.size() == 1;
  return wire_message(untouched ? heard.front()->frame : mix(heard));
}

Message MixOracle::message_of_all() const {
  return wire_message(contributors_.size() == 1 ? contributors_.front()->frame
                                                : mix(contributors_));
}

Message MixOracle::mix(const std::vector<const Member*>& heard) const {
  Message out(samples_);
  std::vector<std::int64_t> sums(samples_);
  for (const Member* other : heard) {
    for (std::size_t i = 0; i < samples_; ++i) sums[i] += ulaw::decode(other->frame[i]);
  }
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

// The part of Room that makes the messages that many listeners get, one for each codec and rate.
#include "common/core/assert.hpp"
#include "server/room/room.hpp"

#include <algorithm>

namespace voiced {

using voice::packet_overhead_bytes;

namespace {

// With up to this many contributors, it is quick to check whether all listeners are among them.
constexpr std::size_t small_room = 8;

}  // namespace

void Room::encode_shared_messages() noexcept {
  for (std::size_t i = 0; i < shared_.size(); ++i) {
    SharedMessage& shared = shared_[i];
    shared.message = {};
    if (shared.users == 0) continue;
    const bool other_rate = i >= voice::codec_count;
    if (other_rate && shared.hearers == 0) continue;
    const auto codec = static_cast<voice::CodecId>(i % voice::codec_count);
    shared.own = message_in(scratch_.own_messages[i], codec, other_rate);
    voice::write_packet_overhead(header_of(codec, other_rate), shared.own);
    const bool takes_long = voice::codec_info(codec).sample_bytes == 0;
    const bool is_small = contributors_.size() <= small_room && !other_rate;
    if ((takes_long || is_small) && !has_listeners(codec, other_rate)) continue;
    auto message = message_in(scratch_.shared_messages[i], codec, other_rate);
    const auto payload = message.subspan(packet_overhead_bytes);
    message = message.first(packet_overhead_bytes + (other_rate ? mix_all_converted(codec, payload)
                                                                : mix_all(codec, payload)));
    voice::write_packet_overhead(header_of(codec, other_rate), message);
    shared.message = message;
  }
  packetizer_.count(samples_);
}

// Whether a participant with this codec hears the full mix, because it hears and does not
// contribute. Worth asking if encoding takes longer.
bool Room::has_listeners(voice::CodecId codec, bool other_rate) const noexcept {
  const auto count =
      std::count_if(contributors_.begin(), contributors_.end(), [&](std::uint32_t slot) {
        const Slot& place = slots_[slot];
        return place.hears && place.codec == codec && place.has_other_rate == other_rate;
      });
  const std::size_t hearers = shared(codec, other_rate).hearers;
  VOICE_ASSERT(static_cast<std::size_t>(count) <= hearers);
  return static_cast<std::size_t>(count) != hearers;
}

// Returns the length of the payload in bytes.
std::size_t Room::mix_all(voice::CodecId codec, std::span<std::uint8_t> payload) noexcept {
  const voice::Bytes sole = slots_[contributors_.front()].frame.ulaw;
  if (codec != voice::CodecId::pcmu) {
    const voice::Bytes packet = packet_to_forward(codec);
    if (!packet.empty()) {
      std::ranges::copy(packet, payload.begin());
      ++counters_.forwarded_frames;
      return packet.size();
    }
    const auto pcm = std::span{scratch_.pcm}.first(samples_);
    scratch_.mixer.mix_minus({}, pcm);
    return shared(codec, false).encoder->encode(pcm, payload, counters_.ticks);
  }
  if (contributors_.size() == 1 && !sole.empty() && scratch_.mixer.gains().empty()) {
    // A single talker's bytes pass unchanged, even 0x7F, which decoding and encoding would turn
    // into 0xFF.
    std::copy(sole.begin(), sole.end(), payload.begin());
  } else {
    scratch_.mixer.mix(payload);
  }
  return payload.size();
}

// What the only talker has sent, if nothing in this room changes its sound: the full mix is that
// sound, so encoding it would only cost time and quality. None: the mix must be encoded.
voice::Bytes Room::packet_to_forward(voice::CodecId codec) noexcept {
  if (voice::codec_info(codec).sample_bytes != 0) return {};
  voice::KeptPackets::Found found{};
  if (contributors_.size() == 1 && scratch_.mixer.gains().empty()) {
    const Slot& talker = slots_[contributors_.front()];
    if (talker.codec == codec && !talker.has_other_rate)
      found = talker.participant->playout.packet_of(talker.frame.pcm);
  }
  const int kbits = voice::opus_kbits_of(options_.format, options_.opus_kbits);
  return forwarding_.allows(found, kbits) ? found.packet : voice::Bytes{};
}

}  // namespace voiced

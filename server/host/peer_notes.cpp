#include "server/host/peer_notes.hpp"

namespace voiced {

bool original_sends_noise(voice::AudioFormat format) noexcept {
  // The original cuts the 16-bit samples of its sound card into pieces of rate / 25 bytes.
  constexpr int frames_of_bytes = voice::frames_per_second / 2;
  return format.rate_hz() / frames_of_bytes % 2 == 1;
}

std::optional<PeerNote> PeerNotes::next(const Session& session, const Participant& participant,
                                        voice::AudioFormat format) noexcept {
  const voice::PlayoutCounters& playout = participant.playout.counters();
  if (first(PeerNote::depth_raised, playout.deepened != 0)) return PeerNote::depth_raised;
  if (first(PeerNote::packets_cut, playout.cut_samples != 0)) return PeerNote::packets_cut;
  if (first(PeerNote::foreign_payload, session.counters().foreign_packets != 0)) {
    return PeerNote::foreign_payload;
  }
  const bool noise = session.dialect() == Dialect::classic && original_sends_noise(format);
  if (first(PeerNote::original_is_noise, noise)) return PeerNote::original_is_noise;
  if (first(PeerNote::echoes, participant.guarded.echoes)) return PeerNote::echoes;
  return std::nullopt;
}

bool PeerNotes::first(PeerNote note, bool holds) noexcept {
  const auto bit = static_cast<std::uint8_t>(1U << static_cast<unsigned>(note));
  if (!holds || (told_ & bit) != 0) return false;
  told_ |= bit;
  return true;
}

}  // namespace voiced

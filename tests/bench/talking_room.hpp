// A conference of N participants at 8 kHz, of which the first T send a frame before every tick: the
// same work for the micro-benchmark and for the instruction count. Owns the conference and the one
// packet that everybody sends.
#pragma once

#include "common/wire/rtp_packet.hpp"
#include "server/room/room.hpp"

#include <cstdint>
#include <vector>

namespace bench {

/// How packets arrive: all of them before their tick, or those of one talker six at a time, so that
/// its stream runs dry and catches up again and again.
enum class Arrivals : std::uint8_t { even, one_is_late };

/// The limiter: off; on, but the sound is too soft for it; or it turns every mix down.
enum class LimiterDoes : std::uint8_t { nothing, watch, limit };

class TalkingRoom {
 public:
  /// @param room_hz a rate other than theirs: their sound is converted in both directions
  TalkingRoom(std::size_t participants, std::size_t talkers,
              LimiterDoes limiter = LimiterDoes::nothing, int room_hz = own_hz,
              Arrivals arrivals = Arrivals::even)
      : arrivals_(arrivals),
        scratch_(options(participants, limiter, room_hz)),
        room_(options(participants, limiter, room_hz), scratch_),
        payload_(160) {
    for (std::size_t i = 0; i < payload_.size(); ++i) {
      payload_[i] = static_cast<std::uint8_t>(i * 37);
      // ±24 at most: a thousand of them add up to less than full scale.
      if (limiter == LimiterDoes::watch) payload_[i] |= 0x7C;
    }
    for (std::size_t i = 0; i < participants; ++i) {
      const auto id = room_.join().value();
      if (i < talkers) talkers_.push_back(id);
    }
    // Until every jitter buffer is playing.
    for (std::size_t i = 0; talkers > 0 && i < rounds_until_playing; ++i) round();
  }

  /// Stores a frame of each talker, ticks, and makes all messages; returns how many there were.
  std::size_t round() {
    voice::rtp::PacketView packet;
    packet.header.sequence = sequence_++;
    packet.payload = payload_;
    now_ += voice::frame_duration;
    const bool is_one_late = arrivals_ == Arrivals::one_is_late;
    for (std::size_t i = is_one_late ? 1 : 0; i < talkers_.size(); ++i)
      room_.receive(talkers_[i], packet, now_);
    for (int i = 0; is_one_late && sequence_ % late_packets == 0 && i < late_packets; ++i)
      room_.receive(talkers_.front(), packet, now_);
    std::size_t messages = 0;
    for (const auto listener : room_.tick(now_)) {
      if (!room_.message_for(listener).empty()) ++messages;
    }
    return messages;
  }

  static constexpr int own_hz = 8000;

 private:
  static constexpr std::size_t rounds_until_playing = 50;
  static constexpr int late_packets = 6;

  static voiced::RoomOptions options(std::size_t participants, LimiterDoes limiter, int room_hz) {
    return {.format = voice::AudioFormat::from_rate(room_hz).value(),
            .other_format = voice::AudioFormat::from_rate(own_hz).value(),
            .playout = {},
            .participants_max = participants,
            .limiter = limiter != LimiterDoes::nothing};
  }

  Arrivals arrivals_;
  voiced::TickScratch scratch_;
  voiced::Room room_;
  std::vector<voiced::ParticipantId> talkers_;
  std::vector<std::uint8_t> payload_;
  std::uint16_t sequence_ = 0;
  voice::TimePoint now_{std::chrono::hours{1}};
};

}  // namespace bench

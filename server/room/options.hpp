// What a room must know before it starts; the shell fills it in from the configuration.
#pragma once

#include "common/audio/audio_format.hpp"
#include "common/audio/codec.hpp"
#include "common/playout/playout_options.hpp"
#include "common/wire/rtp_packet.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace voiced {

/// The mix bus is an int32 sum of int16 samples; 4096 leaves a factor of 16 and is beyond one core.
inline constexpr std::size_t participants_max_limit = 4096;
static_assert(participants_max_limit <= INT32_MAX / 32768, "mix bus is int32");

/// The room for all peers that name none, and the only one that always exists.
inline constexpr const char* front_room_name = "front";

struct RoomOptions {
  std::string name = front_room_name;
  voice::AudioFormat format;
  /// Of participants until they ask for the room's (Room::use_room_rate); none: the same.
  std::optional<voice::AudioFormat> other_format = {};
  voice::PlayoutOptions playout = {};
  std::size_t participants_max = 1000;
  /// Keeps mixes within 16 bits by turning all of them down; without it they clip.
  bool limiter = false;
  /// Makes talkers equally loud, slowly.
  bool level_talkers = false;
  /// Turns talkers down while open loudspeakers and microphones make a loop that howls.
  bool howl_guard = false;
  /// A participant that is alone is sent nothing; otherwise silence, while it talks.
  bool silent_when_empty = false;
  /// The codecs that peers may choose when they join.
  voice::CodecSet codecs = voice::CodecSet::all();
  /// Bit rate of what is sent in Opus, in kbit/s: voice::opus_kbits_min…max; 0: the preset of the
  /// sample rate.
  int opus_kbits = 0;
  /// Random in production (RFC 3550 §5.1), chosen in tests.
  std::uint16_t first_sequence = 0;
  voice::rtp::Ssrc ssrc{};

  friend bool operator==(const RoomOptions&, const RoomOptions&) = default;
};

}  // namespace voiced

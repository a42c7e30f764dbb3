// A participant without a connection: the server's own microphone and loudspeaker, and possibly
// others inside the server later (a trunk to another server, an announcer, a recorder). Host polls
// it once a tick. Pure: the devices behind it belong to the shell.
#pragma once

#include "server/room/room.hpp"

#include <string_view>

namespace voiced {

class Guest {
 public:
  virtual ~Guest() = default;

  /// Before mixing: hands its sound to `room`, as participant `self`.
  virtual void before_mix(Room& room, ParticipantId self, voice::TimePoint now) = 0;
  /// The mixed message of this tick for it: prefix, RTP header, payload. Valid during the call.
  virtual void deliver(voice::Bytes message, voice::TimePoint now) = 0;
  /// Instead of deliver(), in the first tick in which there is nothing for it: what it hears
  /// pauses.
  virtual void pause() = 0;
  /// After mixing, also when there was nothing to deliver.
  virtual void after_mix(voice::TimePoint now) = 0;

  /// How its messages are encoded, and what it hands to `receive`.
  [[nodiscard]] virtual voice::CodecId codec() const = 0;
  /// `not_played_here` has no effect on it.
  virtual void set_mutes(const Mutes& mutes) = 0;
  [[nodiscard]] virtual Mutes mutes() const = 0;
  [[nodiscard]] virtual std::string_view name() const = 0;
};

}  // namespace voiced

// How a run of the client ended. Plain values.
#pragma once

#include <cstdint>

namespace voicecli {

/// main turns it into an exit code.
enum class Outcome : std::uint8_t {
  done,
  connection_lost,
  cannot_connect,
  no_voice_server,  // the address is not a voice server: not tried again
  untrusted,        // the server's certificate is not one to trust: not tried again
  not_yet_trusted,  // not yet, because its certificate is not valid before a time to come
  refused,          // not let in
  unwanted,         // removed or banned by the operator, or without the password: never tried again
  audio_device,
  recording_incomplete,  // ended as asked, but the recording had failed before
  interrupted,
};

/// What happened to the devices and the recording.
struct SoundEnd {
  bool recording_failed = false;  // a part of the recording is missing
  bool card_never_came = false;   // a sound card that the user named has never run
};

/// The outcome of a call that ended with `call`, its sound included.
[[nodiscard]] constexpr Outcome outcome_with_sound(Outcome call, const SoundEnd& sound) noexcept {
  // A recorder runs unattended: its exit code must not say that all is well.
  if (call != Outcome::done) return call;
  if (sound.recording_failed) return Outcome::recording_incomplete;
  return sound.card_never_came ? Outcome::audio_device : Outcome::done;
}

}  // namespace voicecli

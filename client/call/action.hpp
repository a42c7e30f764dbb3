// The actions that a Caller wants its shell to perform, one struct each. The shell polls them
// (Caller::step), and performs each before it polls the next.
#pragma once

#include "client/call/challenge.hpp"
#include "client/call/event.hpp"
#include "common/audio/audio_format.hpp"
#include "common/core/bytes.hpp"

#include <cstddef>
#include <variant>

namespace voicecli {

namespace action {

struct Tell {
  CallerEvent event;
};

/// Show the status: the user asked for it.
struct ShowStatus {};

/// Start a new connection to the server. There is none now.
struct Connect {};

/// Keep the kernel from holding more than `bytes` that it has not sent.
struct LimitUnsent {
  std::size_t bytes;
};

/// Write the front of `bytes`, as much as the kernel takes at once, and report it with
/// Caller::sent(). Valid until the next call of a non-const member of the Caller.
struct Write {
  voice::Bytes bytes;
};

/// All that will ever be said is written: end the sending half, and go on reading.
struct EndSending {};

/// Close the connection. Its end is not reported.
struct Disconnect {};

/// Open the sound devices at this rate, unless they are; report a failure with
/// Caller::sound_failed().
struct OpenSound {
  voice::AudioFormat format;
};

/// Compute the answer to the server's challenge, in another thread, and report it with
/// Caller::answer().
struct Prove {
  Challenge challenge;
};

/// The run is over; no action follows.
struct Finish {};

}  // namespace action

using Action = std::variant<action::Tell, action::ShowStatus, action::Connect, action::LimitUnsent,
                            action::Write, action::EndSending, action::Disconnect,
                            action::OpenSound, action::Prove, action::Finish>;

}  // namespace voicecli

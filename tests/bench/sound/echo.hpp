// The voice processing of a client in a room with an open loudspeaker: how much is left of the echo
// and of a fan, and what happens to a voice. With the library that is built in. The same result on
// every run.
#pragma once

namespace bench {

struct EchoVerdict {
  double reduction_db = 0;   // of an echo of -10 dB, from the second second on
  double drift_db = 0;       // the same while the loudspeaker's clock is 200 ppm fast, ten seconds
  double change_db = 0;      // a second after another loudspeaker was opened, with 70 ms more delay
  double talk_db = 0;        // level of a voice while both ends talk, relative to the original
  double talk_likeness = 0;  // its correlation with that
  double fan_dbfs = 0;       // what is left of noise of -45 dBFS in a pause
};

[[nodiscard]] EchoVerdict judge_echo(int rate_hz);

}  // namespace bench

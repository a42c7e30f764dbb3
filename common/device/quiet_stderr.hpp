// Redirects descriptor 2 to the null device while one of these exists, in any thread: PortAudio, as
// Debian builds it, reports each failed attempt there, and decoders of sound files complain there.
// Only for the duration of such calls, because it also silences everybody else. The programs' own
// log goes to a duplicate of stderr and is not affected.
#pragma once

namespace voice {

class QuietStderr {
 public:
  QuietStderr();
  ~QuietStderr();
  QuietStderr(const QuietStderr&) = delete;
  QuietStderr& operator=(const QuietStderr&) = delete;
};

}  // namespace voice

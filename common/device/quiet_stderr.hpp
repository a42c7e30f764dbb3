// Points descriptor 2 at nothing while one of these lives, in whatever thread: PortAudio, as Debian
// builds it, writes each attempt that fails there, and a decoder of sound files what it does not
// like. Only for such calls: what lasts longer would take others' words away. The programs log on a
// duplicate of their own and are not touched.
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

// Points descriptor 2 at nothing while it lives: PortAudio, as Debian builds it, writes each
// attempt that fails there, and opening a card is a row of attempts. Only for those: what hangs
// longer would take others' words away. The programs log on a duplicate of their own and are not
// touched.
#pragma once

namespace voice {

class QuietStderr {
 public:
  QuietStderr();
  ~QuietStderr();
  QuietStderr(const QuietStderr&) = delete;
  QuietStderr& operator=(const QuietStderr&) = delete;

 private:
  int kept_ = -1;
};

}  // namespace voice

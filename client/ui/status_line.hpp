// The one line that shows the state of a call. A Status and a width in, text without a line end
// out:
//   mic [#####   ] -18 dB  jitter [###|  ] 3/8  rtt 12 ms  delay 74 ms  lost 0
// When the terminal is too narrow, what matters least is left out; what the user must know (muted,
// deaf) stays.
#pragma once

#include "client/call/status.hpp"

#include <string>

namespace voicecli {

struct LineStyle {
  std::size_t width =
      80;  // columns of the terminal; the last one stays free, so that no line wraps
  bool color = false;
};

[[nodiscard]] std::string status_line(const Status& status, const LineStyle& style);

}  // namespace voicecli

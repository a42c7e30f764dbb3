// Bars made of characters: a level meter, and the fill of the jitter buffer. Numbers in, text out.
#pragma once

#include <string>

namespace voice::terminal {

/// Eight cells of 6 dB each: -48 dBFS and below is empty, 0 dBFS is full. "[#####   ]" at -18.
[[nodiscard]] std::string level_bar(double dbfs);

/// Six cells for the depth, '|' in the place of the target (half the depth, where playing starts).
/// "[###|  ]" at 3/8.
[[nodiscard]] std::string jitter_bar(int fill_packets, int depth_packets);

/// "-18 dB", always six columns wide.
[[nodiscard]] std::string level_text(double dbfs);

}  // namespace voice::terminal

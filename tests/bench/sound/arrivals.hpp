// When the packets of a stream arrive: recorded on real TCP connections, or made up.
#pragma once

#include "common/core/time.hpp"

#include <string>
#include <vector>

namespace bench {

/// By packet, one each 20 ms: after the first was due to leave. Never falls.
using Arrivals = std::vector<voice::Duration>;

/// A listener takes a frame to play it. Neither time ever falls.
struct Take {
  voice::Duration at;
  voice::Duration heard;  // when its first sample is; a constant delay may be left out
};
using Takes = std::vector<Take>;

/// A file of 16-bit numbers, little-endian: quarters of a millisecond since the packet before.
/// Empty when it cannot be read.
[[nodiscard]] Arrivals recorded_arrivals(const std::string& path);

/// Evenly, a few milliseconds after each packet was sent.
[[nodiscard]] Arrivals even_arrivals(std::size_t packets);

/// The link stands still for `length`, every `period` from the tenth second on; then all comes at
/// once, as TCP delivers it.
[[nodiscard]] Arrivals with_stalls(Arrivals arrivals, voice::Duration length,
                                   voice::Duration period);

/// Read at every `ticks`th tick only, as a busy server does.
[[nodiscard]] Arrivals in_lumps(Arrivals arrivals, int ticks);

}  // namespace bench

// When the packets of a stream arrive: recorded on real TCP connections, or synthetic.
#pragma once

#include "common/core/time.hpp"

#include <string>
#include <vector>

namespace bench {

/// For each packet, one every 20 ms: the time since the first was due to leave. Never decreases.
using Arrivals = std::vector<voice::Duration>;

/// When a listener takes a frame to play it. Neither time ever decreases.
struct Take {
  voice::Duration at;
  voice::Duration heard;  // when its first sample is heard; a constant delay may be left out
};
using Takes = std::vector<Take>;

/// A file of little-endian 16-bit numbers: quarters of a millisecond since the previous packet.
/// Empty if it cannot be read.
[[nodiscard]] Arrivals recorded_arrivals(const std::string& path);

/// Evenly, a few milliseconds after each packet was sent.
[[nodiscard]] Arrivals even_arrivals(std::size_t packets);

/// The link stalls for `length`, every `period` from the tenth second on; then everything arrives
/// at once, as with TCP.
[[nodiscard]] Arrivals with_stalls(Arrivals arrivals, voice::Duration length,
                                   voice::Duration period);

/// The same packets, if a busy server reads only at every `ticks`th tick.
[[nodiscard]] Arrivals in_lumps(Arrivals arrivals, int ticks);

}  // namespace bench

// rtp::parse against the slow parser: the same verdict and the same payload for any bytes.
#include "common/core/assert.hpp"
#include "common/wire/packetizer.hpp"

#include "tests/fuzz/input.hpp"
#include "tests/sim/oracle/slow_wire.hpp"

#include <array>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const voice::Bytes bytes{data, size};
  const auto fast = voice::rtp::parse(bytes);
  const auto slow = sim::slow_rtp(sim::Message(bytes.begin(), bytes.end()));
  VOICE_ASSERT(fast.has_value() == slow.has_value());
  if (!fast) {
    VOICE_ASSERT(*voice::rtp::to_string(fast.error()) != '\0');
    return 0;
  }
  VOICE_ASSERT(std::equal(fast->payload.begin(), fast->payload.end(), slow->payload.begin(),
                          slow->payload.end()));
  VOICE_ASSERT(fast->payload.empty() ||
               (fast->payload.data() >= data && &fast->payload.back() < data + size));
  VOICE_ASSERT(fast->header.sequence == slow->sequence);
  VOICE_ASSERT(fast->header.payload_type == slow->payload_type);
  VOICE_ASSERT(fast->header.marker == (bytes[1] >= 0x80));

  // A packet that is written again reads the same.
  std::array<std::uint8_t, voice::rtp_header_bytes> header{};
  voice::rtp::write_header(fast->header, header);
  const auto again = voice::rtp::parse(header);
  VOICE_ASSERT(again && again->payload.empty());
  VOICE_ASSERT(again->header == fast->header);
  return 0;
}
